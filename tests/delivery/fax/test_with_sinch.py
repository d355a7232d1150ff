"""The whole way of a fax with a carrier that signs nothing: it comes with a password, and is asked before it is believed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.carrier import sinch_faxes
from app.carrier.fax_choice import sinch_callback_of
from app.carrier.fax_codes import FaxCode
from app.core import practice_keys
from app.core.database import db
from app.delivery.fax.models import ARRIVED
from app.directory.models import Purpose
from tests.conftest import build, settings_for
from tests.delivery.fax.conftest import FAST, Faxes
from tests.delivery.house import House, housed, state_of
from tests.factories import PhoneNumberFactory

TOKEN = "a token/of thirty+two characters"


@pytest.fixture
def house(migrated: Path, tmp_path: Path) -> Iterator[House]:
    def make_app(addresses: dict[str, Any]) -> Flask:
        address = f"sqlite:///{tmp_path / 'homeroom.sqlite3'}"
        keys = {"sinch_project_id": practice_keys.SINCH_PROJECT, "sinch_key_id": practice_keys.SINCH_KEY}
        keys |= {"sinch_key_secret": practice_keys.SINCH_SECRET, "sinch_webhook_token": TOKEN}
        return build(settings_for(tmp_path, database_url=address, fax_carrier="sinch", **keys, **addresses))

    (tmp_path / "homeroom.sqlite3").write_bytes(migrated.read_bytes())
    with housed(make_app) as house, house.app.app_context():
        settings = house.app.extensions["settings"]
        house.app.extensions["fax_carrier"] = sinch_faxes.build(
            project=settings.sinch_project_id, key_id=settings.sinch_key_id, key_secret=settings.sinch_key_secret,
            callback_url=sinch_callback_of(settings), base=f"{house.network.url}/sinch/v3/projects/{settings.sinch_project_id}",
        )  # fmt: skip
        yield house
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def faxes(house: House) -> Faxes:
    house.network.set(fax_speed=FAST)
    number = PhoneNumberFactory(purpose=Purpose.FAX, calls_per_second=50)
    db.session.commit()
    return Faxes(house, number)


def test_a_fax_goes_through_and_a_busy_one_does_not(faxes: Faxes) -> None:
    through, busy = faxes.queue(pages=3), faxes.queue("+15035559001", owner_id=2)
    faxes.go()
    assert state_of(through) == ("delivered", None)
    (one,) = faxes.tries(through)
    assert (one.outcome, one.pages) == (ARRIVED, 3)
    assert state_of(busy) == ("pending", FaxCode.BUSY)
    (one,) = faxes.tries(busy)
    assert (one.outcome, one.raw_code, one.pages) == (FaxCode.BUSY, "CALL_ERROR 17", 0)


def test_an_interruption_says_how_many_pages_arrived(faxes: Faxes) -> None:
    delivery = faxes.queue("+15035559006", pages=5)
    faxes.go()
    (one,) = faxes.tries(delivery)
    assert (one.outcome, one.pages) == (FaxCode.INTERRUPTED, 3)
