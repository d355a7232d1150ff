"""Two browsers see the same thing: answers as they come, what was read elsewhere, and all that a dead server held up."""

import re

import pytest
from flask import Flask
from playwright.sync_api import APIResponse, Locator, Page, Route, expect
from sqlalchemy import select

from app.accounts.models import Staff
from app.core.database import db
from app.directory.models import PhoneNumber
from tests.conversations.arrivals import arrives
from tests.e2e.conftest import Window, catch_requests, control, line_of, texts
from tests.houses import House

pytestmark = pytest.mark.e2e
TEACHER, OFFICE = "teacher@demo.test", "office@demo.test"
SOON = 60_000
LATER = 30_000
HUDA, DESHAWN, DRAFTED, CHOIR = 3, 4, 7, 14
WRITTEN = ["Written while nobody listened.", "And a second one."]
MISSED = ["First thing you missed.", "Second thing you missed."]


def badge(page: Page) -> Locator:
    """The number on the rail."""
    return page.locator('[data-count="messages"]').first


def test_an_answer_is_live_and_reading_it_clears_the_other_tab(window: Window, house: House, records: Flask, complaints: list[str]) -> None:
    guardian, school = line_of(records, HUDA)
    reading, looking = window(f"/conversations/{HUDA}", TEACHER), window("/conversations", TEACHER)
    row = looking.locator(f"#c{HUDA} .convo")
    expect(row).not_to_have_class(re.compile("is-unread"), timeout=SOON)
    reading.goto("/conversations")
    before = int(badge(looking).inner_text())
    texts(house, guardian, school, "The bus was late, she comes at nine.")
    for page in (reading, looking):
        expect(page.locator("#rows li").first).to_contain_text("The bus was late", timeout=SOON)
        expect(badge(page)).to_have_text(str(before + 1))
        expect(page).to_have_title(f"Messages ({before + 1}) · Homeroom")
    reading.locator(f"#c{HUDA} .convo").click()
    expect(reading.get_by_role("log")).to_contain_text("The bus was late")
    expect(row).not_to_have_class(re.compile("is-unread"), timeout=SOON)
    expect(badge(looking)).to_have_text(str(before))
    assert complaints == []


def test_an_answer_that_is_older_than_the_news_is_not_the_last_word(window: Window) -> None:
    page, beside = window(f"/conversations/{CHOIR}", TEACHER), window(f"/conversations/{CHOIR}", OFFICE)
    held: list[tuple[Route, APIResponse]] = []
    catch_requests(page)
    page.route("**/bubble", lambda route: held.append((route, route.fetch())), times=1)
    page.locator("#draft").fill("The choir meets at two.")
    page.locator("#send").click()
    bubble = page.locator(".msg-out", has_text="The choir meets at two.")
    bubble.get_by_role("link", name="About this message").click()
    page.locator("#message-details [data-react]").first.click()
    reaction = beside.locator(".msg-out", has_text="The choir meets at two.").locator(".reactions")
    expect(reaction).to_be_visible(timeout=SOON)
    for each in (beside, page):
        expect(each.locator(".msg-out", has_text="The choir meets at two.").locator(".delivery")).to_contain_text("Delivered", timeout=SOON)
    for route, answer in held:
        assert "is-sending" in answer.text()
        route.fulfill(response=answer)
    expect(bubble.locator(".reactions")).to_be_visible(timeout=SOON)
    expect(bubble.locator(".delivery")).to_contain_text("Delivered", timeout=SOON)


def test_words_that_were_taken_out_of_the_box_do_not_come_back(window: Window) -> None:
    page = window(f"/conversations/{CHOIR}", TEACHER)
    with page.expect_response("**/draft"):
        page.locator("#draft").fill("Never mind")
    catch_requests(page)
    page.route("**/draft", lambda route: route.abort())
    page.locator("#draft").fill("")
    page.reload()
    page.unroute("**/draft")
    expect(page.locator("#draft")).to_have_value("")


