"""Who sends a message for each child stands in line once, and what is scheduled costs nothing before its time."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from app.accounts.models import Bearer
from app.api.groupcall import carrying
from app.api.groupcall.models import Fate, GroupcallRecipient, GroupcallSend
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from tests.factories import api_bearer, family
from tests.query_counts import steps


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest) -> Flask:
    app: Flask = request.getfixturevalue("app" if request.param == "sqlite" else "postgres_app")
    return app


@pytest.fixture
def systems(house: Flask) -> list[Bearer]:
    district = family().school.district_id
    return [api_bearer(district)[0] for _ in range(4)]


def batches(bearer: Bearer, sizes: list[int], due: datetime) -> list[int]:
    """Batches of test mode, with so many recipients each."""
    same = {
        "district_id": bearer.district_id,
        "bearer_id": bearer.id,
        "message_id": "x",
        "media": [],
        "callback_names": [],
        "is_test": True,
    }
    with transaction():
        rows = [{**same, "uuid": new_uuid()} for _ in sizes]
        sends = list(db.session.scalars(insert(GroupcallSend).returning(GroupcallSend.id), rows))
        recipients = [
            {
                "uuid": new_uuid(),
                "send_id": send,
                "bearer_id": bearer.id,
                "route": "sms",
                "address": "+15035550142",
                "body": "x",
                "due_at": due,
            }
            for send, size in zip(sends, sizes, strict=True)
            for _ in range(size)
        ]
        db.session.execute(insert(GroupcallRecipient), recipients)
    return sends


def taken() -> list[GroupcallRecipient]:
    db.session.rollback()
    done = select(GroupcallRecipient).where(GroupcallRecipient.state == Fate.DELIVERED).order_by(GroupcallRecipient.state_at)
    return list(db.session.scalars(done.execution_options(populate_existing=True)))


def test_a_message_for_each_child_stands_before_nobody(house: Flask, systems: list[Bearer]) -> None:
    many, *others = systems
    batches(many, [1] * 60, now() - timedelta(seconds=5))
    for each in others:
        batches(each, [1], now() - timedelta(seconds=1))
    assert carrying.queue.serve(seconds=-1) is True
    assert carrying.queue.take_all() == 63
    places = [place for place, row in enumerate(taken()) if row.bearer_id != many.id]
    assert max(places) < carrying.queue.batch, places


def test_a_small_message_does_not_wait_for_large_ones_of_the_same_system(house: Flask, systems: list[Bearer]) -> None:
    bearer = systems[0]
    batches(bearer, [40, 40], now() - timedelta(seconds=5))
    [small] = batches(bearer, [3], now() - timedelta(seconds=1))
    assert carrying.queue.take_all() == 83
    places = [place for place, row in enumerate(taken()) if row.send_id == small]
    assert max(places) < carrying.queue.batch, places


@pytest.mark.usefixtures("app")
def test_what_is_scheduled_costs_nothing_before_its_time() -> None:
    bearer = api_bearer(family().school.district_id)[0]
    later = now() + timedelta(days=100)

    def look() -> int:
        batches(bearer, [1], now() - timedelta(seconds=1))
        with steps() as walked:
            assert carrying.queue.take_all() == 1
        with steps() as idle:
            assert carrying.queue.take_all() == 0
        return walked[0] + idle[0]

    batches(bearer, [1] * 10, later)
    few = look()
    batches(bearer, [1] * 2000, later)
    assert look() <= few * 1.2 + 100
