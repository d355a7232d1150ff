"""A question over its whole way: written, sent, answered on a handset, and counted while the page is open."""

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from app.announcements.models import AnnouncementRecipient
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import PhoneNumber
from tests.e2e.conftest import Window, axe_findings, texts
from tests.e2e.test_announcements import ADMIN, SOON, a_reader_of, send, write
from tests.houses import House

pytestmark = pytest.mark.e2e


def lines(records: Flask, number: int) -> list[tuple[str, str]]:
    """A phone of each family that got an announcement, and the number that wrote to it."""
    with records.app_context():
        rows = db.session.execute(
            select(AnnouncementRecipient.family_id, Delivery.address, PhoneNumber.address)
            .join(AnnouncementRecipient, AnnouncementRecipient.id == Delivery.owner_id)
            .join(PhoneNumber, PhoneNumber.id == Delivery.phone_number_id)
            .where(
                Delivery.owner_kind == "announcement", Delivery.state == "delivered", AnnouncementRecipient.announcement_id == number
            )
            .order_by(Delivery.id)
        )  # fmt: skip
        return list({row[0]: (row[1], row[2]) for row in rows}.values())


def test_a_question_is_asked_and_its_answers_appear_by_themselves(
    window: Window, house: House, records: Flask, complaints: list[str]
) -> None:
    page = window("/announcements", ADMIN)
    students = [a_reader_of(records, 1, language)[0] for language in ("en", "es")]
    number = write(page, "Spring fair", students, {"en": "The spring fair is on Friday."})
    page.locator("#ask").check()
    page.locator("#ask-question-en").fill("Will you come?")
    for place, choice in enumerate(("Yes", "No", "Not sure"), start=1):  # a further line appears as the last one is filled
        page.locator(f'[name="ask-choice-en-{place}"]').fill(choice)
    expect(page.locator("#preview")).to_contain_text("Reply 1 for Yes, 2 for No, 3 for Not sure.")
    assert axe_findings(page, "#ask-block") == []
    send(page, records, number)
    expect(page.locator("#live")).to_have_attribute("data-state", "finished", timeout=SOON)
    page.get_by_role("link", name="See the answers", exact=True).click()
    answered = page.locator("#answered")
    expect(answered).to_contain_text("0 of ")
    (first, school), (second, other) = lines(records, number)[:2]
    texts(house, first, school, "1")
    expect(answered).to_contain_text("1 of ")
    texts(house, second, other, "not sure")
    expect(answered).to_contain_text("2 of ")
    expect(page.locator(".answer-bars")).to_contain_text("1 (50 %)")
    expect(page.locator("#people")).to_contain_text("Not sure")
    assert axe_findings(page) == []
    assert complaints == []
