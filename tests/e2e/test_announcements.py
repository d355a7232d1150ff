"""An announcement over its whole way: three languages, handsets, an answer, another try, a stop, a correction."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from app.announcements.models import Announcement, AnnouncementRecipient
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.models import Delivery
from app.directory.models import ContactPoint, Enrollment, Guardian, Guardianship, PhoneNumber
from tests.e2e.conftest import Window, axe_findings, catch_requests, control, texts
from tests.houses import House

pytestmark = pytest.mark.e2e
ADMIN, TEACHER = "admin@demo.test", "teacher@demo.test"
SOON = 60_000
WORDS = {"en": "Picture day is Friday.", "es": "El viernes es el día de fotos.", "vi": "Thứ Sáu là ngày chụp ảnh."}


def write(page: Page, title: str, students: list[int], words: dict[str, str]) -> int:
    """Fill the composer for some students. Returns the announcement's id."""
    page.goto("/announcements/new?" + "&".join(f"include=student:{student}" for student in students))
    page.locator("#title").fill(title)
    page.locator("#body-sms-en").fill(words["en"])
    expect(page.locator("#reach-n")).not_to_have_text("0")
    for language, body in words.items():
        if language != "en":
            page.locator(f'[data-show="sms-{language}"]').click()
            page.locator(f"#body-sms-{language}").fill(body)
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    return int(re.findall(r"/announcements/(\d+)/edit", page.url)[0])


def send(page: Page, records: Flask, number: int) -> None:
    """Answer the question, and let the minute in which one can stop it pass at once."""
    page.locator("#review").click()
    page.locator("#sure").check()
    page.locator("#review-dialog .btn-primary").click()
    expect(page.locator("[data-hold]")).to_be_visible()
    with records.app_context(), transaction():
        db.session.execute(update(Announcement).where(Announcement.id == number).values(scheduled_for=now() - timedelta(seconds=1)))


def one_reached(records: Flask, number: int) -> tuple[str, str, str]:
    """Somebody who got it in Spanish: the phone, the number that wrote, and the name."""
    with records.app_context():
        row = db.session.execute(
            select(Delivery.address, PhoneNumber.address, Guardian.given_name)
            .join(AnnouncementRecipient, AnnouncementRecipient.id == Delivery.owner_id)
            .join(PhoneNumber, PhoneNumber.id == Delivery.phone_number_id)
            .join(Guardian, Guardian.id == AnnouncementRecipient.guardian_id)
            .where(
                Delivery.owner_kind == "announcement",
                AnnouncementRecipient.announcement_id == number,
                AnnouncementRecipient.language == "es",
            )
            .order_by(Delivery.id)
        ).first()
    assert row is not None
    return row[0], row[1], row[2]


def moved(records: Flask, point_id: int, address: str) -> None:
    """The family has another number now."""
    with records.app_context(), transaction():
        db.session.execute(update(ContactPoint).where(ContactPoint.id == point_id).values(address=address, health="ok"))


def a_reader_of(records: Flask, section: int, language: str) -> tuple[int, int, str]:
    """A student of the class whose main contact reads this language, with that one's mobile: the last, whom no other journey uses.

    A whole class would be waited for: its number sends three texts a second.
    """
    with records.app_context():
        row = db.session.execute(
            select(Guardianship.student_id, ContactPoint.id, ContactPoint.address)
            .join(ContactPoint, ContactPoint.guardian_id == Guardianship.guardian_id)
            .join(Guardian, Guardian.id == Guardianship.guardian_id)
            .join(Enrollment, Enrollment.student_id == Guardianship.student_id)
            .where(Enrollment.section_id == section, ContactPoint.kind == "mobile", ContactPoint.health == "ok")
            .where(Guardianship.priority == 1, Guardianship.may_contact.is_(True), Guardian.language == language)
            .order_by(ContactPoint.id.desc())
        ).first()
    assert row is not None
    return row[0], row[1], row[2]


def test_three_languages_an_answer_and_another_try(window: Window, house: House, records: Flask, complaints: list[str]) -> None:
    (student, point, phone), *others = (a_reader_of(records, 1, language) for language in WORDS)
    moved(records, point, "+15035553007")  # the carrier filters what goes there
    page = window("/announcements", ADMIN)
    number = write(page, "Picture day", [student, *(each for each, _point, _phone in others)], WORDS)
    expect(page.locator("#cost")).to_contain_text("Vietnamese")
    send(page, records, number)
    live = page.locator("#live")
    expect(live).to_have_attribute("data-state", "finished", timeout=SOON)
    expect(live).to_contain_text("1 failed", timeout=SOON)
    expect(page.locator("#live-more")).to_contain_text("Not reached, and why")
    said = {message["body"] for message in control(house, "messages?limit=200")["messages"]}
    assert {f"Cedar Grove: {words}" for words in WORDS.values()} <= said  # a number says no name
    assert axe_findings(page) == []
    row = page.locator("#families tbody tr").first
    for act, told in (("Block this address", "Blocked by staff"), ("Let them get announcements again", None)):
        row.get_by_role("button", name="More for").click()
        row.get_by_role("button", name=act).click()
        expect(row.get_by_text("Blocked by staff")).to_have_count(1 if told else 0)
    guardian, school, _name = one_reached(records, number)
    texts(house, guardian, school, "¿A qué hora?")
    page.wait_for_function("() => fetch(location.href).then((answer) => answer.text()).then((page) => page.includes('replied</dt><dd>1<'))")
    inbox = window("/conversations?filter=mine", ADMIN)
    inbox.get_by_role("link", name="Mine").click()
    expect(inbox.locator("#rows")).to_contain_text("¿A qué hora?")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Keep as a template").click()
    templates = window("/announcements?show=templates", ADMIN)
    templates.get_by_role("link", name="Picture day").click()
    templates.get_by_role("button", name="Use this template").click()
    expect(templates.locator("#body-sms-vi")).to_have_value(WORDS["vi"])
    templates.close()
    page.get_by_role("button", name="Send again to the one it failed for").click()
    expect(page.locator("#announcement")).to_contain_text("The people whom “Picture day” failed to reach.")
    moved(records, point, phone)
    expect(page.locator("#reach-n")).to_have_text("1")
    again = int(re.findall(r"/announcements/(\d+)/edit", page.url)[0])
    send(page, records, again)
    expect(page.locator("#live")).to_have_attribute("data-state", "finished", timeout=SOON)
    expect(page.locator("#reached")).to_have_text("1 of 1", timeout=SOON)
    assert complaints == []


