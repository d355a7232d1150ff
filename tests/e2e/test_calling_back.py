"""A teacher calls from her browser and nobody answers; the guardian calls back and reaches her there, and then leaves a message."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import APIResponse, Page, Route, expect

from app.core.database import db, transaction
from app.directory.models import School
from tests.e2e.conftest import Window, axe_findings, catch_requests, control, until_held
from tests.houses import House
from tests.simulator.talking import until

pytestmark = pytest.mark.e2e
GUARDIAN = 806


@pytest.fixture
def quick(house: House) -> Iterator[None]:
    """Phones twenty times as quick as life, in houses where nobody is at home."""
    before = control(house, "settings")
    control(house, "settings", {"call_speed": 20, "answers_after": 600})
    yield
    control(house, "settings", {name: before[name] for name in ("call_speed", "answers_after")})


def do(house: House, handset: str, act: str, **more: str) -> None:
    control(house, f"handsets/{quote(handset)}/call/{act}", more)


def heard(house: House, handset: str, words: str) -> None:
    """Wait until the newest call of that phone said so, with the phone in hand: who listens to a menu has time to find a key."""

    def said() -> bool:
        do(house, handset, "hold")
        calls = [one for one in control(house, "calls")["calls"] if one["handset"] == handset]
        return bool(calls) and any(words in line["words"] for line in calls[0]["lines"])

    until(said, 60)


def begin(page: Page) -> Page:
    """Call the family from its page; the window that is the phone."""
    page.get_by_role("link", name="Call", exact=True).click()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Call from this browser").click()
    return opened.value


@pytest.mark.usefixtures("quick")
def test_who_calls_back_reaches_the_teacher_in_her_browser(window: Window, house: House, complaints: list[str]) -> None:
    page = window(f"/families/guardian/{GUARDIAN}", "teacher@demo.test")
    phone = begin(page)
    words = phone.locator("#call-words")
    expect(words).to_have_text("No answer")
    leg = next(one for one in control(house, "calls")["calls"] if not one["handset"].startswith("client:"))
    handset, school = leg["handset"], leg["school"]
    control(house, f"handsets/{quote(handset)}/calls", {"to": school})
    heard(house, handset, "1.")
    control(house, "settings", {"call_speed": 1})  # it rings while axe looks
    do(house, handset, "press", keys="1")
    answer = phone.get_by_role("button", name="Answer")
    expect(answer).to_be_visible()
    assert axe_findings(phone) == []
    answer.press("Enter")
    expect(phone.get_by_role("button", name="Mute me")).to_be_focused()
    expect(words).to_have_text("In the call")
    phone.get_by_label("What you say").fill("Good morning")
    phone.get_by_label("What you say").press("Enter")
    expect(phone.get_by_role("log", name="What you hear")).to_contain_text("You: Good morning")
    phone.get_by_role("button", name="Keypad").click()
    phone.get_by_role("button", name="Mute me").click()
    assert axe_findings(phone) == []
    control(house, "settings", {"call_speed": 20})
    phone.get_by_role("button", name="Hang up").click()
    expect(phone.get_by_role("link", name="Write a note")).to_be_visible()
    control(house, f"handsets/{quote(handset)}/calls", {"to": school})
    heard(house, handset, "2.")
    do(house, handset, "press", keys="2")
    until(lambda: do(house, handset, "hold") or control(house, "calls")["calls"][0]["phase"] == "taping", 60)
    do(house, handset, "speak", words="Please call me tomorrow")
    do(house, handset, "press", keys="#")
    page.goto("/calls/history")
    rows = page.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Left a voicemail")
    expect(rows.nth(2)).to_contain_text("Answered by")
    expect(rows.nth(3)).to_contain_text("You called, no answer")
    assert complaints == []


def answered(house: House, phone: Page) -> str:
    """The family picks up the call that this window began; the phone."""

    def rings() -> str | None:
        legs = (one for one in control(house, "calls")["calls"] if not one["handset"].startswith("client:"))
        return next((one["handset"] for one in legs if one["status"] == "ringing"), None)

    handset = until(rings, 60)
    do(house, handset, "hold")
    do(house, handset, "answer")
    expect(phone.get_by_role("button", name="Mute me")).to_be_visible()
    return handset


@pytest.mark.usefixtures("quick")
def test_a_reload_and_a_second_window_know_who_is_on_the_line_and_who_is_muted(window: Window, house: House) -> None:
    page = window(f"/families/guardian/{GUARDIAN}", "teacher@demo.test")
    control(house, "settings", {"call_speed": 5})
    beside = page.context.new_page()
    beside.goto("/calls/phone")
    phone = begin(page)
    handset = answered(house, phone)
    name = phone.locator("#call-name").inner_text()
    assert name
    expect(beside.locator("#call-name")).to_have_text(name)
    phone.get_by_role("button", name="Mute me").click()
    expect(beside.get_by_role("button", name="Unmute me")).to_be_visible()
    windows = len(page.context.pages)
    page.goto(f"/calls/direct/new?guardian={GUARDIAN}")
    page.get_by_role("button", name="Call from this browser").click()
    expect(page.locator("#place-refused")).to_contain_text("You are on a call")  # beside the button, and no window opens for it
    assert len(page.context.pages) == windows
    phone.goto("/calls/phone")
    expect(phone.locator("#call-name")).to_have_text(name)
    expect(phone.get_by_role("link", name="Open the thread")).to_be_visible()
    expect(phone.get_by_role("button", name="Unmute me")).to_be_visible()
    do(house, handset, "hang_up")
    expect(phone.locator("#call")).to_have_attribute("data-state", "over")
    phone.get_by_role("button", name="Call again").click()
    expect(phone.locator("#call")).to_have_attribute("data-state", re.compile("calling|talking"))
    phone.get_by_role("button", name="Hang up").click()
    expect(phone.locator("#call")).to_have_attribute("data-state", "over")


@pytest.mark.usefixtures("quick")
def test_who_waits_for_the_office_is_spoken_with_at_one_press(window: Window, house: House, records: Flask) -> None:
    """At a school whose hours no other journey asks about."""
    school, stranger = "+15035550308", "+15035550991"
    with records.app_context(), transaction():
        db.session.query(School).filter_by(id=3).one().office_hours = {}
    inbox = window("/calls", "admin@demo.test")
    held: list[tuple[Route, APIResponse]] = []
    catch_requests(inbox)
    inbox.route("**/calls", lambda route: held.append((route, route.fetch())), times=1)
    control(house, f"handsets/{quote(stranger)}/calls", {"to": school})
    heard(house, stranger, "1.")
    until_held(inbox, held)  # the list of what goes on is asked for, and has the call in its menu
    do(house, stranger, "press", keys="1")
    expect(inbox.locator('[data-count="calls"]').first).to_have_text("1")
    expect(inbox).to_have_title(re.compile("^☎ 1 · "))
    for route, answer in held:  # older than what happened meanwhile, and not the last word
        route.fulfill(response=answer)
    with inbox.expect_popup() as opened:
        inbox.get_by_role("link", name="Take").click()
    expect(opened.value.locator("#call-words")).to_have_text("In the call")
    expect(inbox.locator('[data-count="calls"]').first).to_be_hidden()
    opened.value.get_by_role("button", name="Hang up").click()
