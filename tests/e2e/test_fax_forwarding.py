"""The office sends a fax on to a clinic, by a real mail server; the clinic opens it without an account, and the office sees that."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.delivery.email.post_office import PostOffice, open_post_office
from tests.e2e.conftest import Window, axe_findings
from tests.houses import House, keep_awake, model_house, running_house
from tests.simulator.talking import until

pytestmark = pytest.mark.e2e
OFFICE, CLINIC, COURT = "office@demo.test", "records@clinic.test", "clerk@county.test"
LOADED = "() => [...document.querySelectorAll('.g-page img')].every((one) => one.complete && one.naturalWidth > 300)"


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with open_post_office() as office:
        yield office


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, office: PostOffice) -> Iterator[House]:
    """A house of its own: it has a mail server."""
    model = model_house(tmp_path_factory.getbasetemp())
    with running_house(tmp_path_factory.mktemp("house"), like=model, SMTP_URL=office.url) as house:
        keep_awake(house.beside())
        yield house


@pytest.fixture(scope="module")
def badges() -> dict[str, Any]:
    """Of this house."""
    return {}


def letter_to(office: PostOffice, address: str) -> EmailMessage:
    """What arrived there, once it did."""
    until(lambda: address in office.recipients, 60)
    (letter,) = [one for one in office.letters if one["To"] == address]
    return letter


def open_fax(page: Page, name: str) -> None:
    """From the list."""
    page.locator("a.fax-item", has_text=name).click()
    expect(page.locator("#fax-one h1")).to_have_text(name)
    expect(page.locator("#forwards")).to_be_visible()


def test_a_fax_goes_to_a_clinic_as_a_link(window: Window, house: House, office: PostOffice, complaints: list[str]) -> None:
    page = window("/fax", OFFICE)
    open_fax(page, "Cascade Pediatrics")
    page.get_by_role("link", name="Forward by email").click()
    dialog = page.locator("#forward-fax")
    expect(dialog.get_by_role("heading", name="Forward this fax")).to_be_visible()
    assert axe_findings(page, "#forward-fax") == []
    dialog.get_by_label("Other email addresses").fill("nobody")
    dialog.get_by_role("button", name="Forward", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("whole email address")
    dialog.get_by_label("Other email addresses").fill(CLINIC)
    dialog.get_by_label("Message").fill("The second page is new.")
    dialog.get_by_role("button", name="Forward", exact=True).click()
    line = page.locator("#forwards li", has_text=CLINIC)
    expect(line).to_contain_text("Sent")
    expect(line).to_contain_text("not opened yet")
    said = letter_to(office, CLINIC).get_body(("plain",)).get_content()
    link = re.search(r"http://\S+/fax-link/\S+", said)
    assert link
    assert "The second page is new." in said

    clinic = window(link[0].removeprefix(house.url))
    expect(clinic.get_by_role("heading", name="Cedar Grove Elementary", exact=True)).to_be_visible()
    expect(clinic.locator(".g-page")).to_have_count(0)
    assert axe_findings(clinic) == []
    clinic.get_by_role("button", name="Open the fax").click()
    expect(clinic.locator(".g-page")).to_have_count(3)
    clinic.locator(".g-page").last.scroll_into_view_if_needed()
    clinic.wait_for_function(LOADED)
    assert axe_findings(clinic) == []
    with clinic.expect_download() as download:
        clinic.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.startswith("Fax Cascade Pediatrics")

    page.reload()
    expect(line).to_contain_text("opened")
    expect(line).not_to_contain_text("not opened yet")
    line.get_by_role("button", name="End the link").click()
    expect(line).to_contain_text("link ended")
    clinic.reload()
    expect(clinic.get_by_role("heading", name="This link has ended")).to_be_visible()
    assert office.by_address()[CLINIC] == 1
    assert [one for one in complaints if "422" not in one and "410" not in one] == []


def test_without_script_it_is_attached_by_plain_pages(window: Window, office: PostOffice) -> None:
    page = window("/fax", OFFICE, javascript=False)
    page.locator("a.fax-item", has_text="Riverbend Family Dental").click()
    page.get_by_role("link", name="Forward by email").click()
    page.get_by_label("Other email addresses").fill(COURT)
    page.get_by_label("Attached").check()
    page.get_by_role("button", name="Forward", exact=True).click()
    expect(page.locator("#forwards li", has_text=COURT)).to_be_visible()
    (file,) = letter_to(office, COURT).iter_attachments()
    assert file.get_content_type() == "application/pdf"
    assert file.get_content().startswith(b"%PDF")


def test_an_admin_says_where_faxes_go_and_how_long_they_are_kept(window: Window) -> None:
    page = window("/fax/settings", "admin@demo.test")
    card = page.locator("section.card", has_text="(503) 555-0109")
    card.locator("summary").click()
    card.get_by_label("Email").fill("nurse@cedar.test")
    card.get_by_role("button", name="Add").click()
    expect(card).to_contain_text("nurse@cedar.test")
    keeping = page.locator("form", has=page.get_by_label("Years, for every fax"))
    page.get_by_label("Years, for every fax").fill("40")
    keeping.get_by_role("button", name="Save").click()
    expect(page.get_by_text("From 1 to 30 years.")).to_be_visible()
    page.get_by_label("Years, for every fax").fill("5")
    keeping.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Years, for every fax")).to_have_value("5")
    assert axe_findings(page) == []
    card.get_by_role("button", name="Remove nurse@cedar.test").click()
    expect(card).not_to_contain_text("nurse@cedar.test")
