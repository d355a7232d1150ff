"""A form that was refused puts the reader on what is wrong, wherever on the page that is."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Window, axe_findings

pytestmark = pytest.mark.e2e


def test_a_key_for_which_nothing_was_ticked(window: Window) -> None:
    page = window("/settings/api/keys/new", "admin@demo.test", width=390)
    page.get_by_label("Name").first.fill("Attendance")
    page.get_by_role("button", name="Create key").click()
    wrong = page.locator('[name="may"]').first
    expect(wrong).to_be_focused()
    expect(wrong).to_be_in_viewport()
    expect(page.get_by_text("Choose at least one thing.")).to_be_attached()
    assert axe_findings(page) == []