def test_a_stop_by_keyboard_alone_is_final(window: Window, records: Flask, complaints: list[str]) -> None:
    page = window("/announcements/new", ADMIN)
    page.locator("#q-include").fill("Grade 5")
    page.locator("#found-include .aud-option").first.click()
    page.locator("#title").fill("Called off")
    page.locator("#body-sms-en").fill("The fair is on Thursday.")
    expect(page.locator("#reach-n")).not_to_have_text("0")
    number = int(re.findall(r"/announcements/(\d+)/edit", page.url)[0])
    beside = window("/announcements?show=running", "office@demo.test")  # a colleague, who looks at the list meanwhile
    listed = beside.locator("#announcements").get_by_role("row", name=re.compile("Called off"))
    expect(beside.locator("#announcements")).to_be_visible()
    expect(listed).to_have_count(0)
    send(page, records, number)
    expect(page.locator("#live")).to_have_attribute("data-state", "sending", timeout=SOON)
    expect(listed).to_contain_text("Sending")
    stop = page.locator("[popovertarget=ask-halt]")
    stop.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ask-halt")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#ask-halt")).not_to_be_visible()
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_have_attribute("data-state", "halted")
    expect(listed).to_have_count(0)
    expect(page.locator(".page-head").get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    assert axe_findings(page, "#live") == []
    assert complaints == []


def test_one_is_stopped_and_corrected(window: Window, records: Flask) -> None:
    page = window("/announcements/new", ADMIN)
    page.locator("#q-include").fill("Grade 3")
    page.locator("#found-include .aud-option").first.click()
    page.locator("#title").fill("Wrong day")
    page.locator("#body-sms-en").fill("The zoo trip is on Thursday.")
    expect(page.locator("#reach-n")).not_to_have_text("0")
    number = int(re.findall(r"/announcements/(\d+)/edit", page.url)[0])
    send(page, records, number)
    live = page.locator("#live")
    expect(live).to_contain_text("delivered", timeout=SOON)
    catch_requests(page)
    page.route("**/acts/**", lambda route: route.abort())  # the line is lost: nobody knows, and the page stays
    page.locator(".page-head").get_by_role("button", name="Pause").click()
    expect(page.locator("#toasts")).to_contain_text("No answer came, so it may have been done")
    page.unroute("**/acts/**")
    page.locator(".page-head").get_by_role("button", name="Correct this").click()
    page.get_by_role("button", name="Stop and correct").click()
    expect(page.locator("#announcement")).to_contain_text("“Wrong day” had gone out to some, and was stopped before")
    page.get_by_text("Only who got it").click()
    expect(page.locator("#old-sms-en")).to_contain_text("Still says the old text")
    correction = int(re.findall(r"/announcements/(\d+)/edit", page.url)[0])
    page.locator("#body-sms-en").fill("Sorry, the zoo trip is on Friday.")
    expect(page.locator("#preview")).to_contain_text("Sorry, the zoo trip")
    expect(page.locator("#preview ins")).to_have_text(["added: Sorry, the", "added: Friday"])
    expect(page.locator("#old-sms-en")).to_be_empty()
    send(page, records, correction)
    expect(live).to_have_attribute("data-state", "finished", timeout=SOON)
    with records.app_context():
        reached = {
            which: set(
                db.session.scalars(
                    select(Delivery.address)
                    .join(AnnouncementRecipient, AnnouncementRecipient.id == Delivery.owner_id)
                    .where(
                        Delivery.owner_kind == "announcement", AnnouncementRecipient.announcement_id == which, Delivery.state != "cancelled"
                    )
                )
            )
            for which in (number, correction)
        }
        everybody = db.session.scalars(select(Announcement.plan).where(Announcement.id == number)).one()["people_reached"]
    assert reached[number] == reached[correction]
    assert 0 < len(reached[number]) < everybody
    page.goto(f"/announcements/{number}")
    expect(page.locator("#live")).to_contain_text("Nothing more goes out")
