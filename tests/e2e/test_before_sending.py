"""What stands between a draft and the families: the clock, the night, a colleague's word. And all of it without a mouse."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from app.accounts.models import Staff
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import District
from tests.e2e.conftest import Window, axe_findings

pytestmark = pytest.mark.e2e
ADMIN, OFFICE = "admin@demo.test", "office@demo.test"
ZONE = ZoneInfo("America/Los_Angeles")
GAP = "2027-03-14T02:30"
"""The clocks of the demo district jump over it; who reads that is told so whenever it was."""


def begin(page: Page, section: int, title: str, words: str) -> None:
    """A draft for a class."""
    page.goto(f"/announcements/new?include=section:{section}")
    page.locator("#title").fill(title)
    page.locator("#body-sms-en").fill(words)
    expect(page.locator("#reach-n")).not_to_have_text("0")


def confirm(page: Page) -> None:
    """Review it, and say yes."""
    page.locator("#review").click()
    page.locator("#sure").check()
    page.locator("#review-dialog .btn-primary").click()
    expect(page.locator("#live")).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    """Go there by the Tab key."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(selector)


def with_language(records: Flask, language: str) -> None:
    """The admin reads another language."""
    with records.app_context(), transaction():
        db.session.execute(update(Staff).where(Staff.email == ADMIN).values(language=language))


@pytest.fixture
def spanish(window: Window, records: Flask) -> Iterator[Page]:
    """A window of somebody who reads Spanish."""
    with_language(records, "es")
    yield window("/announcements", ADMIN)
    with_language(records, "en")


@pytest.fixture
def night(records: Flask) -> Iterator[None]:
    """It is night for everybody."""
    with records.app_context(), transaction():
        district = db.session.scalars(select(District)).one()
        there = now().astimezone(ZoneInfo(district.time_zone))
        before = district.settings
        hours = [(there + timedelta(hours=distance)).strftime("%H:00") for distance in (-2, 3)]
        district.settings = {**before, "quiet_hours": hours}
    yield
    with records.app_context(), transaction():
        db.session.scalars(select(District)).one().settings = before


def test_by_keyboard_alone_and_in_spanish(spanish: Page, complaints: list[str]) -> None:
    page = spanish
    tab_to(page, "a[href='/announcements/new']")
    page.keyboard.press("Enter")
    expect(page.locator("#announcement")).to_be_visible()
    tab_to(page, "#q-include")
    page.keyboard.type("Room 13")
    expect(page.locator("#found-include .aud-option").first).to_be_visible()
    page.keyboard.press("Enter")
    tab_to(page, "#title")
    page.keyboard.type("Reunión")
    tab_to(page, "#body-sms-en")
    page.keyboard.type("The meeting is on Friday at 6:00 PM.")
    expect(page.locator("#reach")).to_contain_text("responsables de")
    tab_to(page, "#announcement button[value=review]")
    page.keyboard.press("Enter")
    expect(page.locator("#review-dialog")).to_contain_text("¿Enviar a")
    expect(page.locator("#review-dialog [data-close].btn:not(.btn-icon)")).to_be_focused()
    assert axe_findings(page, "#review-dialog") == []
    tab_to(page, "#sure")
    page.keyboard.press("Space")
    tab_to(page, "#review-dialog .btn-primary")
    page.keyboard.press("Enter")
    expect(page.locator("[data-hold]")).to_be_visible()
    expect(page.locator("#live-more")).to_contain_text("Lo que sale")
    tab_to(page, "form[action$='/acts/cancel'] button")
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("Nadie lo recibió.")
    assert complaints == []


def written(day: date) -> str:
    """As pages write it, with the year where it is another one."""
    return f"{day:%a, %b} {day.day}" + (f", {day.year}" if day.year != now().astimezone(ZONE).year else "")


def by_day() -> tuple[str, str]:
    """A time outside of the quiet hours, which these journeys have half a day from now: as fields have it, and in words."""
    hour = now().astimezone(ZONE).hour
    hour = 4 if hour == int(GAP[11:13]) else hour
    return f"{hour:02}:30", f"{hour % 12 or 12}:30 {'AM' if hour < 12 else 'PM'}"


