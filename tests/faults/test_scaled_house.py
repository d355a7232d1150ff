"""Several web processes and workers on PostgreSQL and Redis do as one: what happens in any of them is seen everywhere."""

import os
import signal
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import select, update
from twilio.request_validator import RequestValidator

from app.carrier.models import InboundText
from app.conversations.models import Message
from app.core.database import db, transaction
from app.delivery.models import Delivery
from app.directory.models import PhoneNumber
from tests.faults.people import Person, Window, wait_until
from tests.faults.scaled import ScaledHouse, holds, running_scaled_house

pytestmark = pytest.mark.faults
TEACHER, ADMIN = "teacher@demo.test", "admin@demo.test"
ROSA, TAMIKA = "Rosa María Hernández", "Tamika Brooks"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScaledHouse]:
    with running_scaled_house(tmp_path_factory.mktemp("scaled")) as house:
        house.phones.control("settings", {"callback_delay": 0.05})
        with house.beside().app_context(), transaction():
            db.session.execute(update(PhoneNumber).values(segments_per_second=10))
        yield house


@pytest.fixture
def teacher(house: ScaledHouse) -> Person:
    return Person(house.url, TEACHER)


@pytest.fixture
def admin(house: ScaledHouse) -> Person:
    return Person(house.url, ADMIN)


def standing(house: ScaledHouse) -> object:
    """How far the outbox is, for a failure."""
    with house.beside().app_context():
        rows = db.session.scalars(select(Delivery)).all()
        return Counter((one.state, one.claimed_by, one.error_code, one.attempts) for one in rows), house.said()[-3000:]


class Windows:
    """Windows of which one is known to live in each web process."""

    def __init__(self, house: ScaledHouse) -> None:
        self.house, self.opened = house, []

    def open(self, person: Person) -> tuple[Window, int]:
        """A window, and the process that holds it."""
        window = person.window()
        self.opened.append(window)
        browser: int = window.client.eio.ws.sock.getsockname()[1]
        return window, wait_until(lambda: self._holder(browser), said=lambda: (self.house.web_processes(), self.house.said()[-3000:]))

    def apart(self, first: Person, second: Person) -> tuple[Window, Window, int]:
        """A window of each, in two processes, and the process that holds the first."""
        one, where = self.open(first)
        for _ in range(30):
            other, elsewhere = self.open(second)
            if elsewhere != where:
                return one, other, where
        raise AssertionError("one web process takes every socket")

    def _holder(self, browser: int) -> int | None:
        """Counted connections would not tell: those for pages end by themselves meanwhile."""
        return next((each for each in self.house.web_processes() if holds(each, self.house.port, browser)), None)


@pytest.fixture
def windows(house: ScaledHouse) -> Iterator[Windows]:
    windows = Windows(house)
    yield windows
    for window in windows.opened:
        window.client.disconnect()


def test_a_text_and_its_answer_cross_the_processes(house: ScaledHouse, windows: Windows, teacher: Person, admin: Person) -> None:
    number = teacher.thread_with(ROSA)
    mine, theirs, _where = windows.apart(teacher, admin)
    assert mine.ask("open", conversation=number)["ok"]
    assert len(theirs.ask("open", conversation=number)["looking"]) == 1
    assert len(mine.wait_for("presence")["payload"]["looking"]) >= 1
    theirs.client.emit("typing", {"conversation": number})
    mine.wait_for("typing", conversation_id=number)
    assert teacher.text(number, "The bus is late today.").status_code == 200
    for window in (mine, theirs):
        window.wait_for("message:new", conversation_id=number)
    text = house.phones.from_school("The bus is late today.")
    for window in (mine, theirs):
        window.wait_for("message:status", conversation_id=number, status="delivered")
        window.heard.clear()
    house.phones.answer(text, "Gracias, la espero.")
    for window in (mine, theirs):
        window.wait_for("message:new", conversation_id=number, kind="inbound")
    for person in (teacher, admin):
        assert "Gracias, la espero." in person.get(f"/conversations/{number}").text
    assert Counter(house.phones.bodies(text["to"]))["The bus is late today."] == 1


def test_a_browser_whose_web_process_is_killed_catches_up_at_another(
    house: ScaledHouse, windows: Windows, teacher: Person, admin: Person
) -> None:
    number = teacher.thread_with(TAMIKA)
    mine, theirs, where = windows.apart(teacher, admin)
    for window in (mine, theirs):
        assert window.ask("open", conversation=number)["ok"]
    teacher.text(number, "Please call when you can.")
    mine.wait_for("message:new", conversation_id=number)
    last = mine.newest()
    os.kill(where, signal.SIGKILL)
    wait_until(lambda: not mine.client.connected)
    text = house.phones.from_school("Please call when you can.")
    house.phones.answer(text, "I will, at noon.")
    heard = theirs.wait_for("message:new", conversation_id=number, kind="inbound")
    wait_until(lambda: len(house.web_processes()) == 2 and where not in house.web_processes())
    again, _ = windows.open(teacher)
    assert again.ask("open", conversation=number)["ok"]
    missed = again.ask("catchup", last=last)["events"]
    assert heard["payload"]["message_id"] in {event["payload"].get("message_id") for event in missed if event["id"] > last}
    assert teacher.get("/conversations").status_code == 200


