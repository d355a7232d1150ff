"""Phones that nobody knows: the office hears of them at once, and says whose they are."""

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.e2e.conftest import Window, line_of, texts
from tests.houses import House

pytestmark = pytest.mark.e2e
OFFICE = "office@demo.test"
SOON = 60_000
AUNT, COACH, NEIGHBOUR, SELLER, UNCLE = "+15035557001", "+15035557002", "+15035557003", "+15035557004", "+15035557005"


def test_an_unknown_sender_is_matched_added_put_aside_or_blocked(
    window: Window, house: House, records: Flask, complaints: list[str]
) -> None:
    school = line_of(records, 1)[1]
    inbox, page = window("/conversations", OFFICE), window("/conversations", OFFICE)
    count = inbox.locator('[data-count-of="unknown"]')
    expect(count).to_have_text("2", timeout=SOON)
    for phone, words in {
        AUNT: "It is me, Rosa, from my sister’s phone.",
        COACH: "Coach Ann here.",
        NEIGHBOUR: "Wrong number?",
        SELLER: "Buy!",
    }.items():
        texts(house, phone, school, words)
    expect(count).to_have_text("6", timeout=SOON)
    page.locator(".chips").get_by_role("link", name="Unknown").click()

    page.get_by_role("region", name="(503) 555-7001").get_by_role("link", name="Find the family").click()
    page.get_by_label("Family, student or phone number").fill("Rosa María")
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("listitem").filter(has_text="Hernández-Gutiérrez").get_by_role("button", name="It is Rosa").click()
    expect(page.get_by_role("log")).to_contain_text("from my sister’s phone")

    page.goto("/unknown-senders")
    page.get_by_role("region", name="(503) 555-7002").get_by_role("link", name="Find the family").click()
    page.get_by_role("searchbox", name="Student", exact=True).fill("Theodora")
    page.get_by_role("button", name="Search").last.click()
    page.get_by_label("Theodora").first.check()
    page.get_by_label("First name").fill("Ann")
    page.get_by_label("Family name").fill("Coach")
    page.get_by_role("button", name="Add and match").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ann Coach")
    expect(page.get_by_role("log")).to_contain_text("Coach Ann here.")

    page.goto("/unknown-senders")
    page.get_by_role("region", name="(503) 555-7003").get_by_role("button", name="Put aside").click()
    page.get_by_role("region", name="(503) 555-7004").get_by_role("button", name="Block").click()
    expect(page.get_by_role("region", name="(503) 555-7004")).to_have_count(0)
    expect(count).to_have_text("2", timeout=SOON)
    texts(house, SELLER, school, "Buy more!")
    texts(house, NEIGHBOUR, school, "Still the wrong number?")
    expect(count).to_have_text("3", timeout=SOON)
    page.goto("/unknown-senders?show=blocked")
    expect(page.get_by_role("region", name="(503) 555-7004")).to_contain_text("Buy more!")
    assert complaints == []


def test_an_unknown_text_stands_on_the_open_page_at_once(window: Window, house: House, records: Flask, complaints: list[str]) -> None:
    school = line_of(records, 1)[1]
    page, other = window("/unknown-senders", OFFICE), window("/unknown-senders", OFFICE)
    count = page.locator('[data-strangers="waiting"]')
    before = page.locator("#strangers > section").count()
    expect(count).to_have_text(str(before))
    texts(house, UNCLE, school, "Uncle Luis here, new phone.")
    card = page.get_by_role("region", name="(503) 555-7005")
    expect(card).to_contain_text("Uncle Luis here", timeout=SOON)
    expect(count).to_have_text(str(before + 1), timeout=SOON)
    card.get_by_role("link", name="Find the family").focus()
    texts(house, UNCLE, school, "Who is the teacher?")
    expect(card).to_contain_text("Who is the teacher?", timeout=SOON)
    expect(card.get_by_role("link", name="Find the family")).to_be_focused()
    aside = other.locator('[data-strangers="ignored"]')
    put = int(aside.text_content() or 0)
    other.get_by_role("region", name="(503) 555-7005").get_by_role("button", name="Put aside").click()
    expect(aside).to_have_text(str(put + 1), timeout=SOON)
    expect(other.locator('[data-strangers="waiting"]')).to_have_text(str(before))
    expect(card).to_have_count(0, timeout=SOON)
    expect(count).to_have_text(str(before), timeout=SOON)
    assert complaints == []