def test_a_time_that_no_clock_shows_is_not_taken(window: Window) -> None:
    free, said = by_day()
    first, second, third = (now().astimezone(ZONE).date() + timedelta(days=days) for days in (10, 11, 12))
    page = window("/announcements", ADMIN)
    begin(page, 2, "Early release", "Early release on Friday at 1 PM.")
    page.locator("#when-later").check()
    for wrong, why in (("2020-01-06T09:00", "This time has passed"), (GAP, "the clocks jump over it")):
        page.locator("#at").fill(wrong)
        page.locator("#review").click()
        expect(page.locator("#of-time")).to_contain_text(why)
        expect(page.locator("#at")).to_be_focused()
    page.locator("#at").fill(f"{first}T{free}")
    expect(page.locator("#held")).to_contain_text("By then it is day for everybody")
    confirm(page)
    expect(page.locator("#live")).to_contain_text(f"Goes out {written(first)}, {said}")
    page.locator("#at").fill("2020-01-06T09:00")
    beside = window(page.url, ADMIN)
    beside.locator("#at").fill(f"{third}T{free}")
    beside.get_by_role("button", name="Change the time").click()
    expect(page.locator("#live")).to_contain_text(f"Goes out {written(third)}, {said}")
    expect(page.locator("#at")).to_have_value("2020-01-06T09:00")  # what is being written stays
    page.get_by_role("button", name="Change the time").click()
    expect(page.get_by_role("alert")).to_contain_text("This time has passed")
    page.locator("#at").fill(f"{second}T{free}")
    page.get_by_role("button", name="Change the time").click()
    expect(page.locator("#live")).to_contain_text(f"Goes out {written(second)}, {said}")
    page.get_by_role("button", name="Call it off").click()
    expect(page.locator("#live")).to_contain_text("Nobody got it.")


def test_the_night_is_said_before_and_an_emergency_passes_it(window: Window, night: None) -> None:
    page = window("/announcements", ADMIN)
    begin(page, 2, "Snow day", "School is closed today.")
    expect(page.locator("#held")).to_contain_text("Held for the night")
    page.locator("#review").click()
    question = page.locator("#review-dialog")
    expect(question).to_contain_text("As soon as the night is over")
    question.get_by_role("button", name="Make it an emergency").click()
    expect(page.locator("#emergency_reason")).to_be_focused()
    page.locator("#emergency_reason").select_option("closing")
    expect(page.locator("#held")).to_contain_text("An emergency goes out at once")
    page.locator("#review").click()
    expect(question).to_contain_text("Emergency: School closed or late today")
    expect(question).not_to_contain_text("Held for the night")


def test_a_colleague_asks_is_given_it_back_and_asks_again(window: Window, complaints: list[str]) -> None:
    office, admin = window("/announcements", OFFICE), window("/announcements", ADMIN)
    begin(office, 2, "Book fair", "The book fair is on Monday.")
    confirm(office)
    expect(office.locator("#live")).to_contain_text("Waits for approval")
    admin.goto("/announcements?show=approvals")
    admin.get_by_role("link", name="Book fair").click()
    admin.get_by_role("link", name="Look and decide").click()
    admin.get_by_role("button", name="Give it back", exact=True).click()
    admin.get_by_label("What should change?").fill("Say at what time.")
    admin.get_by_role("button", name="Give it back to Marisol Vega").click()
    expect(admin.locator("main")).to_contain_text("Nothing waits for you")
    expect(office.locator("#live")).to_contain_text("Say at what time.")  # told on the open page, with the way back
    office.locator("#live").get_by_role("link", name="Edit").click()
    expect(office.locator("#trouble")).to_contain_text("Say at what time.")
    office.locator("#body-sms-en").fill("The book fair is on Monday at 9:00 AM.")
    confirm(office)
    admin.goto(office.url)
    admin.get_by_role("link", name="Look and decide").click()
    expect(admin.locator("main")).to_contain_text("at 9:00 AM")
    admin.get_by_role("button", name="Approve and send").click()
    expect(admin.locator("[data-hold]")).to_be_visible()
    expect(office.locator("[data-hold]")).to_be_visible()  # the author's page says so by itself
    admin.get_by_role("button", name="Stop").click()
    expect(office.locator("#live")).to_contain_text("Nobody got it.")
    assert complaints == []
