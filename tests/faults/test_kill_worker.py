"""Nothing lost, nothing twice: a worker is killed again and again while it sends hundreds of texts."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.config import VARIABLES, Settings
from app.core.database import db, transaction
from app.delivery import service
from app.delivery.models import Delivery, DeliveryState
from app.delivery.service import EnqueueRequest, Recipient
from app.delivery.waiting import LEASE
from tests.delivery.house import House
from tests.factories import PhoneNumberFactory
from tests.faults.people import wait_until as patiently
from tests.nursery import bear

pytestmark = pytest.mark.faults
TEXTS, PHONES, PER_SECOND, KILLS = 300, 100, 100, 2
BETWEEN_DEATHS = (5, 90)


@contextmanager
def worker(house: House) -> Iterator[None]:
    """A worker process on the house's database; killed without warning at the end."""
    settings: Settings = house.app.extensions["settings"]
    names = ("data", "database_url", "secret_key", "public_url", "port", "simulator_url")
    environment = {VARIABLES[name]: str(getattr(settings, name)) for name in names}
    log = settings.data / f"worker-{time.monotonic_ns()}.log"
    process = bear(environment, log, ["flask", "--app", "wsgi", "worker", "--threads", "2"])
    try:
        wait_until(lambda: log.exists() and "Worker started.\n" in log.read_text())
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def put_texts_into_the_outbox(house: House) -> None:
    number = PhoneNumberFactory(segments_per_second=PER_SECOND)
    db.session.commit()
    with transaction():
        for index in range(TEXTS):
            to = f"+1503201{index % PHONES:04d}"
            service.enqueue(
                EnqueueRequest(number.district_id, "test", index, f"Text {index}", (Recipient(to, number.id),), is_reply=True)
            )  # fmt: skip


def in_state(*states: str) -> int:
    db.session.rollback()
    return db.session.query(Delivery).filter(Delivery.state.in_(states)).count()


def sent(house: House) -> int:
    return int(house.network.control("messages/count?direction=outbound-api")["count"])


def wait_until(holds, seconds: float = 180) -> None:
    patiently(holds, seconds, said=lambda: Counter(one.state for one in db.session.query(Delivery)))


def test_every_text_arrives_exactly_once_whatever_dies(house: House) -> None:
    house.network.set(latency_min=0.0, latency_max=0.05, drop_callbacks=0.5)  # half must be looked up
    put_texts_into_the_outbox(house)
    chance = random.Random(2026)
    for _ in range(KILLS):
        house.network.gate.close_after(chance.randrange(*BETWEEN_DEATHS))
        with worker(house):
            house.network.gate.wait_until_closed()
            time.sleep(chance.uniform(0.0, 0.3))  # how much of it is written down
        assert in_state("pending", "processing"), "it died too late to lose anything"
        house.network.gate.open()
    with worker(house):
        wait_until(lambda: in_state("pending", "processing") == 0)
    bodies = Counter(one["body"] for one in house.at_the_network())
    assert bodies == Counter(f"Text {index}" for index in range(TEXTS))
    assert in_state(DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED) == TEXTS
    assert db.session.query(Delivery).filter(Delivery.provider_id.is_(None)).count() == 0


def test_a_new_worker_resumes_at_once(house: House) -> None:
    house.network.set(latency_min=0.0, latency_max=0.02)
    put_texts_into_the_outbox(house)
    house.network.gate.close_after(50)
    with worker(house):
        house.network.gate.wait_until_closed()
    house.network.gate.open()
    seen = sent(house)
    with worker(house):
        wait_until(lambda: sent(house) > seen, LEASE.total_seconds() / 2)
