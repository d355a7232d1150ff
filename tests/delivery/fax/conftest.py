"""What the tests of faxes share: a house, a network in which time flies, and ways to go on."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.core.files import LocalFileStore, chunks_of
from app.delivery import service
from app.delivery.fax import lookups
from app.delivery.fax.faxer import Faxer
from app.delivery.fax.models import PlacedFax
from app.delivery.models import Delivery
from app.delivery.service import EnqueueRequest, Recipient
from app.directory.models import PhoneNumber, Purpose
from tests.delivery.conftest import heard, house
from tests.delivery.house import House
from tests.factories import PhoneNumberFactory
from tests.simulator.faxing import CLINIC, pdf

__all__ = ["heard", "house"]
FAST = 400.0
"""Seconds on the line in one second."""


class Faxes:
    """A house that faxes."""

    def __init__(self, house: House, number: PhoneNumber) -> None:
        self.house, self.number = house, number

    def document(self, pages: int = 2) -> dict[str, str]:
        """A PDF in the file store."""
        store = LocalFileStore(self.house.app.extensions["settings"].data / "files")
        key = store.save(chunks_of(io.BytesIO(pdf(pages))), extension=".pdf").key
        return {"key": key, "content_type": "application/pdf", "name": "fax.pdf"}

    def queue(self, to: str = CLINIC, pages: int = 2, **more: Any) -> Delivery:
        """A fax to a machine."""
        details = {"fine": True, "station": "Bridge School"} | more.pop("details", {})
        request = {
            "district_id": self.number.district_id, "owner_kind": "test", "owner_id": 1, "body": "Records", "channel": "fax",
            "recipients": (Recipient(to, self.number.id),), "media": (self.document(pages),), "details": details, "is_reply": True,
        }  # fmt: skip
        (delivery,) = service.enqueue(EnqueueRequest(**request | more))
        return delivery

    @contextmanager
    def faxing(self) -> Iterator[Faxer]:
        """A dispatcher of faxes, at work."""
        faxer = Faxer(self.house.app)
        faxer.start()
        try:
            yield faxer
        finally:
            faxer.stop()

    def place(self, seconds: float = 40) -> None:
        """Hand over whatever is due."""
        limit = time.monotonic() + seconds
        db.session.rollback()
        with self.faxing() as faxer:
            while faxer.is_due(within=1) or not faxer.is_idle:
                assert time.monotonic() < limit, "faxes still wait"
                time.sleep(0.02)
                db.session.rollback()
        db.session.rollback()

    def go(self) -> None:
        """Hand over what is due, and wait until all faxes are over and told."""
        self.place()
        self.house.hear()

    def come_due(self, delivery: Delivery) -> None:
        """Seven minutes later."""
        self.house.set(delivery, due_at=now())

    def grow_silent(self, delivery: Delivery, **values: Any) -> int:
        """Nothing was heard for long: what the lookups do then."""
        self.house.set(delivery, **{"claimed_until": now()} | values)
        count = lookups.look_up(self.house.app)
        db.session.expire_all()
        return count

    def tries(self, delivery: Delivery) -> list[PlacedFax]:
        """Oldest first."""
        db.session.rollback()
        return list(db.session.scalars(select(PlacedFax).where(PlacedFax.delivery_id == delivery.id).order_by(PlacedFax.attempt)))

    def at_the_network(self) -> list[dict[str, Any]]:
        """The faxes that the network got, oldest first."""
        return list(reversed(self.house.network.control("faxes")["faxes"]))


@pytest.fixture
def faxes(house: House) -> Faxes:
    """A house whose faxes take no time, with a fax number that knows no pause."""
    house.network.set(fax_speed=FAST)
    number = PhoneNumberFactory(purpose=Purpose.FAX, calls_per_second=50)
    db.session.commit()
    return Faxes(house, number)
