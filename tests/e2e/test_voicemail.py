"""A guardian calls the school, speaks after the beep, and the teacher hears it, reads it and answers."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.carrier.voice_choice import INCOMING
from app.conversations.models import Conversation, Participant
from app.core.database import db
from app.directory.models import PhoneNumber
from tests.calls.tapes import sound
from tests.e2e.conftest import Window, axe_findings, catch_requests, control
from tests.houses import House
from tests.simulator.talking import until

pytestmark = pytest.mark.e2e
WORDS = "Good morning, my son forgot his glasses. I will bring them to the office at noon."
BAD = (
    ("empty.wav", b"", "empty"),
    ("letter.mp3", b"Dear families, " * 200, "kind"),
    ("long.wav", sound(1)[:44] + bytes(10_500_000), "larger"),
)  # fmt: skip
NEXT = "**/voicemail/*/next*"
SOUND = "() => { const audio = document.querySelector('[data-sound]'); return !audio.paused && audio.currentTime > 0.3 }"


@pytest.fixture
def quick(house: House) -> Iterator[None]:
    """Phones ten times as quick as life."""
    before = control(house, "settings")["call_speed"]
    control(house, "settings", {"call_speed": 10})
    yield
    control(house, "settings", {"call_speed": before})


@pytest.fixture
def caller(records: Flask) -> tuple[str, str, str]:
    """The name and phone of a guardian of Room 12 whom no other journey knows, and the school's number that their teacher texts from."""
    with records.app_context():
        row = db.session.execute(
            select(Conversation.title, Participant.address, PhoneNumber.address)
            .join(Participant, Participant.conversation_id == Conversation.id)
            .join(PhoneNumber, PhoneNumber.id == Participant.phone_number_id)
            .where(Conversation.created_by_id == 1, Conversation.is_office.is_(False), Conversation.guardian_id > 30)
            .order_by(Conversation.id.desc())
        ).first()
        assert row is not None
        return row[0], row[1], row[2]


def speaks_after_the_beep(house: House, handset: str, number: str) -> None:
    """The phone calls, chooses the voicemail, says something and hangs up."""
    phone = quote(handset)

    def call() -> dict[str, Any]:
        return next(one for one in control(house, "calls?limit=20")["calls"] if one["handset"] == handset)

    def hears() -> bool:
        control(house, f"handsets/{phone}/call/hold", {})  # so that the network waits for a key, as for whoever has the phone open
        return any(line["kind"] == "heard" for line in call()["lines"])

    def is_taped() -> bool:
        control(house, f"handsets/{phone}/call/hold", {})  # and for words
        return str(call()["phase"]) == "taping"

    control(house, f"handsets/{phone}/call/hold", {})
    control(house, f"handsets/{phone}/calls", {"to": number})
    until(hears, 60)
    control(house, f"handsets/{phone}/call/press", {"keys": "2"})
    until(is_taped, 60)
    control(house, f"handsets/{phone}/call/speak", {"words": WORDS})
    control(house, f"handsets/{phone}/call/press", {"keys": "#"})


