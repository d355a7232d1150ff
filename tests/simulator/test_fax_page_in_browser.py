"""The page of fax machines in a real browser: live, by keyboard, and without a finding of axe."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.simulator.faxing import CLINIC, FaxNetwork, fax_network, pdf
from tests.simulator.running import SCHOOL

pytestmark = pytest.mark.e2e
AXE = next((Path(__file__).parents[1] / "fixtures/vendor").glob("axe-core-*/axe.min.js"))
MACHINE = f"/fax/machines/{CLINIC}"
LOOKS = {
    "desktop": (MACHINE, 1440), "tablet": (MACHINE, 1024), "phone": (MACHINE, 390), "who": (f"{MACHINE}?view=who", 390),
    "school": (f"{MACHINE}?view=school", 390),
}  # fmt: skip
FADED = "() => Promise.all(document.getAnimations().filter(each => each instanceof CSSTransition).map(each => each.finished))"
PATIENCE = 60_000
Opens = Callable[..., Page]


@pytest.fixture
def clinic() -> Iterator[FaxNetwork]:
    with fax_network() as line:
        line.network.control("numbers", {"number": SCHOOL, "name": "Cedar Grove, fax"})
        line.network.control("fax_machines", [
            {"number": CLINIC, "name": "Cascade Pediatrics", "station": "CASCADE PEDIATRICS", "rank": 0},
            *({"number": f"+1503777{index:04d}", "name": f"Clinic {index}"} for index in range(12)),
        ])  # fmt: skip
        yield line


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of: errors, and anything that the content policy refused."""
    return []


@pytest.fixture
def open_page(browser: Browser, clinic: FaxNetwork, complaints: list[str]) -> Iterator[Opens]:
    """Open the page in a window of a given width and colour scheme."""
    contexts = []

    def open_page(path: str = MACHINE, width: int = 1440, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, locale="en-US", reduced_motion="reduce"
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()

        def note(message: ConsoleMessage) -> None:
            if message.type == "error":
                complaints.append(message.text)

        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(clinic.network.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_pages_are_put_in_by_keyboard_and_reach_the_school(open_page: Opens, clinic: FaxNetwork, complaints: list[str]) -> None:
    page = open_page()
    page.get_by_label("Pages to fax").set_input_files(
        [
            {"name": "record.pdf", "mimeType": "application/pdf", "buffer": pdf(2)},
            {"name": "more.pdf", "mimeType": "application/pdf", "buffer": pdf(1)},
        ]
    )
    expect(page.locator("[data-chosen]")).to_have_text("record.pdf, more.pdf")
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#tray")).to_contain_text("To Cedar Grove, fax", timeout=PATIENCE)
    expect(page.locator("[data-chosen]")).to_have_text("Put in pages")
    assert clinic.school.wait_for("fax.received", 30).fax["page_count"] == 3
    expect(page.locator("#feed")).to_contain_text("3 pages reached the school", timeout=PATIENCE)
    page.locator("#tray a").click()
    expect(page.locator("figure img")).to_have_count(3)
    assert complaints == []


def test_what_cannot_be_faxed_is_said_beside_the_feeder(open_page: Opens, complaints: list[str]) -> None:
    page = open_page()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_have_text("Put in a PDF, a TIFF or pictures first.", timeout=PATIENCE)
    assert complaints == []


def test_what_the_school_sends_comes_out_live(open_page: Opens, clinic: FaxNetwork, complaints: list[str]) -> None:
    page = open_page()
    clinic.network.set(fax_speed=12)
    clinic.sent()
    expect(page.locator("#display")).to_contain_text("Receiving page", timeout=PATIENCE)
    expect(page.locator("#display")).to_contain_text("Received, 3 pages", timeout=PATIENCE)
    expect(page.locator("#tray")).to_contain_text("From Cedar Grove, fax")
    assert complaints == []


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(open_page: Opens, clinic: FaxNetwork, look: str, complaints: list[str]) -> None:
    clinic.arrive(pdf(2))
    clinic.sent("+15035559001")
    clinic.settle()
    path, width = LOOKS[look]
    for scheme in ("light", "dark"):
        page = open_page(path, width, scheme)
        page.evaluate(FADED)
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert complaints == []


def test_a_fax_is_read_without_a_finding_of_axe(open_page: Opens, clinic: FaxNetwork) -> None:
    fax_id = clinic.arrive(pdf(2))["sid"]
    clinic.settle()
    page = open_page(f"{MACHINE}/faxes/{fax_id}", 390)
    expect(page.locator("figure img")).to_have_count(2)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
