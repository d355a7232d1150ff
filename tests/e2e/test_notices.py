"""A device speaks up about a new text while nobody looks at the page."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.conversations.models import Conversation, Participant
from app.core.database import db, transaction
from app.core.office_hours import WEEKDAYS
from app.directory.models import ContactPoint, PhoneNumber, School
from tests.e2e.conftest import Window, control
from tests.houses import House

pytestmark = pytest.mark.e2e
RECORD = """
window.told = [];
window.Notification = class extends EventTarget {
  static permission = "default";
  static async requestPermission() { return (this.permission = "granted"); }
  constructor(title, options) { super(); window.told.push([title, options.body, options.tag]); }
};
"""
"""Headless browsers show no notices: this one writes them down."""


def pair(house: House, title: str) -> tuple[str, str]:
    """The guardian's number and the school's in the thread of this name, once everybody is at work."""
    with house.beside().app_context(), transaction():
        for school in db.session.scalars(select(School)):
            school.office_hours = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
        joined = select(ContactPoint.address, PhoneNumber.address).join_from(Participant, ContactPoint)
        joined = joined.join(PhoneNumber, PhoneNumber.id == Participant.phone_number_id).limit(1)
        row = db.session.execute(joined.join(Conversation).where(Conversation.title.startswith(title)).order_by(Conversation.id)).first()
        return row[0], row[1]


def test_a_text_is_announced_with_initials_once_the_teacher_wants_it(window: Window, house: House) -> None:
    guardian, school = pair(house, "Huda")
    page = window("/", "teacher@demo.test")
    page.add_init_script(RECORD)
    page.goto("/settings/profile")
    page.get_by_role("switch", name="Tell me about new texts").check()
    page.add_init_script("Notification.permission = 'granted'; Object.defineProperty(document, 'hidden', { get: () => true });")
    page.goto("/conversations")
    unread = page.locator('.chips [data-count-of="unread"]').inner_text()
    expect(page).to_have_title(f"({unread}) Messages · Homeroom")
    control(house, f"handsets/{guardian.replace('+', '%2B')}/texts", {"to": school, "body": "Five minutes away."})
    page.wait_for_function("() => window.told.length > 0")
    [[title, body, _tag]] = page.evaluate("window.told")
    assert title == "New text"
    assert "HA" in body
    assert "Huda" not in body
