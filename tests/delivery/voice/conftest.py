"""What the tests of calls share: a house, a network in which time flies, and ways to go on."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.core.clock import now
from app.core.database import db
from app.delivery import service
from app.delivery.models import Delivery
from app.delivery.service import EnqueueRequest, Recipient
from app.delivery.voice import lookups
from app.delivery.voice.caller import Caller
from app.directory.models import ContactKind
from tests.delivery.conftest import heard, house
from tests.delivery.house import House
from tests.factories import ContactPointFactory, family
from tests.factories.threads import Family

__all__ = ["heard", "house"]
FAST = 400.0
"""Seconds of a call in one second."""


class Calls:
    """A house that calls."""

    def __init__(self, house: House) -> None:
        self.house = house

    def queue(self, people: Family, to: str | None = None, body: str = "School is closed tomorrow.", **more: Any) -> Delivery:
        """A call for the guardian at their mobile, or to a phone that no record holds."""
        point = people.contact_point
        details = {"language": more.pop("language", "en")}
        recipient = Recipient(to or point.address, people.number.id, None if to else point.id)
        request = {
            "district_id": people.school.district_id, "owner_kind": "test", "owner_id": 1, "body": body, "channel": "voice",
            "recipients": (recipient,), "is_reply": True, "details": details,
        }  # fmt: skip
        (delivery,) = service.enqueue(EnqueueRequest(**request | more))
        return delivery

    @contextmanager
    def calling(self) -> Iterator[None]:
        """A dispatcher of calls, at work."""
        caller = Caller(self.house.app)
        caller.start()
        try:
            yield
        finally:
            caller.stop()

    def place(self, seconds: float = 40) -> None:
        """Place whatever is due."""
        limit = time.monotonic() + seconds
        db.session.rollback()
        caller = Caller(self.house.app)
        caller.start()
        try:
            while not (self._is_nothing_due(caller) and caller.is_idle):
                assert time.monotonic() < limit, "calls still wait"
                time.sleep(0.02)
        finally:
            caller.stop()
        db.session.expire_all()

    @staticmethod
    def _is_nothing_due(caller: Caller) -> bool:
        db.session.rollback()
        return not caller.is_due(within=1)

    def go(self) -> None:
        """Place what is due, and wait until all calls are over and told."""
        self.place()
        self.house.hear()

    def come_due(self, delivery: Delivery) -> None:
        """A quarter of an hour later."""
        self.house.set(delivery, due_at=now())

    def look_up(self) -> int:
        """What the lookups do once a second."""
        db.session.rollback()
        count = lookups.look_up(self.house.app)
        db.session.expire_all()
        return count

    def at_the_network(self) -> list[dict[str, Any]]:
        """The calls that the network got, oldest first."""
        return list(reversed(self.house.network.control("calls")["calls"]))

    def words(self, index: int = -1) -> list[str]:
        """What was heard on a call."""
        return [line["words"] for line in self.at_the_network()[index]["lines"] if line["kind"] == "heard"]


@pytest.fixture
def calls(house: House) -> Calls:
    """A house whose calls take no time."""
    house.network.set(call_speed=FAST, callback_delay=0.01)
    return Calls(house)


@pytest.fixture
def people(house: House) -> Family:
    """A family whose school calls without a pause."""
    people = family()
    people.number.calls_per_second = 50
    db.session.commit()
    return people


def phone_of(people: Family, address: str, kind: str = ContactKind.LANDLINE, label: str = "home") -> None:
    """A further number of the guardian."""
    ContactPointFactory(
        guardian=people.guardian, district_id=people.school.district_id, address=address, kind=kind, label=label, priority=2
    )  # fmt: skip
    db.session.commit()


def to_line(people: Family, line: str) -> None:
    """Have the guardian's mobile follow a line of the simulator."""
    people.contact_point.address = f"+1503555{line}"
    db.session.commit()