def test_a_dead_server_loses_nothing_and_doubles_nothing(window: Window, house: House, records: Flask) -> None:
    guardian, school = line_of(records, DESHAWN)
    teacher, office = window(f"/conversations/{DESHAWN}", TEACHER), window(f"/conversations/{DESHAWN}", OFFICE)
    expect(teacher.locator("#presence")).to_contain_text("Marisol Vega", timeout=SOON)
    house.kill()
    for words in WRITTEN:
        teacher.locator("#draft").fill(words)
        teacher.locator("#send").click()
        expect(teacher.locator(".msg-out", has_text=words)).to_contain_text("Waiting for connection", timeout=SOON)
    expect(teacher.locator("#connection")).to_contain_text("2 messages are saved on this device", timeout=SOON)
    with records.app_context():  # another process of the house still took in what the carrier brought
        number = db.session.scalars(select(PhoneNumber).where(PhoneNumber.address == school)).one()
        for words in MISSED:
            arrives(guardian, number, words)
    house.start()
    for page in (teacher, office):
        if page.get_by_role("button", name="Try now").is_visible():
            page.get_by_role("button", name="Try now").click()
        for words in MISSED + WRITTEN:
            expect(page.locator("#messages .msg", has_text=words)).to_have_count(1, timeout=LATER)
        expect(page.locator(".msg-out", has_text=WRITTEN[-1]).locator(".delivery")).to_contain_text("Delivered", timeout=LATER)
        assert [words for words in page.locator("#messages .bubble").all_inner_texts() if words in MISSED + WRITTEN] == MISSED + WRITTEN
    expect(teacher.locator("#connection")).to_be_empty(timeout=SOON)
    sent = [message["body"] for message in control(house, "messages?limit=200")["messages"]]
    assert [sent.count(words) for words in WRITTEN] == [1, 1]


def test_a_draft_goes_along_from_one_device_to_the_next(window: Window) -> None:
    desk, phone = window(f"/conversations/{DRAFTED}", TEACHER), window(f"/conversations/{DRAFTED}", TEACHER, width=390)
    desk.locator("#draft").press_sequentially("We meet")
    expect(phone.locator("#draft")).to_have_value("We meet", timeout=SOON)
    phone.locator("#draft").press_sequentially(" at nine")
    expect(desk.locator("#draft")).to_have_value("We meet at nine", timeout=SOON)
    catch_requests(desk)
    desk.route("**/draft", lambda route: route.abort())
    with desk.expect_event("requestfailed"):
        desk.locator("#draft").fill("Only on the desk")
    desk.unroute("**/draft")
    phone.locator("#draft").fill("Only on the phone")
    desk.locator("#toasts").get_by_role("button", name="Add it here").click(timeout=SOON)
    expect(desk.locator("#draft")).to_have_value("Only on the desk\nOnly on the phone")
    expect(phone.locator("#draft")).to_have_value("Only on the desk\nOnly on the phone", timeout=SOON)
    phone.locator("#send").click()
    expect(desk.locator("#messages")).to_contain_text("Only on the phone", timeout=SOON)
    expect(desk.locator("#draft")).to_have_value("")


def test_another_role_holds_on_the_open_page_at_once(window: Window, records: Flask) -> None:
    person, admin = window(f"/conversations/{DRAFTED}", "bea@demo.test"), window("/conversations", "admin@demo.test")
    expect(person.locator("#send")).to_be_attached()
    with records.app_context():
        number = db.session.scalars(select(Staff.id).where(Staff.email == "bea@demo.test")).one()
    for role, may_write in (("viewer", False), ("office", True)):
        admin.goto(f"/settings/staff/{number}")
        admin.locator("select[name=role]").select_option(role)
        admin.get_by_role("button", name="Save").first.click()
        expect(admin.locator("#toasts")).to_contain_text("Saved")
        expect(person.locator("#toasts")).to_contain_text("changed by an administrator", timeout=SOON)
        expect(person.locator("#send")).to_have_count(int(may_write))
        person.reload()


def test_signed_out_elsewhere_is_not_offline_and_takes_no_letter_of_who_is_writing(window: Window) -> None:
    page = window("/conversations", "priya@demo.test")
    page.locator("#q").press_sequentially("Good mor")
    other = window("/settings/security", "priya@demo.test")
    with page.expect_response("**/conversations/news?**", timeout=30_000):
        other.get_by_role("button", name="Sign out everywhere").click()
    expect(page.locator("#toasts")).to_contain_text("What you wrote is still on this page")
    page.keyboard.type("ning")
    expect(page.locator("#q")).to_have_value("Good morning")
    page.locator("#toasts").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("dialog", name="Please sign in again")).to_be_visible()
    page.evaluate("() => new Promise((go) => setTimeout(go, 0))")
    expect(page.locator("#connection")).not_to_contain_text("offline")