def test_one_text_pressed_many_times_at_once_leaves_once(house: ScaledHouse, teacher: Person) -> None:
    number, name = teacher.thread_with(TAMIKA), uuid.uuid4()
    with ThreadPoolExecutor(8) as presses:
        answers = list(presses.map(lambda _: teacher.text(number, "Pressed again and again.", name), range(16)))
    assert {answer.status_code for answer in answers} == {200}, [answer.text[:200] for answer in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    text = house.phones.from_school("Pressed again and again.")
    assert house.phones.bodies(text["to"]).count("Pressed again and again.") == 1


def test_one_webhook_told_many_times_at_once_is_kept_once(house: ScaledHouse, teacher: Person) -> None:
    text = house.phones.from_school("Pressed again and again.")
    form = {"MessageSid": "SM" + "7" * 32, "From": text["to"], "To": text["from"], "Body": "Told many times.", "NumMedia": "0"}
    path = "/webhooks/twilio/messages"
    signed = {"X-Twilio-Signature": RequestValidator("simulated-auth-token").compute_signature(house.url + path, form)}
    with ThreadPoolExecutor(8) as calls:
        told = list(calls.map(lambda _: requests.post(house.url + path, data=form, headers=signed, timeout=30).status_code, range(16)))
    assert set(told) == {200}
    forged = requests.post(house.url + path, data=form | {"Body": "Never said."}, headers=signed, timeout=30)
    assert forged.status_code == 403
    number = teacher.thread_with(TAMIKA)
    wait_until(lambda: "Told many times." in teacher.get(f"/conversations/{number}").text)
    with house.beside().app_context():
        assert db.session.query(InboundText).filter(InboundText.body == "Told many times.").count() == 1
        assert db.session.query(Message).filter(Message.body == "Told many times.").count() == 1
        assert not db.session.query(InboundText).filter(InboundText.body == "Never said.").count()


def test_killed_workers_come_back_and_every_text_leaves_once(house: ScaledHouse, teacher: Person) -> None:
    number = teacher.thread_with(ROSA)
    words = [f"Page {page} of the reader." for page in range(20)]
    for each in words:
        assert teacher.text(number, each).status_code == 200
    victims = [house.process("worker 1"), house.process("worker 2")]
    house.phones.from_school(words[0])
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    wait_until(lambda: all(house.phones.count(each) for each in words), said=lambda: standing(house))
    assert {each: count for each, count in Counter(house.phones.bodies()).items() if each in words} == dict.fromkeys(words, 1)
    assert not {house.process("worker 1"), house.process("worker 2")} & set(victims)


def test_a_session_that_is_ended_everywhere_loses_its_sockets_in_every_process(
    house: ScaledHouse, windows: Windows, teacher: Person
) -> None:
    elsewhere = Person(house.url, TEACHER)
    number = elsewhere.thread_with(ROSA)
    gone, kept, _ = windows.apart(elsewhere, teacher)
    also_gone, _, _ = windows.apart(elsewhere, teacher)
    for window in (gone, also_gone):
        assert window.ask("open", conversation=number)["ok"]
    assert teacher.post("/settings/security/sessions/end").status_code == 303
    wait_until(lambda: not gone.client.connected and not also_gone.client.connected, said=lambda: "it still listens")
    assert kept.client.connected


def test_without_the_bus_pages_answer_and_texts_leave_and_afterwards_all_is_live_again(
    house: ScaledHouse, windows: Windows, teacher: Person, admin: Person
) -> None:
    number = teacher.thread_with(ROSA)
    mine, theirs, _ = windows.apart(teacher, admin)
    for window in (mine, theirs):
        assert window.ask("open", conversation=number)["ok"]
    house.take_away("redis")
    assert Person(house.url, ADMIN).get("/conversations").status_code == 200
    assert teacher.text(number, "Written without a bus.").status_code == 200
    text = house.phones.from_school("Written without a bus.")
    house.phones.answer(text, "Answered without a bus.")
    wait_until(lambda: "Answered without a bus." in teacher.get(f"/conversations/{number}").text)
    assert mine.ask("open", conversation=number)["ok"]
    house.bring_back("redis")
    for window in (mine, theirs):
        window.wait_for("missed")  # upon which a page asks for what it did not hear
    last = theirs.newest()
    assert teacher.text(number, "The bus is back.").status_code == 200
    wait_until(lambda: theirs.newest() > last, said=lambda: "nothing crosses any more")


def test_the_database_goes_away_while_texts_leave_and_all_goes_on_when_it_is_back(house: ScaledHouse, teacher: Person) -> None:
    number = teacher.thread_with(TAMIKA)
    words = [f"Line {line} of the poem." for line in range(8)]
    for each in words:
        assert teacher.text(number, each).status_code == 200
    text = house.phones.from_school(words[0])
    house.take_away("postgres")
    house.phones.answer(text, "I like this poem.")
    answer = teacher.get("/conversations")
    assert answer.status_code == 503, answer.text[:200]
    house.bring_back("postgres")
    wait_until(lambda: teacher.get("/conversations").status_code == 200)
    wait_until(lambda: all(house.phones.count(each) for each in words), said=lambda: standing(house))
    assert {each: count for each, count in Counter(house.phones.bodies()).items() if each in words} == dict.fromkeys(words, 1)
    wait_until(lambda: "I like this poem." in teacher.get(f"/conversations/{number}").text)
