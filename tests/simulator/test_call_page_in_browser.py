"""A phone that rings on the page, in a real browser: answered, keys pressed, and without a finding of axe."""

import os
from pathlib import Path

import pytest
from flask import Response
from playwright.sync_api import Page, expect

from tests.simulator.running import ROSA, SCHOOL, Heard, Network, School
from tests.simulator.test_page_in_browser import AXE, complaints, open_page

__all__ = ["complaints", "open_page"]
pytestmark = pytest.mark.e2e
SAYS = (
    "<Response><Gather numDigits='1' timeout='200' action='/keys'><Say language='es-US'>Hola. Le llama Cedar Grove Elementary con un "
    "mensaje para usted. Mañana no hay clases por la nieve.</Say><Say language='es-US'>Para oírlo otra vez, oprima 1.</Say>"
    "</Gather></Response>"
)
PICTURES = os.environ.get("PICTURES")


def answers(heard: Heard) -> Response:
    said = {"script": SAYS, "keys": "<Response><Say>Adiós.</Say><Hangup/></Response>"}
    return Response(said.get(heard.path, ""), mimetype="text/xml")


def place_call(network: Network, school: School) -> None:
    network.client.calls.create(
        to=ROSA, from_=SCHOOL, url=f"{school.url}/script", status_callback=f"{school.url}/told", machine_detection="DetectMessageEnd",
        status_callback_event=["initiated", "ringing", "answered", "completed"], timeout=600,
    )  # fmt: skip


def check(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_who_has_the_phone_in_hand_takes_the_call(
    open_page, network: Network, school: School, complaints: list[str], width, scheme
) -> None:
    school.answers = answers
    network.set(call_speed=8)
    page = open_page(f"/phones/{ROSA}/with/{SCHOOL}", width, scheme)
    network.control(f"handsets/{ROSA}/call/hold", {})
    place_call(network, school)
    expect(page.get_by_role("heading", name="Cedar Grove School")).to_be_visible()
    expect(page.get_by_text("Your phone rings.")).to_be_visible()
    check(page, f"ringing-{width}-{scheme}")
    page.get_by_role("button", name="Answer", exact=True).click()
    heard = page.get_by_role("log", name="What you hear")
    expect(heard.get_by_text("Mañana no hay clases")).to_be_visible()
    expect(heard.get_by_text("oprima 1")).to_be_visible()
    check(page, f"talking-{width}-{scheme}")
    page.get_by_role("button", name="1", exact=True).press("Enter")
    expect(page.get_by_text("Call ended")).to_be_visible()
    expect(heard.get_by_text("You pressed 1.")).to_be_visible()
    expect(page.locator("#feed").get_by_text("Somebody or something answered")).to_have_count(1)
    check(page, f"over-{width}-{scheme}")
    assert [told.form["Digits"] for told in school.of("keys")] == ["1"]
    assert complaints == []


def test_a_declined_call_is_busy_and_the_voicemail_can_have_it(open_page, network: Network, school: School) -> None:
    school.answers = answers
    network.set(call_speed=20)
    page = open_page(f"/phones/{ROSA}/all")
    network.control(f"handsets/{ROSA}/call/hold", {})
    place_call(network, school)
    page.get_by_role("button", name="Busy: decline").click()
    expect(page.locator("#feed").get_by_text("The line is busy")).to_be_visible()
    place_call(network, school)  # takes the page of the one that is over
    page.get_by_role("button", name="Let the voicemail answer").click()
    expect(page.get_by_text("The voicemail hears:").first).to_be_visible()


def test_who_calls_the_school_leaves_a_message(open_page, network: Network, school: School, complaints: list[str]) -> None:
    scripts = {"menu": "<Say>Please speak after the beep.</Say><Record action='/done'/>", "done": "<Say>Thank you.</Say>"}
    school.answers = lambda heard: Response(f"<Response>{scripts.get(heard.path, '')}</Response>", mimetype="text/xml")
    network.control("numbers", {"number": SCHOOL, "name": "Cedar Grove School", "voice_url": f"{school.url}/menu"})
    network.set(call_speed=8)
    page = open_page(f"/phones/{ROSA}/with/{SCHOOL}", 390, "light")
    page.get_by_role("button", name="Call the school").click()
    heard = page.get_by_role("log", name="What you hear")
    expect(heard.get_by_text("Beep.", exact=True)).to_be_visible()
    page.get_by_label("What you say").fill("Mateo has a fever today")
    page.get_by_label("What you say").press("Enter")
    expect(heard.get_by_text("Mateo has a fever today")).to_be_visible()
    expect(page.get_by_label("What you say")).to_have_value("")
    check(page, "message")
    page.get_by_role("button", name="pound").click()
    expect(heard.get_by_text("Thank you.")).to_be_visible()
    expect(page.get_by_text("Call ended")).to_be_visible()
    (tape,) = network.client.recordings.list()
    assert tape.source == "RecordVerb"
    assert complaints == []
