"""The list beside a thread: what was searched for stays, and the chosen filter is in sight."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Window

pytestmark = pytest.mark.e2e
TEACHER = "teacher@demo.test"
SOON = 60_000


def test_news_leave_what_was_searched_for_alone(window: Window, complaints: list[str]) -> None:
    searching = window("/conversations?q=violin", TEACHER)
    expect(searching.locator("#rows .result")).to_have_count(1)
    writing = window("/", TEACHER)
    writing.get_by_role("link", name=re.compile("Wei Zhang")).first.click()
    with searching.expect_response("**/conversations/counts", timeout=SOON):
        writing.locator("#draft").fill("The reading log is due on Friday.")
        writing.locator("#send").click()
    expect(searching.locator("#rows .result")).to_have_count(1)
    expect(searching.locator("#rows li[data-conversation], #rows .rows-pending")).to_have_count(0)
    assert complaints == []


def test_the_chosen_filter_is_in_sight(window: Window) -> None:
    page = window("/conversations?filter=done", TEACHER)
    expect(page.locator('.chip[data-chip="done"]')).to_be_in_viewport(ratio=1)


def test_every_filter_is_reached_by_keyboard(window: Window, complaints: list[str]) -> None:
    page = window("/conversations", "admin@demo.test")
    page.set_viewport_size({"width": 1280, "height": 720})
    seen = page.locator(".chips > .chip")
    for chip in seen.all():
        expect(chip).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="More filters").focus()
    page.keyboard.press("Enter")
    others = page.locator("#filter-menu").get_by_role("link")
    expect(others).to_have_text([re.compile(each) for each in ("Waiting", "Unassigned", "Scheduled", "Later", "Done", "All")])
    expect(others.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator('.chip[data-chip="waiting"]')).to_have_attribute("aria-current", "true")
    assert complaints == []


def test_what_failed_waits_among_the_undelivered(window: Window) -> None:
    page = window("/conversations?filter=failed", TEACHER)
    expect(page.locator("#rows")).to_contain_text("Halyna Lysenko")
    page = window("/settings/undelivered", "admin@demo.test")
    expect(page.locator("main")).to_contain_text("Halyna Lysenko")
