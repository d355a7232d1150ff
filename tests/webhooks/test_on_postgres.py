"""The same statements on PostgreSQL: order, failures, and events that are told once."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from app.accounts.models import Staff
from app.accounts.service import delete_bearer
from app.core.clock import now
from app.core.database import db
from app.webhooks import listening
from app.webhooks.dispatcher import run_until_idle
from app.webhooks.models import EndpointState, WebhookAttempt, WebhookEndpoint, WebhookEvent
from app.webhooks.service import Happened, Outgoing, callback_endpoint, enqueue, tell
from tests.announcements.test_on_postgres import WAITS_FOR_ME
from tests.conftest import build, settings_for
from tests.factories import DistrictFactory, api_bearer
from tests.servers import fresh_database
from tests.webhooks.conftest import Bearer, Listen, allow, endpoint
from tests.webhooks.receiver import Answer


@pytest.fixture
def house(postgres_server: str, postgres_template: str, tmp_path: Path) -> Iterator[Flask]:
    with fresh_database(postgres_server, postgres_template) as address:
        app = build(settings_for(tmp_path, database_url=address))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def test_events_arrive_in_order_and_what_fails_waits(house: Flask, listen: Listen) -> None:
    receiver = listen(lambda heard: Answer(400 if '"n":1}' in heard.body else 200))
    district = DistrictFactory()
    db.session.commit()
    number = endpoint(house, district, receiver)
    enqueue([Outgoing(number, "k", subject, {"n": n}) for n, subject in enumerate(["a", "b", "b", "a", "c"])])
    run_until_idle(house)
    assert sorted(json.loads(one.body)["n"] for one in receiver.heard) == [0, 1, 3, 4]
    db.session.expire_all()
    assert list(db.session.scalars(select(WebhookEvent.state).order_by(WebhookEvent.id))) == [
        "delivered", "waiting", "waiting", "delivered", "delivered",
    ]  # fmt: skip
    due = db.session.scalars(select(WebhookEvent.due_at).where(WebhookEvent.state == "waiting")).all()
    assert due[0] == due[1] > now()
    db.session.execute(update(WebhookEvent).values(due_at=now(), gives_up_at=now()))
    db.session.commit()
    run_until_idle(house)
    db.session.expire_all()
    assert db.session.scalars(select(WebhookEvent.state).where(WebhookEvent.subject == "b").order_by(WebhookEvent.id)).all() == [
        "dead", "delivered",
    ]  # fmt: skip
    assert db.session.scalar(select(func.count(WebhookAttempt.id))) == 6
    assert db.session.get_one(WebhookEndpoint, number).owned_by is None


def test_callback_addresses_and_our_own_kinds(house: Flask, listen: Listen) -> None:
    receiver = listen()
    allow(house, receiver)
    district = DistrictFactory()
    db.session.commit()
    one = callback_endpoint(Bearer(3, district.id), receiver.origin, face="courier", basic=("a", "b"))
    assert callback_endpoint(Bearer(3, district.id), receiver.origin, face="courier", basic=("a", "c")) == one
    own = endpoint(house, district, receiver, path="/own")
    listening.init_app(house)
    for _each in range(2):
        what = Happened("message:1", now(), {"at": now(), "id": district.uuid})
        tell("message.received", [_Fact(district.id)], lambda _facts, what=what: [what])
    run_until_idle(house)
    [heard] = receiver.heard
    assert heard.target == "/own"
    assert json.loads(heard.body)["data"]["id"] == str(district.uuid)
    assert db.session.get_one(WebhookEndpoint, own).recent[0] > 0


def test_a_system_is_removed_while_it_is_told_something(house: Flask, listen: Listen) -> None:
    """Its worker has an outcome to write down, and holds the row of the address, when an admin closes that."""
    receiver = listen()
    allow(house, receiver)
    bearer, _token = api_bearer()
    number = callback_endpoint(bearer, receiver.origin, face="courier")
    enqueue([Outgoing(number, "k", "a", {"n": 1})])
    admin, bearer_id, troubles = bearer.created_by_id, bearer.id, list[Exception]()

    def remove() -> None:
        with house.app_context():
            try:
                delete_bearer(db.session.get_one(Staff, admin), bearer_id)
            except Exception as trouble:  # noqa: BLE001  # it is what the test looks for
                troubles.append(trouble)
            db.session.remove()

    removing = threading.Thread(target=remove)

    def meanwhile(connection: Any, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("UPDATE webhook_endpoints SET failures") and not removing.ident:
            removing.start()
            until = time.monotonic() + 20
            while removing.is_alive() and time.monotonic() < until and not connection.exec_driver_sql(WAITS_FOR_ME).scalar():
                removing.join(0.01)

    event.listen(db.engine, "after_cursor_execute", meanwhile)
    try:
        run_until_idle(house)
    finally:
        event.remove(db.engine, "after_cursor_execute", meanwhile)
    removing.join()
    db.session.rollback()
    assert troubles == []
    assert db.session.scalars(select(WebhookEvent.state)).all() == ["delivered"]
    assert db.session.get_one(WebhookEndpoint, number).state == EndpointState.DELETED


class _Fact:
    def __init__(self, district_id: int) -> None:
        self.district_id = district_id
