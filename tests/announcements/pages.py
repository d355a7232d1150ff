"""A school, its principal's browser, and what the composer sends: for tests of the pages."""

import re

import pytest
from flask.testing import FlaskClient

from app.announcements.models import Announcement
from app.core.database import db
from tests.announcements.schools import Campus, campus
from tests.conftest import SignIn
from tests.delivery.house import House


@pytest.fixture
def place(house: House) -> Campus:
    """A school with English and Spanish families."""
    found = campus()
    found.families(4)
    found.families(3, language="es")
    db.session.commit()
    return found


@pytest.fixture
def admin(place: Campus, sign_in: SignIn) -> FlaskClient:
    """The principal's browser."""
    return sign_in(place.admin)


def the_one() -> Announcement:
    db.session.rollback()
    return db.session.query(Announcement).order_by(Announcement.id.desc()).limit(1).one()


def form(place: Campus, **more: object) -> dict[str, object]:
    """What the composer sends."""
    return {
        "has_audience": "1", "has_channels": "1", "has_canary": "1", "title": "Closed", "school": str(place.school.id),
        "send_to": "all", "include": [f"school:{place.school.id}"], "channel": ["sms"], "body-sms-en": "Closed tomorrow.",
        "origin-sms-en": "written", "when": "now", "fallback": "en", **more,
    }  # fmt: skip


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]
