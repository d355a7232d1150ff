"""No machine gets a fax twice and none is forgotten: a worker is killed again and again while it hands faxes over."""

import io
import random
import time
from collections import Counter

import pytest

from app.core.database import db, transaction
from app.core.files import LocalFileStore, chunks_of
from app.delivery import service
from app.delivery.fax.models import ARRIVED, PlacedFax
from app.delivery.models import Delivery, DeliveryState
from app.delivery.service import EnqueueRequest, Recipient
from app.directory.models import Purpose
from tests.delivery.house import House
from tests.factories import PhoneNumberFactory
from tests.faults.test_kill_worker import in_state, wait_until, worker
from tests.simulator.faxing import pdf

pytestmark = pytest.mark.faults
FAXES, KILLS = 16, 3


def test_every_fax_arrives_exactly_once_whatever_dies(house: House) -> None:
    house.network.set(fax_speed=200, latency_max=0.3, lost_answer_rate=0.1, lost_answer_seconds=0.3, repeat_callbacks=2)
    number = PhoneNumberFactory(purpose=Purpose.FAX, calls_per_second=6)
    db.session.commit()
    store = LocalFileStore(house.app.extensions["settings"].data / "files")
    kept = store.save(chunks_of(io.BytesIO(pdf(2))), extension=".pdf").key
    with transaction():
        for index in range(FAXES):
            request = EnqueueRequest(
                number.district_id, "test", index, "Records", (Recipient(f"+1503222{index:04d}", number.id),), channel="fax", is_reply=True,
                media=({"key": kept, "content_type": "application/pdf", "name": "fax.pdf"},), details={"fine": True},
            )  # fmt: skip
            service.enqueue(request)
    chance = random.Random(2026)
    for _ in range(KILLS):
        before = taken(house)
        with worker(house):
            wait_until(lambda seen=before: taken(house) > seen or not in_state("pending"))
            time.sleep(chance.uniform(0.0, 0.8))  # the moment of death is the point
    with worker(house):
        wait_until(lambda: in_state("pending", "processing", "sending", "sent") == 0)
    stories = house.network.control("faxes")["faxes"]
    assert Counter(one["machine"] for one in stories) == Counter(f"+1503222{index:04d}" for index in range(FAXES))
    assert db.session.query(Delivery).filter_by(state=DeliveryState.DELIVERED).count() == FAXES
    assert db.session.query(PlacedFax).filter_by(outcome=ARRIVED).count() == FAXES


def taken(house: House) -> int:
    return len(house.network.control("faxes")["faxes"])
