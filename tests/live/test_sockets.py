"""Browsers hear what concerns them, catch up with what they missed, and hear nothing else."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import socketio
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations.models import Conversation
from app.core.clock import now
from app.core.database import db, transaction
from app.live import queries, service
from app.live.models import LiveEvent
from tests.houses import House, running_house

PATIENCE = 60


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("live"), MAX_SOCKETS="6") as house:
        yield house


@pytest.fixture(scope="module")
def beside(house: House) -> Flask:
    return house.beside()


class Browser:
    """A socket that remembers what it heard."""

    def __init__(self, url: str, cookie: str | None) -> None:
        self.heard: list[dict[str, Any]] = []
        self.client = socketio.Client(reconnection=False)
        self.client.on("event", self.heard.append)
        headers = {"Cookie": f"homeroom={cookie}"} if cookie else {}
        self.client.connect(url, headers=headers, transports=["websocket"], wait_timeout=PATIENCE)

    def ask(self, name: str, **message: Any) -> Any:
        return self.client.call(name, message, timeout=PATIENCE)

    def wait_for(self, name: str) -> dict[str, Any]:
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            found = next((event for event in self.heard if event["name"] == name), None)
            if found is not None:
                return found
            self.client.sleep(0.02)
        raise AssertionError(f"{name} never came; heard {[event['name'] for event in self.heard]}")


@pytest.fixture
def open_browser(house: House, beside: Flask) -> Iterator[Any]:
    opened: list[Browser] = []

    def open_one(email: str | None = "teacher@demo.test") -> Browser:
        browser = Browser(house.url, house.cookie_of(beside, email) if email else None)
        opened.append(browser)
        return browser

    yield open_one
    for browser in opened:
        browser.client.disconnect()


def conversation_of(beside: Flask, email: str) -> int:
    with beside.app_context():
        staff = db.session.scalars(select(Staff).where(Staff.email == email)).one()
        found = db.session.scalars(select(Conversation.id).where(Conversation.created_by_id == staff.id).limit(1)).one()
        db.session.remove()
        return int(found)


def test_a_stranger_is_not_let_in(open_browser: Any) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        open_browser(None)


def test_colleagues_see_each_other_looking_and_writing(open_browser: Any, beside: Flask) -> None:
    number = conversation_of(beside, "teacher@demo.test")
    teacher, admin = open_browser(), open_browser("admin@demo.test")
    assert teacher.ask("open", conversation=number)["ok"] is True
    answer = admin.ask("open", conversation=number)
    assert len(answer["looking"]) == 1
    teacher.client.emit("typing", {"conversation": number, "note": False})
    assert admin.wait_for("typing")["payload"]["conversation_id"] == number
    assert not [event for event in teacher.heard if event["name"] == "typing"]
    admin.ask("close", conversation=number)


def test_nobody_hears_a_conversation_that_is_not_theirs(open_browser: Any, beside: Flask) -> None:
    number = conversation_of(beside, "teacher@demo.test")
    other = open_browser("teacher40@demo.test")
    assert other.ask("open", conversation=number) == {"ok": False}
    assert other.ask("open", conversation="1 OR 1=1") == {"ok": False}
    teacher = open_browser()
    teacher.ask("open", conversation=number)
    other.client.emit("typing", {"conversation": number})
    other.ask("catchup", last=0)
    assert not [event for event in teacher.heard if event["name"] == "typing"]


def test_a_browser_that_was_away_catches_up_without_a_gap(open_browser: Any, beside: Flask) -> None:
    number = conversation_of(beside, "teacher@demo.test")
    browser = open_browser()
    browser.ask("open", conversation=number)
    with beside.app_context():
        last = queries.newest_id()
        district = db.session.get_one(Conversation, number).district_id
        with transaction():
            for version in range(5):
                service.push((f"conversation:{number}",), "conversation:changed", {"version": version}, district_id=district)
            service.push(("conversation:999999",), "conversation:changed", {"version": 99}, district_id=district)
        db.session.remove()
    answer = browser.ask("catchup", last=last)
    fresh = [event for event in answer["events"] if event["id"] > last]
    assert [event["payload"]["version"] for event in fresh] == [0, 1, 2, 3, 4]
    again = browser.ask("catchup", last=fresh[2]["id"])
    assert {event["payload"]["version"] for event in again["events"] if event["id"] > fresh[2]["id"]} == {3, 4}
    assert browser.ask("catchup", last="x")["resync"] is True


def test_a_page_just_opened_is_not_told_what_it_shows(open_browser: Any, beside: Flask) -> None:
    number = conversation_of(beside, "teacher@demo.test")
    browser = open_browser()
    browser.ask("open", conversation=number)
    with beside.app_context():
        district = db.session.get_one(Conversation, number).district_id
        with transaction():
            old, young = (
                LiveEvent(district_id=district, audience=f"conversation:{number}", name="conversation:changed", payload={}, at=now() - age)
                for age in (2 * queries.STILL_COMMITTING, timedelta())
            )
            db.session.add_all([old, young])
        ids = old.id, young.id
        last = queries.newest_id()
        db.session.remove()
    told = {event["id"] for event in browser.ask("catchup", last=last)["events"]}
    assert ids[0] not in told
    assert ids[1] not in told  # the house's own database numbers in the order of its commits; PostgreSQL looks back a moment


def test_who_was_away_for_too_much_reads_the_page_again(open_browser: Any, beside: Flask) -> None:
    number = conversation_of(beside, "teacher@demo.test")
    browser = open_browser()
    browser.ask("open", conversation=number)
    with beside.app_context():
        last = queries.newest_id()
        district = db.session.get_one(Conversation, number).district_id
        with transaction():
            rows = [
                LiveEvent(district_id=district, audience=f"conversation:{number}", name="conversation:changed", payload={"version": n})
                for n in range(queries.CATCH_UP_LIMIT + 1)
            ]
            db.session.add_all(rows)
        db.session.remove()
    assert browser.ask("catchup", last=last)["resync"] is True


def test_another_site_cannot_borrow_a_session(house: House, beside: Flask) -> None:
    client = socketio.Client(reconnection=False)
    headers = {"Cookie": f"homeroom={house.cookie_of(beside, 'teacher@demo.test')}", "Origin": "https://elsewhere.example"}
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(house.url, headers=headers, transports=["websocket"], wait_timeout=PATIENCE)


NONSENSE = [
    {"conversation": 10**40}, {"conversation": -1}, {"conversation": [1]}, {"conversation": {}},
    {"conversation": "\x00"}, [], "open", 7, None, {"conversation": 1.5},
]  # fmt: skip


def test_nonsense_of_one_browser_is_answered_and_harms_nobody(open_browser: Any, house: House, beside: Flask) -> None:
    number = conversation_of(beside, "teacher@demo.test")
    teacher, other = open_browser(), open_browser("admin@demo.test")
    for nonsense in NONSENSE:
        assert other.client.call("open", nonsense, timeout=PATIENCE) == {"ok": False}, nonsense
        for name in ("close", "visible", "typing", "no such word"):
            other.client.emit(name, nonsense)
    for last in (10**40, -1, "x", None, [], 1.5):
        assert other.ask("catchup", last=last)["resync"] is True, last
    path = "/socket.io/?transport=websocket&EIO=4"
    cookie = house.cookie_of(beside, "admin@demo.test")
    shake = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nCookie: homeroom={cookie}\r\n\r\n"
    )
    for junk in (
        b"\xff" * 4096,
        b"\x81\x7f" + b"\xff" * 8,
        b"\x81\xfe\xff\xff" + b"\0" * 4,
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xc1\x80\0\0\0\0",
    ):
        with socket.create_connection(("127.0.0.1", house.port), timeout=PATIENCE) as raw:
            raw.sendall(shake.encode() + junk * 3)
            raw.recv(4096)
    assert teacher.ask("open", conversation=number)["ok"] is True
    other.ask("open", conversation=number)
    other.client.emit("typing", {"conversation": number})
    teacher.wait_for("typing")


def test_nobody_comes_or_goes_by_saying_so(open_browser: Any, beside: Flask) -> None:
    number = conversation_of(beside, "teacher@demo.test")
    browser = open_browser()
    for name in ("connect", "disconnect", "*"):
        for _each in range(8):  # more than the cap has places
            browser.client.emit(name, {})
    assert browser.ask("open", conversation=number)["ok"] is True
    others = [open_browser("admin@demo.test") for _each in range(3)]
    assert others[-1].ask("open", conversation=number)["ok"] is True


def test_above_the_cap_browsers_are_turned_away_and_pages_still_answer(open_browser: Any, house: House, beside: Flask) -> None:
    import urllib.request

    browsers: list[Browser] = []
    with pytest.raises(socketio.exceptions.ConnectionError):
        while len(browsers) < 8:
            browsers += [open_browser()]
    assert 3 <= len(browsers) <= 6
    request = urllib.request.Request(
        f"{house.url}/conversations", headers={"Cookie": f"homeroom={house.cookie_of(beside, 'teacher@demo.test')}"}
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        assert answer.status == 200


def test_a_push_crosses_processes_through_redis(tmp_path: Path, redis_server: str, postgres_server: str) -> None:
    from tests.servers import fresh_database

    with (
        fresh_database(postgres_server) as database,
        running_house(tmp_path, DATABASE_URL=database, REDIS_URL=redis_server, HOMEROOM_WORKER="0") as house,
    ):
        beside = house.beside()
        number = conversation_of(beside, "teacher@demo.test")
        browser = Browser(house.url, house.cookie_of(beside, "teacher@demo.test"))
        browser.ask("open", conversation=number)
        with beside.app_context():
            district = db.session.get_one(Conversation, number).district_id
            with transaction():
                service.push((f"conversation:{number}",), "conversation:changed", {"version": 7}, district_id=district)
            db.session.remove()
        assert browser.wait_for("conversation:changed")["payload"] == {"version": 7}
        browser.client.disconnect()
