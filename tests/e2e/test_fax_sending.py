"""The office sends a fax with a cover page, finds the line busy, corrects the number and tries again; and all of it without script, too."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Window, axe_findings, control
from tests.houses import House
from tests.simulator.faxing import pdf

pytestmark = pytest.mark.e2e
OFFICE = "office@demo.test"
BUSY, GOOD = "(206) 555-9001", "(206) 555-0623"
GOOD_NUMBER = "+12065550623"
LIVE = 90_000


@pytest.fixture
def quick(house: House) -> Iterator[None]:
    """Lines ten times as quick as they are by themselves."""
    before = control(house, "settings")["fax_speed"]
    control(house, "settings", {"fax_speed": 60})
    yield
    control(house, "settings", {"fax_speed": before})


def file(name: str, pages: int) -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": pdf(pages)}


def write(page: Page, number: str) -> None:
    """What stands on the cover, and two files."""
    page.get_by_label("Fax number").fill(number)
    page.get_by_label("Attention").fill("Registrar")
    page.get_by_label("Whose number it is").fill("Larkspur Park School")
    page.get_by_label("Subject").fill("Records request: M. T.")
    page.get_by_label("Message").fill("Good morning! If the IEP could come first, our team meets on Thursday.")


@pytest.mark.usefixtures("quick")
def test_a_fax_is_busy_is_corrected_and_arrives(window: Window, house: House, complaints: list[str]) -> None:
    control(house, "fax_machines", {"number": GOOD_NUMBER, "name": "Larkspur Park School", "station": "LARKSPUR PARK"})
    page = window("/fax", OFFICE)
    page.get_by_role("link", name="Send a fax").click()
    write(page, BUSY)
    page.locator("#files").set_input_files([file("letter.pdf", 1), file("enrollment.pdf", 2)])
    expect(page.locator("#page-sum")).to_have_text("3 pages + cover = 4", timeout=LIVE)
    expect(page.locator("#cover-preview")).to_contain_text("4, with this one")
    page.get_by_role("button", name="Move letter.pdf down").click()
    expect(page.locator("#doc-list > li").first).to_contain_text("enrollment.pdf")
    expect(page.get_by_role("button", name="Move letter.pdf up")).to_be_focused()
    expect(page.locator("#saved")).to_contain_text("Draft saved at")
    assert axe_findings(page) == []

    page.get_by_role("button", name="Preview all 4 pages").click()
    expect(page.locator(".sheet img")).to_have_count(4)
    page.wait_for_function("() => document.querySelector('.sheet img').naturalWidth > 500")
    assert axe_findings(page) == []
    page.get_by_role("button", name="Send fax").click()

    state = page.locator("#fax-state .callout").first
    expect(state).to_contain_text(re.compile(r"Leaves in \d+ s"))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Message")).to_have_value(re.compile("If the IEP could come first"))
    page.get_by_role("button", name="Send fax").click()

    expect(state).to_contain_text("The line was busy 3 times.", timeout=LIVE)
    expect(page.get_by_role("region", name="What happened").get_by_text("Try 3 of 3")).to_be_visible()
    assert axe_findings(page) == []
    retry = page.get_by_role("form", name="Edit and try again")
    retry.get_by_label("Fax number").fill("911")
    retry.get_by_role("button", name="Send again").click()
    expect(retry.get_by_label("Fax number")).to_have_attribute("aria-invalid", "true")
    retry.get_by_label("Fax number").fill(GOOD)
    retry.get_by_role("button", name="Send again").click()

    expect(state).to_contain_text("Delivered.", timeout=LIVE)
    expect(page.locator("#fax-list [data-fax]", has_text="Larkspur Park School").first).to_contain_text("Arrived")
    there = control(house, f"faxes?machine={quote(GOOD_NUMBER)}")["faxes"]
    assert [fax["pages"] for fax in there] == [4]
    assert axe_findings(page) == []
    assert [each for each in complaints if "422" not in each] == []  # the browser says so of a refused form


def test_without_script_a_fax_is_planned_and_taken_back(window: Window, complaints: list[str]) -> None:
    page = window("/fax/new", OFFICE, javascript=False)
    write(page, "(206) 555-0624")
    page.locator("#files").set_input_files(file("letter.pdf", 1))
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#doc-list")).to_contain_text("letter.pdf")
    while "Making its pages" in page.locator("#doc-list").inner_text():
        page.reload()
    page.get_by_label("Later").check()
    day = (datetime.now(ZoneInfo("America/Los_Angeles")) + timedelta(days=3)).strftime("%Y-%m-%dT10:15")
    page.get_by_label("Day and time").fill(day)
    page.get_by_role("button", name=re.compile("(Send|Schedule) fax")).click()
    expect(page.locator("#fax-state")).to_contain_text("10:15 AM")
    page.get_by_role("button", name="Take it back to change it").click()
    expect(page.get_by_label("Day and time")).to_have_value(day)
    expect(page.locator("#cover-preview")).to_contain_text("2, with this one")
    assert complaints == []


def test_on_a_phone_the_pages_stand_right(window: Window, complaints: list[str]) -> None:
    page = window("/fax/new", OFFICE, width=390)
    write(page, "(206) 555-0625")
    page.locator("#files").set_input_files(file("a-very-long-name-of-a-form-that-somebody-scanned-2026-11-16.pdf", 2))
    expect(page.locator("#page-sum")).to_have_text("2 pages + cover = 3", timeout=LIVE)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert axe_findings(page) == []
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Throw away").click()
    expect(page).to_have_url(re.compile(r"/fax$"))
    assert complaints == []


def test_a_name_that_came_with_a_number_goes_with_it(window: Window, complaints: list[str]) -> None:
    page = window("/fax/new", OFFICE)
    number, name = page.get_by_label("Fax number"), page.get_by_label("Whose number it is")
    known = [(one.get_attribute("value") or "", one.text_content() or "") for one in page.locator("#known-numbers option").all()][:2]
    (first, first_name), (second, second_name) = known
    for typed, expected in ((first, first_name), (second, second_name), ("(206) 555-0699", ""), (first, first_name)):
        number.fill(typed)
        number.press("Tab")
        expect(name).to_have_value(expected)
    name.fill("Records, attention Dr. Diaz")
    name.press("Tab")
    number.fill(second)
    number.press("Tab")
    expect(page.locator("#number-d")).to_contain_text(second_name)
    expect(name).to_have_value("Records, attention Dr. Diaz")  # somebody wrote that
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="Throw away").click()
    expect(page).to_have_url(re.compile(r"/fax$"))
    assert complaints == []


def test_why_sending_was_refused_goes_with_the_bad_file(window: Window, complaints: list[str]) -> None:
    page = window("/fax/new", OFFICE)
    write(page, "(206) 555-0626")
    broken = {"name": "broken.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 nothing in it"}
    page.locator("#files").set_input_files([file("letter.pdf", 1), broken])
    expect(page.locator("#doc-list")).to_contain_text("It cannot be read.", timeout=LIVE)
    expect(page.locator("#page-sum")).to_have_text("1 page + cover = 2", timeout=LIVE)
    page.get_by_role("button", name="Send fax").click()
    hint = page.locator("#files-hint")
    expect(hint).to_have_text("One of the files cannot be faxed. Remove it, or put a better one in its place.")
    page.get_by_role("button", name="Remove broken.pdf").click()
    expect(hint).to_have_text("Save Word files as PDF first. Color becomes black and white.")
    expect(hint).to_have_class("hint")
    assert [each for each in complaints if "422" not in each] == []
