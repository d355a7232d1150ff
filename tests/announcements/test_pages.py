"""The pages of announcements, through the front door: written, looked at, sent, and followed."""

import re

import pytest
from flask.testing import FlaskClient

from app.announcements.models import Announcement
from app.core.database import db
from tests.announcements.schools import Campus, campus, draft, run, send, sms
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


def test_an_announcement_is_written_looked_at_and_sent_without_script(place: Campus, house: House, admin: FlaskClient) -> None:
    assert "No announcements yet" in admin.get("/announcements").text
    assert "Nobody is chosen yet" in admin.get("/announcements/new").text
    kept = admin.post("/announcements/new", data=form(place, act="save"))
    address = kept.location
    page = admin.get(address).text
    assert '<output id="reach-n" aria-live="polite">7</output>' in page
    assert "in 7 of 7 families" in page
    assert "Spanish" in page
    saved = admin.post(address, data=form(place, act="review", version="1", **{"body-sms-es": "Mañana no hay clases."}))
    review = admin.get(saved.location).text
    assert "Send to 7 people in 7 families?" in review
    assert "7 texts" in review
    number = the_one().id
    refused = admin.post(f"/announcements/{number}/send", data={"version": "2", "fingerprint": hidden(review, "fingerprint")})
    assert refused.status_code == 422
    sent = admin.post(f"/announcements/{number}/send", data={"version": "2", "fingerprint": hidden(review, "fingerprint"), "sure": "on"})
    assert sent.status_code == 303
    report = admin.get(sent.location).text
    assert re.search(r"Starts in \d+ seconds", report)
    admin.post(f"/announcements/{number}/acts/cancel")
    assert "Nobody got it" in admin.get(sent.location).text


def test_the_report_adds_up(place: Campus, house: House, admin: FlaskClient) -> None:
    announcement = draft(place, sms("Closed."), sms("Cerrado.", "es"), has_canary=False, send_to="all")
    send(announcement, place.admin)
    run(until="sending")
    run(20)
    house.hand_over()
    run(5)
    house.hear()
    page = admin.get(f"/announcements/{announcement.id}").text
    assert ">7 of 7<" in page
    assert "7 delivered" in page
    assert "3 of 3" in page
