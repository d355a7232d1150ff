"""Lists of this face do not read what they do not show: neither the messages beside a row, nor the rows before a page."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from werkzeug.test import TestResponse

from app.accounts.models import Role, Staff
from app.api.identifiers import id24
from app.api.ringplan.face import face
from app.conversations.models import Conversation, Message
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.directory.models import School
from tests.api.client import ApiClient
from tests.factories import SchoolFactory, StaffFactory, api_key, family, fax, thread
from tests.query_counts import plans, steps

PRIMARY = {"X-User-Id": "primary"}


@pytest.fixture
def school(app: Flask) -> School:
    return SchoolFactory()


@pytest.fixture
def api(app: Flask, school: School) -> ApiClient:
    return ApiClient(app, face, api_key(school.district_id, bearer_type="Admin"), PRIMARY)


def taken_by(ask: Callable[[], TestResponse]) -> int:
    """The second time: what is remembered of a key is known by then."""
    ask()
    with steps() as taken:
        assert ask().status_code == 200
    return taken[0]


def talks_of(school: School, teacher: Staff, number: int) -> list[int]:
    row = {"district_id": school.district_id, "school_id": school.id, "created_by_id": teacher.id, "kind": "direct", "title": "Rosa"}
    with transaction():
        rows = [row | {"uuid": new_uuid(), "last_message_id": place} for place in range(number)]
        return list(db.session.scalars(insert(Conversation).returning(Conversation.id), rows))


def write(school: School, talks: list[int], number: int, **fields: object) -> None:
    said = {"district_id": school.district_id, "kind": "outbound", "body": "Hello", "status": "delivered", "created_at": now(), **fields}
    with transaction():
        db.session.execute(
            insert(Message), [said | {"uuid": new_uuid(), "conversation_id": talk} for talk in talks for _n in range(number)]
        )


def test_a_page_of_conversations_costs_the_same_however_much_was_written(api: ApiClient, school: School) -> None:
    talks = talks_of(school, StaffFactory(role=Role.TEACHER, schools=[school]), 10)
    write(school, talks, 2)
    few = taken_by(lambda: api.ask("listConversations"))
    write(school, talks, 300)
    assert taken_by(lambda: api.ask("listConversations")) < 1.2 * few


@pytest.mark.parametrize("role", [Role.DISTRICT_ADMIN, Role.TEACHER])
def test_a_page_far_down_reads_none_of_the_messages_above_it(api: ApiClient, school: School, role: Role) -> None:
    reader = StaffFactory(role=role, district=None, district_id=school.district_id)
    talks = talks_of(school, reader, 400)
    write(school, talks, 1)
    last = {"query": {"per_page": 5, "page": 80}, "headers": {"X-User-Id": id24(reader.uuid)}}
    assert len(api.ask("listConversations", **last).json) == 5
    few = taken_by(lambda: api.ask("listConversations", **last))
    write(school, talks, 10)
    assert taken_by(lambda: api.ask("listConversations", **last)) < 1.1 * few


def test_what_others_say_costs_a_teacher_nothing(api: ApiClient, school: School) -> None:
    reader, colleague = (StaffFactory(role=Role.TEACHER, district=None, district_id=school.district_id) for _each in range(2))
    talks_of(school, reader, 5)
    mine = {"headers": {"X-User-Id": id24(reader.uuid)}}
    few = taken_by(lambda: api.ask("listConversations", **mine))
    talks_of(school, colleague, 1000)
    assert taken_by(lambda: api.ask("listConversations", **mine)) < 1.1 * few
    assert len(api.ask("listConversations", **mine).json) == 5


def test_conversations_come_by_their_last_message_and_those_without_one_in_the_end(api: ApiClient, school: School) -> None:
    older, newer, taken_back = (thread(family(school)) for _each in range(3))
    silent = thread(family(school))
    for talk in (taken_back, older, newer):
        write(school, [talk.id], 1)
    db.session.execute(update(Message).where(Message.conversation_id == newer.id).values(status="cancelled"))
    for talk in (older, newer, taken_back):
        last = db.session.scalars(select(Message.id).where(Message.conversation_id == talk.id)).one()
        db.session.execute(update(Conversation).where(Conversation.id == talk.id).values(last_message_id=last))
    db.session.commit()
    shown = api.ask("listConversations").json
    assert [each["id"] for each in shown] == [id24(each.conversation.uuid) for each in (newer, older, taken_back, silent)]
    assert [each["has_hidden_msg"] for each in shown] == [True, False, False, False]
    assert [each["lastmessage"] is None for each in shown] == [True, False, False, True]
    assert [each["has_direct_msg"] for each in shown] == [True, True, True, False]


def test_faxes_are_counted_and_skipped_without_reading_them(api: ApiClient, school: School) -> None:
    for place in range(4):
        fax(school, provider_id=f"many{place}", hidden_at=now() if place % 2 else None)
    for name in ("listInboundFaxes", "listOutboundFaxes", "listScheduledFaxes", "getFaxStatistics"):
        query = {} if name == "getFaxStatistics" else {"per_page": 1, "page": 3}
        asked = plans(lambda name=name, query=query: api.ask(name, query=query))
        of_faxes = [(each, plan) for each, plan in asked.items() if "FROM faxes" in each]
        counted = [plan for each, plan in of_faxes if "faxes.subject" not in each]  # all but the rows of the page
        assert len(counted) == (1 if name == "getFaxStatistics" else 2)
        assert all("COVERING INDEX ix_faxes_district" in plan for plan in counted), counted
