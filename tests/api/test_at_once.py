"""Programs that ask the same at the same moment, on PostgreSQL, where they really do."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from app.accounts.scopes import Scope
from app.api.identifiers import id24
from app.api.ringplan.face import face
from app.api.ringplan.service import texting
from app.core.database import db
from tests.api.client import ApiClient
from tests.api.courier.house import CourierHouse, courier_house, sent
from tests.conversations.conftest import school_time
from tests.factories import MessageFactory, api_key, family, thread

__all__ = ["school_time"]
PATIENCE = 30


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    return postgres_app


@pytest.fixture
def here(app: Flask) -> CourierHouse:
    return courier_house(app, scopes=list(Scope))


@pytest.fixture
def ringplan(app: Flask, here: CourierHouse) -> ApiClient:
    token = api_key(here.family.school.district_id, bearer_type="Admin")
    return ApiClient(app, face, token, {"X-User-Id": id24(here.family.teacher.uuid)})


def of_both(*asks: Callable[[], Any]) -> list[int]:
    """The statuses of what two programs are answered."""
    found: list[int] = []
    both = [threading.Thread(target=lambda ask=ask: found.append(ask().status_code)) for ask in asks]
    for each in both:
        each.start()
    for each in both:
        each.join(PATIENCE)
    return sorted(found)


@contextmanager
def meeting_before(table: str) -> Iterator[None]:
    """Each of two threads waits for the other before it writes its first row of a table."""
    meet, met = threading.Barrier(2), set[int]()

    def wait(*args: Any) -> None:
        if args[2].startswith(f"INSERT INTO {table} ") and threading.get_ident() not in met:
            met.add(threading.get_ident())
            meet.wait(PATIENCE)

    event.listen(db.engine, "before_cursor_execute", wait)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", wait)
    assert len(met) == 2, "nobody met"


def test_the_first_row_is_made_once_and_both_have_it(here: CourierHouse, ringplan: ApiClient) -> None:
    people = here.family
    wanted = {"organization-id": str(people.school.uuid), "individual-ids": [str(people.guardian.uuid)], "subscription-type": "single"}
    channel = here.client.ask("createChannel", sent("messaging-channels", wanted)).json["data"]["id"]
    talk = thread(family(people.school)).conversation
    said = MessageFactory(conversation=talk)
    admin = ApiClient(ringplan.app, face, ringplan.token, {"X-User-Id": "primary"})
    where = {"location_id": id24(people.school.uuid)}
    named = {"conversation_id": id24(talk.uuid), "query": {"ids": id24(said.uuid)}}
    db.session.commit()
    pinned = {"values": [{"name": "pin", "value": "true"}]}
    with meeting_before("ringplan_particulars"):
        assert of_both(*[lambda city=city: admin.ask("updateLocation", {"city": city}, **where) for city in ("Lakeside", "Hillside")]) == [
            200,
            200,
        ]
    with meeting_before("ringplan_removed_messages"):
        assert of_both(*[lambda: admin.ask("deleteMessages", **named)] * 2) == [204, 204]
    with meeting_before("courier_channel_pins"):
        assert of_both(*[lambda: here.client.ask("setChannelPreferences", pinned, id=channel)] * 2) == [201, 201]


def test_one_stamp_names_one_text(here: CourierHouse, ringplan: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = thread(here.family).conversation
    where, stamp = {"conversation_id": id24(talk.uuid)}, str(uuid4())
    db.session.commit()
    meet, met, look = threading.Barrier(2), set[int](), texting._of_stamp

    def look_and_wait(*args: Any) -> Any:
        found = look(*args)
        if threading.get_ident() not in met:
            met.add(threading.get_ident())
            meet.wait(PATIENCE)
        return found

    monkeypatch.setattr(texting, "_of_stamp", look_and_wait)
    said = [lambda words=words: ringplan.ask("publishMessage", {"text": words, "stamp_id": stamp}, **where) for words in ("At 3.", "At 4.")]
    assert of_both(*said) == [201, 400]
