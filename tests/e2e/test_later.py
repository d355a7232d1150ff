"""Not now: texts that wait for their time, conversations that come back, and colleagues who take over."""

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.e2e.conftest import Window, control, line_of, texts
from tests.houses import House

pytestmark = pytest.mark.e2e
TEACHER, OFFICE = "teacher@demo.test", "office@demo.test"
SOON = 60_000


def test_a_text_for_later_stands_in_its_place_until_it_goes(window: Window, house: House) -> None:
    page, colleague = window("/conversations/2", TEACHER), window("/conversations/2", OFFICE)
    page.locator("#draft").fill("Zoo day is tomorrow.")
    page.get_by_role("button", name="Send later").first.click()
    page.get_by_role("button", name=re.compile("^In seven days|^Next week")).first.click()
    for each in (page, colleague):
        expect(each.locator("[data-scheduled]")).to_contain_text("Zoo day is tomorrow.", timeout=SOON)
        expect(each.locator("[data-scheduled]")).to_contain_text(re.compile("Goes out .*8:00 AM"))
    expect(page.locator("#draft")).to_have_value("")
    page.locator("[data-scheduled]").get_by_role("link", name="Edit").click()
    page.locator("[data-scheduled] textarea").fill("Zoo day is on Friday.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(colleague.locator("[data-scheduled]")).to_contain_text("Zoo day is on Friday.", timeout=SOON)
    page.goto("/conversations?filter=scheduled")
    expect(page.locator("#c2")).to_be_visible()
    page.locator("#c2 .convo").click()
    page.locator("[data-scheduled]").get_by_role("button", name="Send now").click()
    for each in (page, colleague):
        expect(each.locator("[data-scheduled]")).to_have_count(0, timeout=SOON)
        expect(each.locator(".msg-out", has_text="Zoo day is on Friday.").locator(".delivery")).to_contain_text("Delivered", timeout=SOON)
    sent = [message["body"] for message in control(house, "messages?limit=200")["messages"]]
    assert not [words for words in sent if "tomorrow" in words and "Zoo" in words]


def test_a_reminder_names_its_time_and_an_answer_wakes_the_thread(window: Window, house: House, records: Flask) -> None:
    page = window("/conversations", TEACHER)
    row = page.locator("#rows li[data-conversation]", has_text="Verónica Peña")
    number = int(row.get_attribute("data-conversation"))
    row.locator(".convo").click()
    expect(page.locator("#thread h1")).to_have_text("Verónica Peña")
    page.get_by_role("button", name="Remind me").click()
    page.locator("#snooze-menu").get_by_role("button", name=re.compile("^Tomorrow")).click()
    expect(page.locator("#toasts")).to_contain_text(re.compile("8:00 AM"))
    expect(row).to_have_count(0)
    page.goto("/conversations?filter=snoozed")
    expect(row).to_contain_text(re.compile("tomorrow.*8:00 AM", re.IGNORECASE))
    page.goto("/conversations")
    texts(house, *line_of(records, number), "¿Hay clase mañana?")
    expect(row).to_contain_text("¿Hay clase mañana?", timeout=SOON)


def test_who_answers_is_asked_for_before_a_colleague_cuts_in(window: Window) -> None:
    office, teacher = window("/conversations/15", OFFICE), window("/conversations/15", TEACHER)
    teacher.locator("#draft").fill("I am just")
    office.get_by_role("button", name="Assign", exact=True).click()
    office.locator("#assign-menu").get_by_role("button", name=re.compile(r"Marisol Vega \(me\)")).click()
    expect(teacher.locator("#composer-gate")).to_contain_text("Marisol Vega answers this conversation.", timeout=SOON)
    expect(teacher.locator("#draft")).to_have_value("I am just")
    expect(teacher.locator("#draft")).to_be_visible()
    with teacher.expect_response(lambda answer: answer.url.endswith("/draft") and "body=&" in (answer.request.post_data or "")):
        teacher.locator("#draft").fill("")
    teacher.reload()
    expect(teacher.locator("#draft")).to_be_hidden()
    teacher.get_by_text("Reply anyway").click()
    expect(teacher.locator("#draft")).to_be_visible()


def test_many_rows_at_once_with_a_way_back(window: Window) -> None:
    page = window("/conversations?select=1", TEACHER)
    chosen = page.locator("#bulk .convo-check")
    names = [chosen.nth(-number).locator("..").locator(".convo-name").inner_text() for number in (1, 2)]
    for number in (1, 2):
        chosen.nth(-number).check()
    expect(page.locator("#selected-count")).to_have_text("2 selected")
    page.get_by_role("toolbar").get_by_role("button", name="Done", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("2", timeout=SOON)
    for name in names:
        expect(page.locator("#rows")).not_to_contain_text(name)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    for name in names:
        expect(page.locator("#rows")).to_contain_text(name, timeout=SOON)
