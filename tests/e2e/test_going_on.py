"""Where a text does not arrive the phone rings, without anybody's doing, and the report says so."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select, update

from app.announcements.models import Announcement, AnnouncementRecipient
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.models import Delivery
from app.directory.models import ContactPoint, Enrollment, Guardianship
from tests.e2e.conftest import Window
from tests.e2e.test_announcements import ADMIN, SOON, moved, send

pytestmark = pytest.mark.e2e
SECTION = 8
FILTERED = "+15035553007"
AGO = timedelta(minutes=7)


def a_family(records: Flask) -> tuple[int, int, str]:
    """A student, and the mobile of the main contact."""
    with records.app_context():
        row = db.session.execute(
            select(Guardianship.student_id, ContactPoint.id, ContactPoint.address)
            .join(ContactPoint, ContactPoint.guardian_id == Guardianship.guardian_id)
            .join(Enrollment, Enrollment.student_id == Guardianship.student_id)
            .where(Enrollment.section_id == SECTION, Guardianship.priority == 1, Guardianship.may_contact.is_(True))
            .where(ContactPoint.kind == "mobile", ContactPoint.health == "ok")
            .order_by(Guardianship.student_id.desc())
        ).first()
    assert row is not None
    return row[0], row[1], row[2]


def time_passes(records: Flask, number: int) -> None:
    """It left some minutes ago."""
    with records.app_context(), transaction():
        ours = select(AnnouncementRecipient.id).where(AnnouncementRecipient.announcement_id == number)
        db.session.execute(
            update(Delivery).where(Delivery.owner_kind == "announcement", Delivery.owner_id.in_(ours)).values(started_at=now() - AGO)
        )
        db.session.execute(update(Announcement).where(Announcement.id == number).values(started_at=now() - AGO, escalates_at=now()))


def test_where_a_text_fails_the_phone_rings(window: Window, records: Flask, complaints: list[str]) -> None:
    student, point, phone = a_family(records)
    moved(records, point, FILTERED)
    page = window(f"/announcements/new?include=student:{student}", ADMIN)
    page.locator("#title").fill("Bus late")
    page.locator("#body-sms-en").fill("The bus comes 20 minutes late.")
    page.get_by_text("Main contact only").click()
    page.locator("#escalate_after").select_option("5")
    page.locator("#escalate_over").select_option("voice")
    expect(page.locator("#reach-n")).to_have_text("1")
    page.wait_for_url("**/edit")
    number = int(page.url.split("/")[-2])
    page.locator("#review").click()
    expect(page.locator("#review-dialog")).to_contain_text("Where it has not arrived 5 minutes later: voice call.")
    page.keyboard.press("Escape")
    send(page, records, number)
    steps = page.locator("section:has(#steps)")
    expect(steps).to_contain_text("gets it by voice call", timeout=SOON)
    expect(page.locator("#live")).to_contain_text("1 failed", timeout=SOON)
    moved(records, point, phone)
    time_passes(records, number)
    step = steps.get_by_role("link", name="Its report")
    expect(step).to_be_visible(timeout=SOON)  # by itself
    step.click()
    expect(page.locator("aside")).to_contain_text("Goes on where another announcement did not arrive")
    expect(page.locator("aside")).to_contain_text("The bus comes 20 minutes late.")
    assert complaints == []
