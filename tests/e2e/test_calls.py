"""A teacher brings a family, an interpreter and others into one call: what she sees is what the phones do."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Window, axe_findings, control
from tests.houses import House

pytestmark = pytest.mark.e2e
GUESTS = [
    ("Interpreter", "Ana Ruiz", "(503) 555-0188"), ("Guest 1", "Coach Ray", "(503) 555-8003"), ("Guest 2", "Priya Raman", "(503) 555-8001"),
]  # fmt: skip
"""A person, a voicemail, and a phone that is busy."""
PIECE = re.compile(r'"piece":')


def state_of(page: Page, name: str) -> str:
    return page.locator(".part", has_text=name).locator(".part-state .status").inner_text().strip()


@pytest.fixture
def quick(house: House) -> Iterator[None]:
    """Phones twenty times as quick as life."""
    before = control(house, "settings")["call_speed"]
    control(house, "settings", {"call_speed": 20})
    yield
    control(house, "settings", {"call_speed": before})


@pytest.mark.usefixtures("quick")
def test_a_conference_from_the_family_to_its_end(window: Window) -> None:
    page = window("/families/guardian/11", "teacher@demo.test")
    page.get_by_role("link", name="Call", exact=True).click()
    page.get_by_role("link", name="Call several people at once").click()
    page.get_by_label("Your phone").fill("(503) 555-0177")
    for summary in ("Interpreter", "Somebody else, by number"):
        page.locator("summary", has_text=summary).press("Enter")
    for group, name, phone in GUESTS:
        row = page.get_by_role("group", name=group)
        row.get_by_label("Name").fill(name)
        row.get_by_label("Phone number").fill(phone)
    page.get_by_role("button", name="Start the call").click()
    page.wait_for_url(re.compile(r"/calls/\d+"))
    beside = page.context.new_page()
    brought: list[str] = []
    beside.on("websocket", lambda socket: socket.on("framereceived", lambda frame: brought.extend(PIECE.findall(str(frame)))))
    beside.goto(page.url)
    for name, state in (("Ana Ruiz", "In the call"), ("Coach Ray", "Voicemail picked up"), ("Priya Raman", "Busy")):
        for tab in (page, beside):
            expect(tab.locator(".part", has_text=name).locator(".part-state .status")).to_have_text(state)
    page.get_by_role("button", name="Mute Ana Ruiz").click()
    expect(beside.locator(".part", has_text="Ana Ruiz").locator(".part-state .status")).to_have_text("Muted")
    beside.get_by_role("button", name="Put Ana Ruiz on hold").click()
    expect(page.get_by_role("button", name="Bring back Ana Ruiz")).to_be_visible()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(beside.locator(".rec")).to_have_text(re.compile("Recording"))
    page.get_by_label("Notes about this call").fill("Sleeps better.")
    expect(beside.get_by_label("Notes about this call")).to_have_value("Sleeps better.")
    assert axe_findings(page) == []
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#add-name").fill("Dr. Stone")
    page.locator("#add-phone").fill("(503) 555-0121")
    page.locator("#add-person form").last.get_by_role("button", name="Ring").click()
    expect(beside.locator(".part", has_text="Dr. Stone").locator(".part-state .status")).to_have_text("In the call")
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_contain_text("This is how it was at")
    expect(page.get_by_role("button", name="End for all")).to_be_disabled()
    page.context.set_offline(False)
    page.get_by_role("button", name="End for all").click()
    page.get_by_role("button", name="End the call").click()
    assert brought  # rows came with what told of them, and their buttons were pressed above
    for tab in (page, beside):
        expect(tab.locator("#call-state")).to_have_text("Ended")
        tab.reload()
        assert state_of(tab, "Ana Ruiz") == "Left the call"
