"""Nothing lost, nothing twice: a worker is killed again and again while it sends emails."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.config import VARIABLES, Settings
from app.core.database import db
from app.delivery.models import Delivery, DeliveryState, Priority
from tests.delivery.email.conftest import Mailing
from tests.nursery import bear

pytestmark = pytest.mark.faults
EMAILS, KILLS, CONNECTIONS = 80, 2, 4


@contextmanager
def worker(mailing: Mailing) -> Iterator[None]:
    """A worker process; killed without warning at the end."""
    settings: Settings = mailing.app.extensions["settings"]
    names = ("data", "database_url", "secret_key", "public_url", "smtp_url", "smtp_per_second", "mail_from")
    environment = {VARIABLES[name]: str(getattr(settings, name)) for name in names} | {"HOMEROOM_DEMO": "0"}
    log = settings.data / f"worker-{time.monotonic_ns()}.log"
    process = bear(environment, log, ["flask", "--app", "wsgi", "worker", "--threads", "1"])
    try:
        wait_until(lambda: log.exists() and "Worker started.\n" in log.read_text())
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def count(*conditions) -> int:
    db.session.rollback()
    return db.session.query(Delivery).filter(*conditions).count()


def wait_until(holds, seconds: float = 180) -> None:
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_every_email_arrives_once_or_waits_for_a_decision(mailing: Mailing) -> None:
    mailing.office.seconds = 0.02
    mailing.write(*(f"f{number}@family.test" for number in range(EMAILS)), priority=Priority.BULK)
    db.session.commit()
    chance = random.Random(2026)
    for _ in range(KILLS):
        before = len(mailing.office.letters)
        with worker(mailing):
            wait_until(lambda seen=before: len(mailing.office.letters) > seen)
            time.sleep(chance.uniform(0.0, 0.4))  # the moment of death is the point
    with worker(mailing):
        wait_until(lambda: count(Delivery.state.in_(["pending", "processing"]), Delivery.doubtful_since.is_(None)) == 0)
    arrived = mailing.office.by_address()
    assert max(arrived.values()) == 1
    doubtful = {one.address for one in db.session.query(Delivery).filter(Delivery.doubtful_since.is_not(None))}
    assert count(Delivery.state == DeliveryState.SENT) + len(doubtful) == EMAILS
    assert {f"f{number}@family.test" for number in range(EMAILS)} - set(arrived) <= doubtful
    assert len(doubtful) <= KILLS * CONNECTIONS
