"""The guardian's side: the secret page with its receipt, and the handset with its pictures."""

import re
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Window, axe_findings, control, line_of
from tests.houses import House

pytestmark = pytest.mark.e2e
TEACHER = "teacher@demo.test"
SOON = 60_000
SIDEWAYS = "() => document.documentElement.scrollWidth > window.innerWidth"


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    Image.new("RGB", (1600, 1200), "#5a8").save(tmp_path / "garden.jpg")
    return tmp_path / "garden.jpg"


def is_drawn(picture: Locator) -> None:
    expect(picture).to_be_visible(timeout=SOON)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_guardian_reads_answers_and_sends_a_photo_without_an_account(
    window: Window, house: House, records: Flask, garden: Path, scripts: bool
) -> None:
    guardian = line_of(records, 1)[0]
    staff = window("/conversations/1", TEACHER)
    before = staff.locator(".msg-out", has_text="/g/").count()
    staff.get_by_role("button", name="More actions").click()
    staff.get_by_role("button", name="Text a link to the web page").click()
    expect(staff.locator(".msg-out", has_text="/g/")).to_have_count(before + 1)
    invitation = staff.locator(".msg-out", has_text="/g/").last
    expect(invitation.locator(".delivery")).to_contain_text("Delivered", timeout=SOON)
    sent = control(house, f"messages?to={guardian.replace('+', '%2B')}&limit=1")["messages"][0]["body"]
    link = re.search(r"https?://\S+", sent).group()
    phone = window(link, width=390, javascript=scripts)
    expect(phone.get_by_role("list").last).to_contain_text("¿a qué hora sale el bus?")
    expect(invitation.locator(".delivery")).to_contain_text("Read", timeout=SOON)
    if scripts:
        assert axe_findings(phone) == []
        assert not phone.evaluate(SIDEWAYS)
    assert phone.locator(".g-photo").bounding_box()["width"] == 1
    phone.locator("textarea").fill(f"La foto del jardín ({scripts}).")
    phone.locator('input[type="file"]').set_input_files(garden)
    assert phone.locator(".g-photo").bounding_box()["width"] > 200  # the browser itself names what was chosen
    phone.locator("button.go").click()
    expect(phone.get_by_role("status")).to_be_visible()
    is_drawn(phone.locator(".g-msg.me img").last)
    answer = staff.locator(".msg-in", has_text=f"La foto del jardín ({scripts}).")
    expect(answer).to_have_count(1, timeout=SOON)
    is_drawn(answer.locator("img"))


def test_a_handset_answers_with_words_and_a_picture(window: Window, records: Flask, garden: Path, complaints: list[str]) -> None:
    guardian, school = line_of(records, 9)
    staff = window("/conversations/9", TEACHER)
    handset = window(f"/simulator/phones/{guardian}")
    handset.goto(f"/simulator/phones/{guardian}/with/{school}")
    handset.locator("#body").fill("We are in the garden today.")
    handset.locator('#reply input[type="file"]').set_input_files(garden)
    handset.locator("#reply").get_by_role("button", name="Send").click()
    answer = staff.locator(".msg-in", has_text="We are in the garden today.")
    expect(answer).to_have_count(1, timeout=SOON)
    is_drawn(answer.locator("img"))
    staff.locator("#draft").fill("How nice!")
    staff.locator("#send").click()
    expect(handset.get_by_role("log")).to_contain_text("How nice!", timeout=SOON)
    assert complaints == []
