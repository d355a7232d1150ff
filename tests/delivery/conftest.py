"""What the tests of the outbox share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import events
from app.core.database import db
from app.delivery.events import DeliveryChanged
from app.extensions import limiter
from tests.conftest import SharedHouse, point_to
from tests.delivery.house import House, networked
from tests.factories import family
from tests.factories.threads import Family


@pytest.fixture
def heard() -> Iterator[list[DeliveryChanged]]:
    """What owners of deliveries were told, in order."""
    facts: list[DeliveryChanged] = []

    def hear(fact: DeliveryChanged) -> None:
        facts.append(fact)

    events.within(DeliveryChanged)(hear)
    yield facts
    events._within[DeliveryChanged].remove(hear)


@pytest.fixture
def house(request: pytest.FixtureRequest, migrated: Path, served_house: SharedHouse, tmp_path: Path) -> Iterator[House]:
    """Our application and a simulated network, joined by real HTTP."""
    shutil.copy(migrated, tmp_path / "homeroom.sqlite3")
    point_to(served_house.settings.data, tmp_path)
    limiter.enabled = False
    with served_house.app.app_context():
        with networked(served_house.app) as house:
            yield house
            db.session.remove()
        db.engine.dispose()
        served_house.tidy()


@pytest.fixture
def quick_family(house: House) -> Family:
    """A family, in a house whose numbers speak without a pause."""
    people = family()
    people.number.segments_per_second = 1000
    db.session.commit()
    return people
