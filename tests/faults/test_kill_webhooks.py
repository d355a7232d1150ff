"""No event is lost: the house is killed between the commit and the webhook, and while dozens are on their way."""

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.core.database import db, transaction
from app.webhooks.models import WebhookEvent
from app.webhooks.service import Outgoing, callback_endpoint, enqueue
from tests.factories import DistrictFactory
from tests.faults.people import wait_until
from tests.houses import House, model_house, running_house
from tests.webhooks.conftest import Bearer
from tests.webhooks.receiver import Answer, Heard, Receiver

pytestmark = pytest.mark.faults
SUBJECTS, EACH, KILLS = 80, 4, 2


class Moody:
    """Takes most events after a moment, and refuses some the first time."""

    def __init__(self) -> None:
        self.chance, self.seen = random.Random(2026), set[str]()

    def __call__(self, heard: Heard) -> Answer:
        time.sleep(self.chance.uniform(0.0, 0.03))  # as other systems take theirs
        is_new = heard.headers["webhook-id"] not in self.seen
        self.seen.add(heard.headers["webhook-id"])
        return Answer(422 if is_new and self.chance.random() < 0.02 else 200)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    running = Receiver(Moody())
    yield running
    running.close()


@pytest.fixture
def house(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[House]:
    model = model_house(tmp_path_factory.getbasetemp(), demo=False)
    with running_house(tmp_path / "house", like=model, HOMEROOM_DEMO="0", WEBHOOK_ALLOWED_ORIGINS=receiver.origin) as house:
        yield house


def waiting(app: Flask) -> int:
    with app.app_context():
        return db.session.query(WebhookEvent).filter(WebhookEvent.state == "waiting").count()


def happen(app: Flask, origin: str, number: int) -> set[str]:
    """Something is committed, as a face does it."""
    with app.app_context(), transaction():
        endpoint = callback_endpoint(Bearer(1, 1), f"{origin}/in", face="courier")
        events = [
            Outgoing(endpoint, "k", f"subject {subject}", {"subject": subject, "n": number * EACH + n})
            for n in range(EACH)
            for subject in range(SUBJECTS)
        ]
        enqueue(events)
    return {str(one.uuid) for one in events}


def test_every_committed_event_arrives_in_order_whatever_dies(house: House, receiver: Receiver) -> None:
    beside, chance, ids = house.beside(), random.Random(7), set[str]()
    with beside.app_context():
        DistrictFactory()
        db.session.commit()
        db.session.remove()
    house.kill()
    for number in range(KILLS):
        ids |= happen(beside, receiver.origin, number)  # committed while nobody lives to hand it over
        before = len(receiver.heard)
        house.start()
        receiver.wait_for(before + chance.randrange(30, 200), 60)
        house.kill()
        assert waiting(beside), "it died too late to lose anything"
    house.start()
    wait_until(lambda: not waiting(beside))
    counts = Counter(receiver.ids())
    assert set(counts) == ids
    assert sum(counts.values()) <= len(ids) * 1.04 + KILLS * 80, "far more repetitions than were on their way"
    firsts: dict[int, list[int]] = defaultdict(list)
    for body in dict.fromkeys(one.body for one in receiver.heard):
        told = json.loads(body)
        firsts[told["subject"]].append(told["n"])
    assert all(order == sorted(order) for order in firsts.values())
    assert {len(order) for order in firsts.values()} == {KILLS * EACH}
    with beside.app_context():
        assert db.session.query(WebhookEvent).filter(WebhookEvent.state == "delivered").count() == len(ids)
