"""Nothing lost, nothing twice: a worker is killed again and again while it sends a thousand texts."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.config import VARIABLES, Settings
from app.core.database import db, transaction
from app.delivery import service
from app.delivery.models import Delivery, DeliveryState
from app.delivery.service import EnqueueRequest, Recipient
from tests.delivery.house import House
from tests.factories import PhoneNumberFactory

pytestmark = pytest.mark.faults
TEXTS, PHONES, KILLS = 400, 100, 3
ROOT = Path(__file__).parents[2]


@contextmanager
def worker(house: House) -> Iterator[None]:
    """A worker process on the house's database; killed without warning at the end."""
    settings: Settings = house.app.extensions["settings"]
    names = ("data", "database_url", "secret_key", "public_url", "port", "simulator_url")
    environment = os.environ | {VARIABLES[name]: str(getattr(settings, name)) for name in names}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--threads", "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "Worker started.\n"
        yield
    finally:
        process.kill()
        process.wait()


def put_texts_into_the_outbox(house: House) -> None:
    number = PhoneNumberFactory(segments_per_second=150)
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


def wait_until(holds, seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, Counter(one.state for one in db.session.query(Delivery))
        time.sleep(0.05)


def test_every_text_arrives_exactly_once_whatever_dies(house: House) -> None:
    house.network.set(latency_min=0.0, latency_max=0.05, drop_callbacks=0.5)  # half must be looked up
    put_texts_into_the_outbox(house)
    chance = random.Random(2026)
    for _ in range(KILLS):
        before = len(house.at_the_network())
        with worker(house):
            wait_until(lambda seen=before: len(house.at_the_network()) > seen or not in_state("pending"), 20)
            time.sleep(chance.uniform(0.0, 1.0))  # the moment of death is the point
    with worker(house):
        wait_until(lambda: in_state("pending", "processing") == 0, 45)
    bodies = Counter(one["body"] for one in house.at_the_network())
    assert bodies == Counter(f"Text {index}" for index in range(TEXTS))
    assert in_state(DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED) == TEXTS
    assert db.session.query(Delivery).filter(Delivery.provider_id.is_(None)).count() == 0


def test_a_new_worker_resumes_at_once(house: House) -> None:
    house.network.set(latency_min=0.0, latency_max=0.02)
    put_texts_into_the_outbox(house)
    with worker(house):
        wait_until(lambda: len(house.at_the_network()) > 50, 20)
    seen = len(house.at_the_network())
    with worker(house):
        begun = time.monotonic()
        wait_until(lambda: len(house.at_the_network()) > seen, 10)
        assert time.monotonic() - begun < 2
