"""A teacher texts a guardian, who answers from a handset; both windows show it, live."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Window, catch_requests, control, demo_line_of, line_of, texts
from tests.houses import House

pytestmark = pytest.mark.e2e
ROSA, ALEXANDRA = "+15035550142", "+15035552003"
TEACHER = "teacher@demo.test"
SOON = 60_000


def open_thread(page: Page, name: str) -> None:
    page.get_by_role("link", name=re.compile(name)).first.click()
    expect(page.get_by_role("heading", level=1, name=re.compile(name))).to_be_visible()


def send(page: Page, words: str) -> None:
    page.locator("#draft").fill(words)
    page.locator("#send").click()


def texts_at(house: House, number: str) -> list[str]:
    found = control(house, f"messages?to={number.replace('+', '%2B')}&limit=50")
    return [message["body"] for message in found["messages"]]


def test_a_text_reaches_the_handset_and_the_answer_is_on_both_screens(window: Window, house: House, complaints: list[str]) -> None:
    teacher = window("/", TEACHER)
    second = window("/", TEACHER)
    for page in (teacher, second):
        open_thread(page, "Rosa María Hernández")
    send(teacher, "Please bring the blue folder tomorrow.")
    expect(teacher.get_by_role("log")).to_contain_text("Please bring the blue folder tomorrow.")
    expect(second.get_by_role("log")).to_contain_text("Please bring the blue folder tomorrow.", timeout=SOON)
    bubble = teacher.locator(".msg-out", has_text="blue folder").last
    expect(bubble.locator(".delivery")).to_contain_text("Delivered", timeout=SOON)
    handset = window(f"/simulator/phones/{ROSA}")
    expect(handset.locator("body")).to_contain_text("blue folder")
    school = control(house, f"messages?to={ROSA.replace('+', '%2B')}&limit=1")["messages"][0]["from"]
    control(house, f"handsets/{ROSA.replace('+', '%2B')}/texts", {"to": school, "body": "Sí, la carpeta azul va en la mochila."})
    for page in (teacher, second):
        expect(page.get_by_role("log")).to_contain_text("la carpeta azul va en la mochila", timeout=SOON)
    assert complaints == []


def test_a_translation_that_overtakes_its_message_is_shown(window: Window, house: House, records: Flask) -> None:
    page = window("/", TEACHER)
    open_thread(page, "Verónica Peña")
    address = page.url

    def late(route: Route) -> None:
        answer = route.fetch()
        while "Have a good weekend" not in answer.text() + page.request.get(address).text():
            page.wait_for_load_state()
        route.fulfill(response=answer)

    catch_requests(page)
    page.route("**/new?after=*", late)
    texts(house, *line_of(records, int(re.findall(r"/conversations/(\d+)", address)[0])), "Buen fin de semana.")
    expect(page.get_by_role("log")).to_contain_text("Have a good weekend.", timeout=SOON)


def test_the_demo_hands_out_phones_with_a_past(window: Window, records: Flask) -> None:
    page = window(f"/simulator/phones/{ALEXANDRA}/with/{demo_line_of(records, ALEXANDRA)}")
    expect(page.locator(".persona").nth(1)).to_contain_text("Rosa María")
    expect(page.locator("body")).to_contain_text("Theodora left her violin at home.")
    page.goto(f"/simulator/phones/{ROSA}/with/{demo_line_of(records, ROSA)}")
    expect(page.locator("body")).to_contain_text("Recibida, gracias Rosa.")


def test_a_handset_leads_to_what_staff_see_of_it(window: Window, records: Flask) -> None:
    page = window(f"/simulator/phones/{ROSA}/with/{demo_line_of(records, ROSA)}", TEACHER)
    page.get_by_role("link", name="Open thread").click()
    expect(page.get_by_role("heading", level=1, name=re.compile("Rosa María"))).to_be_visible()


def test_the_demo_has_saved_replies(window: Window) -> None:
    page = window("/", TEACHER)
    open_thread(page, "Wei Zhang")
    page.locator("#draft").fill("/home")
    page.get_by_role("option", name=re.compile("Where the homework is")).click()
    expect(page.locator("#draft")).to_have_value(re.compile("blue folder"))


def test_a_text_can_be_taken_back_for_five_seconds(window: Window, house: House) -> None:
    page = window("/", TEACHER)
    open_thread(page, "Tamika Brooks")
    send(page, "This was meant for somebody else.")
    page.get_by_role("button", name=re.compile("Undo")).first.click()
    expect(page.locator("#draft")).to_have_value("This was meant for somebody else.")
    page.locator("#draft").fill("")
    send(page, "See you at three.")
    expect(page.locator(".msg-out", has_text="See you at three.").last.locator(".delivery")).to_contain_text("Delivered", timeout=SOON)
    sent = [body for message in control(house, "messages?limit=200")["messages"] if (body := message["body"])]
    assert not [body for body in sent if "somebody else" in body]


def test_a_staff_note_never_leaves_the_house(window: Window, house: House) -> None:
    page = window("/", TEACHER)
    open_thread(page, "Wei Zhang")
    page.locator("#composer .seg label", has_text="Staff note").click()
    page.locator("#draft").fill("Ask the nurse about the allergy.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".msg-note", has_text="Ask the nurse")).to_be_visible()
    assert not [message for message in control(house, "messages?limit=200")["messages"] if "nurse" in message["body"]]


def test_stop_locks_the_composer_and_start_opens_it(window: Window, house: House) -> None:
    page = window("/", TEACHER)
    open_thread(page, "Iosefa Tuilagi")
    send(page, "Malia was great today.")
    expect(page.locator(".msg-out", has_text="Malia was great").last.locator(".delivery")).to_contain_text("Delivered", timeout=SOON)
    message = next(m for m in control(house, "messages?limit=50")["messages"] if "Malia was great" in m["body"])
    phone = message["to"].replace("+", "%2B")
    control(house, f"handsets/{phone}/texts", {"to": message["from"], "body": "STOP"})
    expect(page.get_by_role("log")).to_contain_text(re.compile("STOP"), timeout=SOON)
    expect(page.locator("#send")).to_be_disabled(timeout=SOON)
    control(house, f"handsets/{phone}/texts", {"to": message["from"], "body": "START"})
    page.reload()  # whether START was heard before this, after it or in between
    expect(page.locator("#send")).to_be_enabled(timeout=SOON)
    expect(page.get_by_role("log")).to_contain_text("Texts are on again.")


def test_without_script_a_teacher_still_reads_and_writes(window: Window) -> None:
    page = window("/sign-in", javascript=False)
    page.get_by_label("School email").fill(TEACHER)
    page.get_by_label("Password").fill("homeroom-demo")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=re.compile("DeShawn Washington")).first.click()
    page.locator("#draft").fill("No rush, see you soon.")
    page.locator("#send").click()
    expect(page.locator("main")).to_contain_text("No rush, see you soon.")
