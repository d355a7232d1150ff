"""What the tests of the outbox share."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.core import events
from app.core.database import db
from app.delivery.events import DeliveryChanged
from tests.conftest import settings_for
from tests.delivery.house import House, housed
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
def house(migrated: Path, tmp_path: Path) -> Iterator[House]:
    """Our application and a simulated network, joined by real HTTP."""
    shutil.copy(migrated, tmp_path / "homeroom.sqlite3")

    def make_app(addresses: dict[str, Any]) -> Flask:
        app = create_app(settings_for(tmp_path, **addresses))
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        return app

    with housed(make_app) as house, house.app.app_context():
        yield house
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def quick_family(house: House) -> Family:
    """A family, in a house whose numbers speak without a pause."""
    people = family()
    people.number.segments_per_second = 1000
    db.session.commit()
    return people