@pytest.mark.usefixtures("quick")
def test_a_voicemail_from_the_beep_to_the_answer(window: Window, house: House, caller: tuple[str, str, str]) -> None:
    name, handset, number = caller
    control(house, "numbers", {"number": number, "name": "The school", "voice_url": house.url + INCOMING})
    page = window("/voicemail", "teacher@demo.test")
    new = page.locator("[data-voicemail]", has_text=name)
    expect(new).to_have_count(0)
    speaks_after_the_beep(house, handset, number)
    expect(new).to_have_attribute("data-new", "1")  # by itself, while the page is open
    expect(new).to_contain_text("forgot his glasses")
    new.locator("a").click()
    page.wait_for_url(re.compile(r"/voicemail/\d+"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    catch_requests(page)
    page.route(NEXT, lambda route: route.fulfill(json={"id": None}))  # else Minh Châu's takes its place as soon as it has ended
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function(SOUND)
    expect(new).to_have_attribute("data-new", "0")
    page.get_by_role("button", name="1.5×").click()
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.locator("[data-jump]").last.click()
    expect(page.locator("[data-transcript] > li").last).to_have_class(re.compile("is-now"))
    assert axe_findings(page) == []
    page.wait_for_function("() => document.querySelector('[data-sound]').ended")
    follow_up(page, name)


def follow_up(page: Page, name: str) -> None:
    """A note, then an answer by text, which lays it to rest."""
    loaded = page.evaluate("performance.timeOrigin")
    page.get_by_role("link", name="Reply by text").click()
    expect(page.get_by_role("textbox", name=f"Text to {name}")).to_be_focused()
    assert page.evaluate("performance.timeOrigin") == loaded
    page.get_by_role("textbox", name="Note").fill("Glasses at the office")
    page.unroute(NEXT)  # who writes is asked first
    page.locator("[data-jump]").last.click()
    expect(page.get_by_text("The next voicemail waits while you write.")).to_be_visible()  # the sound came to its end meanwhile
    page.get_by_role("textbox", name=f"Text to {name}").fill("Thank you!")
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("Note saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Glasses at the office")
    expect(page.get_by_role("textbox", name=f"Text to {name}")).to_have_value("Thank you!")  # not sent yet, and not lost
    page.get_by_role("textbox", name=f"Text to {name}").fill("Thank you! I will fetch them.")
    page.get_by_role("button", name="Send and mark done").click()
    page.wait_for_url(re.compile(r"/conversations/\d+"))
    thread = page.get_by_role("log")
    expect(thread).to_contain_text(f"{name} left a voicemail")
    expect(thread).to_contain_text("Thank you! I will fetch them.")
    page.goto("/voicemail?box=done")
    expect(page.locator("[data-voicemail]", has_text=name)).to_have_count(1)


def test_the_next_unheard_follows_and_keys_work(window: Window) -> None:
    page = window("/voicemail/9", "teacher@demo.test")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function(SOUND)
    page.keyboard.press("ArrowRight")
    page.locator("[data-seek]").fill("45.9")
    page.wait_for_url("**/voicemail/8")  # Minh Châu's, which nobody had heard
    page.wait_for_function(SOUND)
    expect(page.locator("#v8")).to_have_attribute("data-new", "0")


def test_voicemails_and_calls_are_found_while_one_types(window: Window) -> None:
    page = window("/voicemail?box=all", "teacher@demo.test")
    page.locator("#v9 a").click()
    page.wait_for_url("**/voicemail/9?box=all")
    find = page.get_by_role("searchbox", name="Search names and words said")
    find.press_sequentially("inhaler")
    rows = page.locator("[data-voicemail]")
    expect(rows).to_have_count(1)
    expect(rows.locator("a")).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile("/voicemail/9.box=all&q=inhaler$"))
    expect(find).to_be_focused()
    find.fill("no such words")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    find.fill("")
    expect(rows.nth(1)).to_be_visible()
    page.goto("/calls/history")
    kinds = page.get_by_role("group", name="Filter calls")
    page.get_by_role("searchbox").press_sequentially("inhaler")
    expect(page.locator("#calls-list tbody tr")).to_have_count(1)  # what was said after the beep finds the call
    expect(page).to_have_url(re.compile("q=inhaler"))
    kinds.get_by_role("link", name="Recorded").click()
    expect(page.get_by_text("No call found")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("inhaler")


def test_a_greeting_is_recorded_in_the_browser(window: Window) -> None:
    page = window("/voicemail/greetings", "office@demo.test")
    page.context.grant_permissions(["microphone"])
    page.evaluate(
        """() => {
          const context = new AudioContext();
          const tone = context.createOscillator();
          const line = context.createMediaStreamDestination();
          tone.connect(line);
          tone.start();
          navigator.mediaDevices.getUserMedia = async () => line.stream;
        }"""
    )
    box = page.locator("section", has=page.get_by_role("heading", name="Your box"))
    box.get_by_label("Language").select_option("vi")
    box.get_by_role("button", name="Record it here").click()
    expect(box.locator("[data-clock]")).not_to_have_text("0:00")
    box.get_by_role("button", name="Stop").click()
    expect(box.get_by_text("Listen to it. Callers hear it once it is saved.")).to_be_visible()
    expect(box.locator(".greeting")).to_have_count(0)  # nobody hears it yet
    page.wait_for_function("() => [...document.querySelectorAll('[data-sound]')].some((one) => one.duration > 0.5)")
    box.get_by_role("button", name="Save").click()
    expect(box.locator(".greeting audio")).to_have_count(1)
    expect(box.get_by_text("Vietnamese").first).to_be_visible()
    page.wait_for_function("() => document.querySelector('.greeting audio').duration > 0.5")
    assert axe_findings(page) == []
    for name, data, words in BAD:
        box.get_by_label("Or a sound file").set_input_files({"name": name, "mimeType": "audio/wav", "buffer": data})
        box.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    box.get_by_label("Language").select_option("es")
    box.get_by_label("Or a sound file").set_input_files({"name": "hola.wav", "mimeType": "audio/wav", "buffer": sound()})
    box.get_by_role("button", name="Save").click()
    expect(box.locator(".greeting")).to_have_count(2)
    box.get_by_role("button", name="Remove the greeting in Spanish").click()
    expect(box.locator(".greeting")).to_have_count(1)
