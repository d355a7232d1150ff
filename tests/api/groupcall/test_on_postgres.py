"""The same on the other database, and two workers at the same queue."""

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.api.groupcall.carrying import queue
from app.conversations.models import Message
from app.core.database import db
from app.delivery.models import Delivery, DeliveryState
from tests.api.groupcall.conftest import Desk, desk_of
from tests.conversations.outcomes import happened
from tests.factories import ContactPointFactory


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_two_workers_hand_each_recipient_on_once(kind: str, request: pytest.FixtureRequest) -> None:
    app: Flask = request.getfixturevalue("app" if kind == "sqlite" else "postgres_app")
    desk: Desk = desk_of(app)
    ContactPointFactory(guardian=desk.family.guardian, kind="email", address="rosa@family.test")
    desk.family.teacher.phone = "+15035550111"
    for number in range(4):
        desk.adult(f"Adult{number}")
    assert desk.text({"IdaasId": "PL-s1", "SendTo": 2}, {"IdaasId": "PWT-t1"}, "15035550188").json["errorMsg"].startswith("OK 7")
    assert desk.email({"IdaasId": "PC-g1"}).status_code == 200

    def work() -> None:
        with app.app_context():
            queue.take_all()
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    db.session.rollback()
    assert db.session.scalar(select(func.count(Message.id))) == 6
    deliveries = list(db.session.scalars(select(Delivery).order_by(Delivery.id)))
    assert len({(one.channel, one.address) for one in deliveries}) == len(deliveries) == 8
    for one in deliveries:
        happened(one, DeliveryState.DELIVERED)
    assert {state for _address, state in desk.fates()} == {"Delivered"}
    today = "2026-11-18"
    said = {"CustomerId": desk.bearer.customer_number, "Password": desk.token, "FromDate": today, "ToDate": today}
    report = desk.client.ask("getUsage", said).json
    assert (report["SMSMessages"], report["Emails"]) == (7, 1)
