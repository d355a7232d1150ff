"""A whole office listens at once: nobody misses anything, nobody hears anything twice, and pages answer meanwhile."""

import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import urllib3
from flask import session
from flask_wtf.csrf import generate_csrf

from app.accounts.models import Role
from app.core.database import db
from tests.factories import SchoolFactory, StaffFactory, family, thread
from tests.houses import House, running_house
from tests.live.browsers import Browsers, browsers

PEOPLE, FACTS = 60, 100
CUT_OFF = list(range(0, PEOPLE, 3))
STAYED = [index for index in range(PEOPLE) if index not in CUT_OFF]
CAP = 64
SECRET_OF_FORMS = "0" * 40
HELLO = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@dataclass
class Office:
    """A house in which a teacher writes, and everybody of the office has the thread open."""

    house: House
    conversation: int
    writer: str
    form_token: str
    listeners: list[str]

    def write(self, body: str) -> None:
        """Add a note."""
        fields = {"body": body, "mode": "note", "csrf_token": self.form_token}
        answer = urllib3.request(
            "POST", f"{self.house.url}/conversations/{self.conversation}/messages", body=urlencode(fields),
            headers={"Cookie": self.writer, "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        assert answer.status == 200, answer.data

    def page(self, path: str) -> int:
        """The status of a page that a listener asks for."""
        return urllib3.request("GET", self.house.url + path, headers={"Cookie": self.listeners[0]}, timeout=10, retries=False).status

    def threads(self) -> int:
        """Of the process that serves."""
        assert self.house.process is not None
        pid = self.house.process.pid
        worker = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
        return len(list(Path(f"/proc/{worker}/task").iterdir()))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with running_house(folder, HOMEROOM_DEMO="0", HOMEROOM_WORKER="0", RATE_LIMITS="0", MAX_SOCKETS=str(CAP)) as house:
        app = house.beside()
        with app.app_context():
            school = SchoolFactory()
            line = thread(family(school))
            writer = line.family.teacher.email
            listeners = [StaffFactory(role=Role.OFFICE, schools=[school]).email for _ in range(PEOPLE)]
            number = line.id
            db.session.commit()
            db.session.remove()
        with app.test_request_context():
            session["csrf_token"] = SECRET_OF_FORMS
            form_token = generate_csrf()
        cookies = [f"homeroom={house.cookie_of(app, email, csrf_token=SECRET_OF_FORMS)}" for email in [writer, *listeners]]
        yield Office(house, number, cookies[0], form_token, cookies[1:])


@contextmanager
def listening(office: Office) -> Iterator[Browsers]:
    with browsers(office.house.url) as crowd:
        assert crowd.connect(office.listeners, [("open", {"conversation": office.conversation})], compress=True) == PEOPLE
        yield crowd


def notes(events: list[dict[str, Any]]) -> list[int]:
    return [event["payload"]["message_id"] for event in events if event["name"] == "message:new"]


def hear(crowd: Browsers, heard: dict[int, list[dict[str, Any]]], wanted: int, among: Iterable[int] = range(PEOPLE)) -> None:
    """Add what comes until every listener `among` all has `wanted` notes. Fails when that takes too long."""
    limit = time.monotonic() + 30
    while any(len(notes(heard[index])) < wanted for index in among):
        assert time.monotonic() < limit, Counter(len(notes(events)) for events in heard.values())
        for _, index, event in crowd.heard(1, seconds=1):
            heard[index].append(event)


def test_sixty_browsers_hear_a_hundred_facts_each_once_and_in_order(office: Office) -> None:
    with listening(office) as crowd:
        heard: dict[int, list[dict[str, Any]]] = {index: [] for index in range(PEOPLE)}
        before = office.threads()
        for number in range(FACTS):
            office.write(f"Note {number}")
            if number % 20 == 0:
                assert office.page("/conversations") == 200
        hear(crowd, heard, FACTS)
        assert office.threads() - before < PEOPLE  # threads are for pages, not one for each browser
        [first, *others] = [notes(events) for events in heard.values()]
        assert len(first) == len(set(first)) == FACTS
        assert first == sorted(first)
        assert all(other == first for other in others)


def test_browsers_that_lose_their_line_midway_catch_up_without_a_gap(office: Office) -> None:
    with listening(office) as crowd:
        heard: dict[int, list[dict[str, Any]]] = {index: [] for index in range(PEOPLE)}
        for number in range(30):
            office.write(f"Before {number}")
        hear(crowd, heard, 30)
        last = {index: max(event["id"] for event in heard[index]) for index in CUT_OFF}
        crowd.drop(CUT_OFF)
        for number in range(40):
            office.write(f"Meanwhile {number}")
        assert crowd.again(CUT_OFF) == len(CUT_OFF)
        for number in range(30):
            office.write(f"After {number}")
        hear(crowd, heard, FACTS, among=STAYED)
        expected = notes(heard[STAYED[0]])
        assert len(expected) == len(set(expected)) == FACTS
        for index in CUT_OFF:
            [answer] = crowd.ask([index], "catchup", {"last": last[index]})
            known = {number for event in heard[index] for number in event.get("ids", [event["id"]])}
            news = [event for event in answer["events"] if not known & set(event["ids"])]  # as the page does
            assert sorted(notes(heard[index]) + notes(news)) == expected


def test_whoever_cannot_have_a_socket_asks_every_now_and_then_instead(office: Office) -> None:
    with listening(office) as crowd:
        extra = CAP - PEOPLE
        assert crowd.connect(office.listeners[: extra + 3]) == extra  # the others are turned away before they hold anything
        office.write("For all")
        answer = urllib3.request(
            "GET", f"{office.house.url}/conversations/news?last=0&conversation={office.conversation}",
            headers={"Cookie": office.listeners[5], "Accept": "application/json"},
        )  # fmt: skip
        assert answer.status == 200
        told = answer.json()
        assert told["resync"] or notes(told["events"])
        assert office.page("/conversations") == 200


def test_strangers_who_say_nothing_keep_nobody_out(office: Office) -> None:
    parts = urlsplit(office.house.url)
    with ExitStack() as strangers:
        for _ in range(CAP + 10):
            line = strangers.enter_context(socket.create_connection((parts.hostname, parts.port), timeout=10))
            line.sendall(HELLO)
            assert line.recv(12) == b"HTTP/1.1 101", "room is made by sending away the one before"
        with browsers(office.house.url) as crowd:
            assert crowd.connect(office.listeners[:40]) == 40


def test_a_silent_stranger_does_not_keep_a_line(office: Office) -> None:
    with browsers(office.house.url) as crowd:
        assert crowd.connect(["", "homeroom=nonsense"]) == 0
        assert crowd.connect(office.listeners) == PEOPLE
