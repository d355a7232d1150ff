"""No phone rings twice and none is forgotten: a worker is killed again and again while it calls."""

import random
import time
from collections import Counter

import pytest

from app.core.database import db, transaction
from app.delivery import service
from app.delivery.models import Delivery, DeliveryState
from app.delivery.service import EnqueueRequest, Recipient
from app.delivery.voice.models import PlacedCall
from tests.delivery.house import House
from tests.factories import PhoneNumberFactory
from tests.faults.test_kill_worker import in_state, wait_until, worker

pytestmark = pytest.mark.faults
CALLS, KILLS = 30, 2


def test_every_phone_rings_exactly_once_whatever_dies(house: House) -> None:
    house.network.set(call_speed=200, latency_max=0.2, lost_answer_rate=0.05, lost_answer_seconds=0.3, repeat_callbacks=2)
    number = PhoneNumberFactory(calls_per_second=15)
    db.session.commit()
    with transaction():
        for index in range(CALLS):
            recipient = Recipient(f"+1503222{index:04d}", number.id)
            service.enqueue(
                EnqueueRequest(number.district_id, "test", index, f"Message {index}", (recipient,), channel="voice", is_reply=True)
            )  # fmt: skip
    chance = random.Random(2026)
    for _ in range(KILLS):
        before = rung(house)
        with worker(house):
            wait_until(lambda seen=before: rung(house) > seen or not in_state("pending"))
            time.sleep(chance.uniform(0.0, 1.0))  # the moment of death is the point
    with worker(house):
        wait_until(lambda: in_state("pending", "processing", "sending", "sent") == 0)
    stories = house.network.control("calls")["calls"]
    assert Counter(one["handset"] for one in stories) == Counter(f"+1503222{index:04d}" for index in range(CALLS))
    assert db.session.query(Delivery).filter_by(state=DeliveryState.DELIVERED, reached="person").count() == CALLS
    assert db.session.query(PlacedCall).filter_by(outcome="person").count() == CALLS


def rung(house: House) -> int:
    return len(house.network.control("calls")["calls"])
