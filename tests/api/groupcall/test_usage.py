"""What is counted of batches, what a test mode leaves out, and how long it is kept."""

from datetime import timedelta

import time_machine
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts.models import Role, Staff
from app.api.groupcall.forgetting import forget_old
from app.conversations.models import Message
from app.core.clock import now
from app.core.database import db
from app.delivery.models import DeliveryState
from tests.api.groupcall.conftest import Desk
from tests.conversations.outcomes import happened
from tests.factories import ContactPointFactory

HOOK = "https://sis.example/in"


def test_in_test_mode_nothing_leaves(desk: Desk) -> None:
    admin = db.session.scalars(select(Staff).where(Staff.role == Role.DISTRICT_ADMIN, Staff.kind == "person")).one()
    accounts.set_test_mode(admin, desk.bearer.id, is_test=True)
    desk.text({"IdaasId": "PC-g1"}, CallbackUrl=HOOK)
    assert desk.hand_on() == []
    assert [one["Status"] for one in desk.callbacks()] == ["Sent", "Delivered"]
    assert db.session.scalar(select(func.count(Message.id))) == 0
    today = now().date().isoformat()
    used = desk.client.ask("getUsage", {**desk.named, "FromDate": today, "ToDate": today})
    assert used.json["SMSUnits"] == 0


def test_usage_counts_by_day_what_left(desk: Desk, school_time: time_machine.Traveller) -> None:
    ContactPointFactory(guardian=desk.family.guardian, kind="email", address="rosa@family.test")
    desk.text({"IdaasId": "PC-g1"}, message="a" * 200)
    desk.text({"IdaasId": "PC-g1"}, message="refused")
    desk.email({"IdaasId": "PC-g1"})
    two, one, email = desk.hand_on()
    happened(two, DeliveryState.SENT)
    happened(two, DeliveryState.DELIVERED)
    happened(one, DeliveryState.FAILED, "30006")
    school_time.shift(timedelta(days=1))
    happened(email, DeliveryState.SENT)
    ask = {**desk.named, "FromDate": "2026-11-17", "ToDate": "2026-11-19"}
    report = desk.client.ask("getUsage", ask).json
    assert (report["SMSMessages"], report["SMSUnits"], report["Emails"]) == (1, 2, 1)
    assert [(day["Date"], day["SMSUnits"], day["Emails"]) for day in report["Days"]] == [
        ("2026-11-17", 0, 0), ("2026-11-18", 2, 0), ("2026-11-19", 0, 1)
    ]  # fmt: skip
    assert desk.client.ask("getUsage", {**ask, "ToDate": "2026-11-16"}).status_code == 400
    assert desk.client.ask("getUsage", {**ask, "FromDate": "2020-01-01"}).status_code == 400


def test_orders_are_kept_as_long_as_reports_reach_back(desk: Desk, school_time: time_machine.Traveller) -> None:
    desk.text({"IdaasId": "PC-g1"})
    desk.hand_on()
    school_time.shift(timedelta(days=399))
    assert forget_old() == 0
    desk.text({"IdaasId": "PC-g1"})
    school_time.shift(timedelta(days=2))
    assert forget_old() == 1
    assert len(desk.recipients()) == 1
    assert db.session.scalar(select(func.count(Message.id))) == 1
