"""Several guardians, colleagues called into a note, saved words, and finding things again: all by what a teacher sees and presses."""

import re

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from app.conversations.models import Participant
from app.core.database import db
from app.directory.models import PhoneNumber
from tests.e2e.conftest import Window, control, line_of, texts
from tests.houses import House

pytestmark = pytest.mark.e2e
TEACHER, OFFICE = "teacher@demo.test", "office@demo.test"
SOON = 15_000


def test_two_guardians_in_one_group_read_each_other(window: Window, house: House, records: Flask) -> None:
    guardian = line_of(records, 12)[0]
    page = window("/conversations", TEACHER)
    page.keyboard.press("c")
    for name in ("Holly Norris", "Monica Murphy"):
        page.get_by_label("To", exact=True).fill(name)
        page.locator("#recipients-found").get_by_label(name).check()
        expect(page.get_by_role("group", name="Chosen")).to_contain_text(name)
    page.get_by_label("One group").check()
    page.get_by_label("Name of the group").fill("Zoo helpers")
    page.get_by_label("Message", exact=True).fill("Thanks for helping on Friday!")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#thread h1")).to_have_text("Zoo helpers")
    bubble = page.locator(".msg-out", has_text="Thanks for helping")
    expect(bubble.locator(".delivery")).to_contain_text("Delivered to 2 of 2", timeout=SOON)
    number = int(page.url.rsplit("/", 1)[1].split("?", maxsplit=1)[0])
    school = group_line(records, number)
    texts(house, guardian, school, "I bring juice.")
    answer = page.locator(".msg-in", has_text="I bring juice.")
    expect(answer).to_have_count(1, timeout=SOON)
    expect(answer).to_contain_text("Holly Norris")


def test_each_privately_is_said_and_kept(window: Window, house: House, records: Flask) -> None:
    page = window("/conversations", TEACHER)
    page.keyboard.press("c")
    for name in ("Holly Norris", "Monica Murphy"):
        page.get_by_label("To", exact=True).fill(name)
        page.locator("#recipients-found").get_by_label(name).check()
    page.get_by_label("Message", exact=True).fill("Dear $FirstName$, the slip is due.")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".thread-head")).to_contain_text("2 guardians · each privately")
    expect(page.locator("#composer .composer-to")).to_contain_text("2 guardians, each privately")
    expect(page.locator(".msg-out").last.locator(".delivery")).to_contain_text("Delivered to 2 of 2", timeout=SOON)
    sent = {message["body"]: message for message in control(house, "messages?limit=20")["messages"] if "the slip is due" in message["body"]}
    assert sorted(sent) == ["Dear Holly, the slip is due.", "Dear Monica, the slip is due."]
    for body, answer in (
        ("Dear Holly, the slip is due.", "Only Holly says this."),
        ("Dear Monica, the slip is due.", "And only Monica this."),
    ):
        texts(house, sent[body]["to"], sent[body]["from"], answer)
        expect(page.locator("#rows li").first).to_contain_text(answer, timeout=SOON)
    expect(page.locator(".msg-in")).to_have_count(0)
    page.locator("#rows .convo", has_text="Only Holly says this.").click()
    expect(page.locator("#thread h1")).to_have_text("Holly Norris")
    expect(page.get_by_role("log")).to_contain_text("Only Holly says this.")
    expect(page.get_by_role("log")).not_to_contain_text("only Monica")
    passed_on = [message["body"] for message in control(house, "messages?limit=20")["messages"] if message["direction"] != "inbound"]
    assert not [body for body in passed_on if "only Monica" in body or "Only Holly" in body]


def group_line(records: Flask, conversation_id: int) -> str:
    """The school's number in a group: every guardian of it writes to the same."""
    with records.app_context():
        joined = select(PhoneNumber.address).join(Participant, Participant.phone_number_id == PhoneNumber.id)
        return db.session.scalars(joined.where(Participant.conversation_id == conversation_id)).first()


def test_a_saved_reply_and_a_mention_come_with_a_few_letters(window: Window, complaints: list[str]) -> None:
    page, colleague = window("/saved-replies", TEACHER), window("/conversations", OFFICE)
    page.get_by_label("Name").fill("To the gate")
    page.get_by_label("Shortcut").fill("gate")
    page.get_by_label("Text").fill("Dear $FirstName$, please pick $StudentName$ up at 3.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("table")).to_contain_text("/gate")
    page.goto("/conversations/5")
    page.locator("#draft").press_sequentially("/gat")
    expect(page.locator("#suggestions").get_by_role("option")).to_contain_text("Dear Alexandra")
    page.keyboard.press("Enter")
    expect(page.locator("#draft")).to_have_value("Dear Alexandra, please pick Theodora Montgomery up at 3.")
    page.locator("#draft").fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.locator("#draft").press_sequentially("Please look, @mar")
    expect(page.locator("#suggestions").get_by_role("option").first).to_contain_text("Marisol Vega")
    page.keyboard.press("Enter")
    page.locator("#draft").press_sequentially("today")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".msg-note").last).to_contain_text("Please look, @Marisol Vega today")
    expect(colleague.locator("#toasts")).to_contain_text("mentioned you", timeout=SOON)
    colleague.locator("#toasts").get_by_role("button", name="Open").click()
    expect(colleague.locator(".msg-note").last).to_contain_text("Please look, @Marisol Vega today")
    assert complaints == []


def test_what_was_said_is_found_by_keyboard_and_narrowed(window: Window) -> None:
    page = window("/conversations", TEACHER)
    page.keyboard.press("/")
    page.keyboard.type("dentist")
    expect(page.locator("#rows .result")).to_have_count(3)
    page.get_by_text("Narrow the search").click()
    page.get_by_label("What").select_option("note")
    expect(page.locator("#rows .result")).to_have_count(1)
    page.locator("#q").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#rows .result").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".msg.is-found")).to_contain_text("I need the dentist’s note")
    expect(page.locator(".msg.is-found")).to_be_in_viewport()
    page.go_back()
    expect(page.get_by_text("Pick a conversation")).to_be_visible()


def test_a_phone_reaches_everything_behind_the_dots(window: Window) -> None:
    page = window("/conversations/12", TEACHER, width=390)
    for opener, inside in (("Assign", r"\(me\)"), ("Remind me", "Tomorrow")):
        page.get_by_role("button", name="More actions").click()
        page.locator("#more-menu").get_by_role("button", name=opener).click()
        expect(page.get_by_role("button", name=re.compile(inside)).filter(visible=True)).to_be_in_viewport()
        page.keyboard.press("Escape")
