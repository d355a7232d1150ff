"""A teacher saves a group by keyboard, and writes to it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Window, axe_findings

pytestmark = pytest.mark.e2e


def test_a_group_is_chosen_by_keyboard_saved_and_written_to(window: Window, complaints: list[str]) -> None:
    page = window("/groups", "teacher@demo.test", width=390)
    page.get_by_role("link", name="New group").click()
    page.get_by_label("Name", exact=True).fill("Museum day")
    search = page.get_by_label("Find students, adults or classes")
    search.press_sequentially("rosa mar")
    found = page.get_by_role("checkbox", name="Mateo Hernández")
    found.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("group", name="1 student chosen")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Mateo Hernández")).to_be_focused()
    expect(page.locator("#reach-count")).to_have_text("1")
    expect(search).to_have_value("rosa mar")
    search.fill("")
    page.get_by_role("checkbox", name="Room 12").click()
    expect(page.get_by_role("group", name="30 students chosen")).to_be_visible()
    page.get_by_role("button", name="Choose the students of Room 12 one by one").click()
    page.get_by_role("checkbox", name="Mateo Hernández").click()
    expect(page.get_by_role("group", name="29 students chosen")).to_be_visible()
    assert axe_findings(page) == []
    page.get_by_role("button", name="Save the group").click()
    expect(page.get_by_role("heading", level=1, name="Museum day")).to_be_visible()
    assert axe_findings(page) == []
    page.get_by_role("link", name="Write to this group").click()
    expect(page.get_by_label("Or a whole class or group")).to_have_value(page.url.partition("audience=")[2].partition("&")[0])
    expect(page.get_by_label("Name of the group")).to_have_value("Museum day")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/conversations/*")
    expect(page.get_by_role("heading", name="Museum day").first).to_be_visible()
    page.goto("/groups")
    page.get_by_role("link", name="Museum day", exact=True).click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete the group").click()
    expect(page.get_by_text("The group Museum day is gone.")).to_be_visible()
    expect(page.get_by_role("link", name="Museum day", exact=True)).to_have_count(0)
    assert complaints == []
