"""Writing an announcement in a real browser: a voice, a picture, a test, two windows, a phone's width, and no script at all."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Window, axe_findings

pytestmark = pytest.mark.e2e
ADMIN = "admin@demo.test"
FITS = "() => document.documentElement.scrollWidth <= window.innerWidth"


def flyer() -> dict[str, str | bytes]:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), "green").save(file, "JPEG")
    return {"name": "flyer.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def begin(page: Page, title: str) -> None:
    page.locator("#q-include").fill("Room 12")
    page.locator("#found-include .aud-option").first.click()
    page.locator("#title").fill(title)
    page.locator("#body-sms-en").fill("Hi $FirstName|there$! The zoo trip is on Friday.")
    expect(page.locator("#reach-n")).not_to_have_text("0")


def test_a_voice_a_picture_and_a_test(window: Window, complaints: list[str]) -> None:
    page = window("/announcements/new", ADMIN)
    begin(page, "Zoo trip")
    page.locator("#q-replies").fill("teach")
    page.locator("#found-replies .aud-option").first.click()
    expect(page.locator("#replies")).to_have_value(re.compile(r"person:\d+"))
    page.locator("#ch-voice").check()
    page.locator("#sound-en [data-record]").click()
    expect(page.locator("#sound-en [data-stop]")).to_be_focused()
    page.wait_for_function("() => document.querySelector('#sound-en meter').value > 0")  # it hears something
    expect(page.locator("#sound-en [data-clock]")).not_to_have_text("0:00")
    page.keyboard.press("Enter")
    expect(page.locator("#sound-en audio")).to_be_visible()
    expect(page.locator("#sound-en")).to_contain_text("Recorded here.wav")
    page.locator("#files-chosen").set_input_files(flyer())
    page.get_by_role("button", name="Text it too").click()
    expect(page.locator("#files")).to_contain_text("Texts carry the picture.")
    page.locator("#preview .seg label", has_text="Voice call").click()
    expect(page.locator("#preview audio")).to_be_visible()
    page.locator("#files-chosen").set_input_files({"name": "empty.png", "mimeType": "image/png", "buffer": b""})
    expect(page.locator("#attach-hint")).to_contain_text("empty.png is empty")
    page.locator("#test").click()
    page.get_by_role("button", name="Send it to me").click()
    expect(page.locator("#tests")).to_contain_text("Your profile has no phone of your own")
    page.keyboard.press("Escape")
    for width in (390, 720):  # a phone, and a desk at 200 %
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(FITS), width
    page.emulate_media(color_scheme="dark")
    assert axe_findings(page) == []
    page.locator("#review").click()
    expect(page.locator("#review-dialog")).to_be_visible()
    assert axe_findings(page, "#review-dialog") == []
    assert complaints == []


def test_another_window_is_told_and_writes_nothing(window: Window) -> None:
    page = window("/announcements/new", ADMIN)
    begin(page, "First words")
    expect(page.locator("#saved")).to_contain_text("Draft saved")
    other = page.context.new_page()
    other.goto(page.url)
    with page.expect_response(lambda answer: bool(re.search("Newer.words", answer.request.post_data or ""))):  # an earlier save also tells
        page.locator("#title").fill("Newer words")
    expect(other.locator("#trouble")).to_contain_text("changed in another window")
    expect(other.locator("#saved")).to_have_text("This window is not up to date")
    other.locator("#title").fill("Older words")
    other.get_by_role("link", name="Open the newest version").click()
    expect(other.locator("#title")).to_have_value("Newer words")


def test_without_script_a_draft_is_saved_with_its_picture_and_reviewed(window: Window) -> None:
    page = window("/announcements/new", ADMIN, javascript=False)
    page.locator("#q-include").fill("Room 12")
    page.get_by_role("button", name=re.compile("Find.*include")).click()
    page.locator("#found-include .aud-option").first.click()
    page.locator("#title").fill("On paper")
    page.locator("#body-sms-en").fill("The zoo trip is on Friday.")
    page.locator("#files-chosen").set_input_files(flyer())
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page.locator("#files")).to_contain_text("flyer.jpg")
    expect(page.locator("#title")).to_have_value("On paper")
    page.get_by_role("button", name="Save draft").click()
    page.locator("#review").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Send to")


def test_words_in_other_languages_are_shared_missed_and_written(window: Window, complaints: list[str]) -> None:
    page = window("/announcements/new", ADMIN)
    begin(page, "Zoo trip in two languages")
    page.locator("#body-sms-en").fill("The zebras wear pyjamas.")
    page.locator("#ch-email").check()
    expect(page.locator("#body-email-en")).to_have_value("The zebras wear pyjamas.")
    page.locator("#body-sms-es").fill("Las cebras llevan pijama.")
    page.locator("#share-sms-es button").click()
    expect(page.locator("#body-email-es")).to_have_value("Las cebras llevan pijama.")
    expect(page.locator("#checks")).to_contain_text("The email in Spanish has no subject")
    page.locator("#checks a").click()
    expect(page.locator("[name=subject-email-es]")).to_be_focused()
    page.keyboard.type("Cebras")
    expect(page.locator("#checks")).not_to_contain_text("has no subject")
    page.locator("[data-translate-all=sms]").click()  # nobody put zebras into the phrase book
    expect(page.locator("#tabs-sms [aria-pressed=true]")).not_to_contain_text("Spanish")
    expect(page.locator("[data-channel=sms] .lang-problem:not([hidden])").first).to_be_visible()
    page.locator("#review").click()
    gaps = page.locator("#review-dialog .gaps li")
    expect(gaps.first).to_contain_text("though they read")
    assert axe_findings(page, "#review-dialog") == []
    page.locator("#review-dialog summary").filter(has=page.locator("xpath=following-sibling::ul")).first.click()
    gaps.first.locator("[data-write]").click()
    expect(page.locator("#review-dialog")).not_to_be_visible()
    expect(page.locator("[data-channel=sms] .lang-col:not([data-original]) textarea:focus")).to_be_visible()
    assert complaints == []
