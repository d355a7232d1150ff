"""The same on PostgreSQL, and a feed that hears what another process did."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.accounts import service as accounts
from app.accounts.acting import acting_as, as_of_now
from app.accounts.callers import caller_of
from app.accounts.models import BearerType, Role, Staff, StaffStatus
from app.accounts.scopes import Scope
from app.conversations import service as threads
from app.conversations.models import Conversation, ConversationKind, Participant
from app.core.database import db
from app.core.ids import new_uuid
from tests.api.ringplan import test_texting as texting
from tests.api.ringplan.listening import Client
from tests.api.ringplan.test_texting import admin, api, people, school_time, talk, teacher
from tests.conftest import settings_for
from tests.houses import keep_awake, running_house
from tests.servers import fresh_database

__all__ = ["admin", "api", "people", "school_time", "talk", "teacher"]


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    return postgres_app


def test_conversations_are_read_and_written(teacher: Any, api: Any, talk: Any, people: Any) -> None:
    texting.test_a_conversation_with_its_messages(teacher, api, talk, people)


def test_what_is_deleted_is_gone(teacher: Any, api: Any, talk: Any) -> None:
    texting.test_what_is_deleted_is_listed_no_more_and_stays_on_record(teacher, api, talk)


def test_contacts_and_numbers(teacher: Any, api: Any, people: Any) -> None:
    texting.test_contacts_are_people_of_the_records_or_newcomers(teacher, api, people)


def test_a_feed_asks_anew_what_its_listeners_may_do(api: Any, people: Any) -> None:
    program = caller_of(api.token)
    assert program is not None
    hers = acting_as(program, people.teacher)
    assert hers is not None
    now_of = as_of_now([hers, program])
    assert [each.staff.id for each in now_of if each is not None] == [people.teacher.id, program.staff.id]
    people.teacher.role, people.teacher.school_links = Role.VIEWER, []
    db.session.commit()
    [again] = as_of_now([hers])
    assert again is not None
    assert (again.staff.role, again.staff.school_ids, Scope.SEND_TEXTS in again.scopes) == (Role.VIEWER, [], False)
    people.teacher.status = StaffStatus.DEACTIVATED
    db.session.commit()
    assert as_of_now([hers]) == [None]


@pytest.fixture
def sockets_without_a_bus(tmp_path: Path) -> Iterator[None]:
    """The library's object is one for all applications of a process: the next tests find it as it was."""
    yield
    create_app(settings_for(tmp_path / "after"))


@pytest.mark.usefixtures("sockets_without_a_bus")
def test_a_feed_hears_what_another_process_did(tmp_path: Path, redis_server: str, postgres_server: str) -> None:
    with (
        fresh_database(postgres_server) as database,
        running_house(tmp_path, DATABASE_URL=database, REDIS_URL=redis_server, HOMEROOM_WORKER="0") as house,
    ):
        beside = house.beside()
        keep_awake(beside)
        with beside.app_context():
            lead = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
            token = accounts.create_key(lead, accounts.create_bearer(lead, name="Practice", bearer_type=BearerType.ADMIN).id).token
            db.session.remove()
        client = Client(house.url, token)
        with beside.app_context():
            writer = db.session.scalars(select(Staff).where(Staff.email == "teacher@demo.test")).one()
            paired = select(Participant.conversation_id).where(
                Participant.pairing_deactivated_at.is_(None), Participant.phone_number_id > 0
            )
            mine = (Conversation.created_by_id == writer.id, Conversation.kind == ConversationKind.DIRECT, Conversation.id.in_(paired))
            number = db.session.scalars(
                select(Conversation.id).where(*mine, Conversation.deleted_at.is_(None)).order_by(Conversation.id)
            ).first()
            assert number is not None
            threads.send(writer, number, "From the other process", uuid=new_uuid())
            db.session.remove()
        client.wait_for("texting.message.new", text="From the other process")
        client.client.disconnect()
