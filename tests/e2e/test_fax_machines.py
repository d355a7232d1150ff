"""Somebody stands at a fax machine of the practice network, and the office reads what comes."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from app.core.database import db
from app.directory.models import PhoneNumber, Purpose
from app.simulator import fax_paper
from tests.e2e.conftest import Window, axe_findings, control
from tests.houses import House
from tests.simulator.faxing import pdf

pytestmark = pytest.mark.e2e
OFFICE = "office@demo.test"
CLINIC = "+15035550619"
COURT = "+15035550733"
"""Machines that no other journey knows."""
LIVE = 60_000


@pytest.fixture
def quick(house: House) -> Iterator[None]:
    """Lines ten times as quick as they are by themselves."""
    before = control(house, "settings")["fax_speed"]
    control(house, "settings", {"fax_speed": 60})
    yield
    control(house, "settings", {"fax_speed": before})


@pytest.fixture
def number(records: Flask) -> str:
    """Where the first school takes faxes."""
    with records.app_context():
        ours = select(PhoneNumber.address).where(PhoneNumber.school_id == 1, PhoneNumber.is_active)
        found = db.session.scalars(ours.order_by(PhoneNumber.purpose != Purpose.FAX, PhoneNumber.id)).first()
        assert found is not None
        return found


@pytest.mark.usefixtures("quick")
def test_a_fax_from_the_machine_to_the_reader(window: Window, house: House, number: str, complaints: list[str]) -> None:
    control(house, "fax_machines", {"number": CLINIC, "name": "Larch Street Clinic", "station": "LARCH STREET CLINIC"})
    control(house, "fax_numbers", {"number": number})
    inbox = window("/fax", OFFICE)
    expect(inbox.locator("[data-fax]", has_text="LARCH STREET CLINIC")).to_have_count(0)

    machine = window(f"/simulator/fax/machines/{CLINIC}")
    machine.get_by_label("To", exact=True).select_option(number)
    machine.get_by_label("Pages to fax").set_input_files({"name": "record.pdf", "mimeType": "application/pdf", "buffer": pdf(3)})
    machine.get_by_label("At the carrier").select_option(fax_paper.TIFF_G3)
    machine.get_by_role("button", name="Send").click()
    expect(machine.locator("#feed")).to_contain_text("3 pages reached the school", timeout=LIVE)

    row = inbox.locator("[data-fax]", has_text="LARCH STREET CLINIC")
    expect(row).to_contain_text("3 pages", timeout=LIVE)
    row.get_by_role("link").click()
    pages = inbox.get_by_role("region", name="Pages of the fax").locator("figure img")
    expect(pages).to_have_count(3, timeout=LIVE)
    expect(pages.first).to_be_visible()
    inbox.wait_for_function("() => document.querySelector('#p1 img').naturalWidth >= 1000")
    expect(inbox).to_have_url(re.compile(r"/fax/\d+"))
    assert axe_findings(inbox) == []
    assert complaints == []


@pytest.mark.usefixtures("quick")
def test_a_fax_from_the_office_to_the_machine(window: Window, house: House, complaints: list[str]) -> None:
    control(house, "fax_machines", {"number": COURT, "name": "Larch County Court", "station": "LARCH COUNTY COURT"})
    machine = window(f"/simulator/fax/machines/{COURT}")
    expect(machine.locator("#display")).to_contain_text("Ready")

    office = window("/fax/new", OFFICE)
    office.get_by_label("Fax number").fill("(503) 555-0733")
    office.get_by_label("Whose number it is").fill("Larch County Court")
    office.get_by_label("Subject").fill("Records of J. W.")
    office.locator("#files").set_input_files({"name": "records.pdf", "mimeType": "application/pdf", "buffer": pdf(3)})
    expect(office.locator("#doc-list")).to_contain_text("3 pages", timeout=LIVE)
    office.locator("#send").click()
    office.wait_for_url(re.compile(r"/fax/\d+"))

    expect(machine.locator("#display")).to_contain_text("Received, 4 pages", timeout=LIVE)
    expect(machine.locator("#feed")).to_contain_text("It went through, 4 pages", timeout=LIVE)
    machine.locator("#tray a").first.click()
    expect(machine.locator("figure img")).to_have_count(4)
    expect(office.get_by_role("main")).to_contain_text("Delivered", timeout=LIVE)
    assert axe_findings(machine) == []
    assert complaints == []
