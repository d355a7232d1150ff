"""The live feed with the official clients, against the real server: who hears what, and that nobody else does."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio
import websocket
from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from playwright.sync_api import sync_playwright
from sqlalchemy import select, update

from app.accounts import service as accounts
from app.accounts.models import BearerType, Role, Staff
from app.accounts.scopes import Scope
from app.api.contract import load
from app.api.identifiers import id24
from app.api.ringplan.feed.listeners import MOST_UNKNOWN
from app.conversations.models import Conversation, ConversationKind
from app.core.database import db, transaction
from app.core.ids import new_uuid
from tests.houses import House, keep_awake, model_house, running_house
from tools.browser import executable

PATIENCE = 30
SECRET_OF_FORMS = "0" * 40
CONTRACT = load("ringplan.asyncapi")
SCHEMAS = {
    "texting.message.new": "messageNew", "texting.message.delete": "messageDelete", "texting.message.markAsRead": "markAsReadNotice",
    "texting.chat.new": "chatNew", "texting.chat.delete": "chatDelete", "user_status_updated": "userStatusUpdated",
    "authenticated": "authenticated", "unauthorized": "unauthorized",
}  # fmt: skip
SCRIPT = Path("static/vendor/socket.io-client-4.8.4/socket.io.min.js")


@dataclass
class Company:
    """A running house, a key of its district, and REST with it."""

    house: House
    beside: Flask
    token: str
    key_id: int
    users: dict[str, str] = field(default_factory=dict)

    def rest(self, method: str, path: str, user: str = "primary", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "X-User-Id": self.users.get(user, user)}
        answer = requests.request(method, f"{self.house.url}/ringplan{path}", headers=headers, timeout=PATIENCE, **more)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with running_house(tmp_path_factory.mktemp("feed"), like=model_house(tmp_path_factory.getbasetemp())) as house:
        beside = house.beside()
        keep_awake(beside)
        with beside.app_context():
            admin = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
            bearer = accounts.create_bearer(admin, name="Practice", bearer_type=BearerType.ADMIN)
            new = accounts.create_key(admin, bearer.id)
            users = {person.email: id24(person.uuid) for person in db.session.scalars(select(Staff))}
            found = Company(house, beside, new.token, new.key.id, users)
            db.session.remove()
        yield found


class Client:
    """The Python client, as anybody writes it; what it hears is judged by the contract."""

    def __init__(self, url: str, token: str | None = None, email: str | None = None) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.client = socketio.Client(reconnection=False)
        for name in SCHEMAS:
            self.client.on(name, lambda *said, name=name: self.heard.append((name, said[0] if said else None)))
        self.client.connect(url, socketio_path="ws", transports=["websocket"], wait_timeout=PATIENCE)
        if token is not None:
            self.authenticate(token, email)
            self.wait_for("authenticated")

    def authenticate(self, token: str, email: str | None = None) -> None:
        self.client.emit("authenticate", {"token": token} | ({"user_email": email} if email else {}))

    def wait_for(self, name: str, **parts: Any) -> Any:
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            for event, body in list(self.heard):
                if event == name and all((body or {}).get(key) == value for key, value in parts.items()):
                    problems = CONTRACT.validator(f"/components/messages/{SCHEMAS[name]}/payload").iter_errors(body)
                    assert [each.message for each in problems] == []
                    return body
            self.client.sleep(0.02)
        raise AssertionError(f"{name} {parts} never came; heard {[event for event, _body in self.heard]}")

    def named(self, name: str) -> list[Any]:
        return [body for event, body in self.heard if event == name]


@pytest.fixture
def connect(company: Company) -> Iterator[Any]:
    opened: list[Client] = []

    def one(*args: Any) -> Client:
        opened.append(Client(company.house.url, *args))
        return opened[-1]

    yield one
    for each in opened:
        if each.client.connected:
            each.client.disconnect()


def talk_of(company: Company, email: str) -> str:
    """A conversation of a teacher's with one guardian."""
    with company.beside.app_context():
        owner = select(Staff.id).where(Staff.email == email).scalar_subquery()
        mine = (Conversation.created_by_id == owner, Conversation.kind == ConversationKind.DIRECT, Conversation.deleted_at.is_(None))
        rows = db.session.scalars(select(Conversation).where(*mine).order_by(Conversation.id)).all()
        names = {id24(row.uuid) for row in rows}
        db.session.remove()
    listed = company.rest("GET", "/texting/conversations?per_page=100", email)
    return next(str(each["id"]) for each in listed if each["id"] in names and each["from_number"])


def test_nothing_is_heard_before_a_key_was_shown(company: Company, connect: Any) -> None:
    silent = connect()
    silent.client.emit("texting.message.markAsRead", {"conversation_id": "0" * 24, "messagesIds": ["0" * 24]})
    silent.wait_for("unauthorized")
    silent.heard.clear()
    silent.authenticate("hr_live_nobody")
    silent.wait_for("unauthorized")
    silent.heard.clear()
    silent.authenticate(company.token, "nobody@demo.test")
    assert "user_email names nobody" in silent.wait_for("unauthorized")["detail"]
    with company.beside.app_context():
        admin = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
        narrow = accounts.create_bearer(admin, name="Names alone", bearer_type=BearerType.ADMIN)
        without = accounts.create_key(admin, narrow.id, scopes=[Scope.READ_PEOPLE]).token
        teacher = db.session.scalars(select(Staff).where(Staff.email == "teacher@demo.test")).one()
        hers = accounts.create_bearer(admin, name="Hers", bearer_type=BearerType.USER, person=teacher)
        own = accounts.create_key(admin, hers.id).token
        db.session.remove()
    other = connect()
    other.authenticate(without)
    assert "read_texts" in other.wait_for("unauthorized")["detail"]
    other.authenticate(own)
    assert other.wait_for("authenticated")["user_email"] == "teacher@demo.test", "a key that acts as a person acts as her"
    silent.heard.clear()
    silent.client.emit("authenticate", "nonsense")
    silent.wait_for("unauthorized")
    listening = connect(company.token)
    company.rest("POST", f"/texting/conversations/{talk_of(company, 'teacher@demo.test')}/messages/publish", json={"text": "Hello"})
    listening.wait_for("texting.message.new", text="Hello")
    assert silent.named("texting.message.new") == []


def test_a_message_is_heard_by_those_who_see_its_conversation(company: Company, connect: Any) -> None:
    teacher, admin = connect(company.token, "teacher@demo.test"), connect(company.token)
    with company.beside.app_context():
        lead = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
        school_ids = db.session.scalars(select(Staff).where(Staff.email == "teacher@demo.test")).one().school_ids
        accounts.create_staff(lead.district_id, "next@demo.test", name="Next Door", role=Role.TEACHER, school_ids=school_ids)
        with transaction():
            db.session.execute(update(Staff).where(Staff.email == "next@demo.test").values(status="active"))
        db.session.remove()
    stranger = connect(company.token, "next@demo.test")
    talk = talk_of(company, "teacher@demo.test")
    sent = company.rest("POST", f"/texting/conversations/{talk}/messages/publish", "teacher@demo.test", json={"text": "The bus is late."})
    for each in (teacher, admin):
        body = each.wait_for("texting.message.new", id=sent["id"])
        assert (body["text"], body["direction"], body["conversation_id"]) == ("The bus is late.", "outbound", talk)
    company.rest("DELETE", f"/texting/conversations/{talk}/messages?ids={sent['id']}", "teacher@demo.test")
    teacher.wait_for("texting.message.delete", id=sent["id"], conversation_id=talk)
    assert stranger.named("texting.message.new") == []
    assert stranger.named("texting.message.delete") == []


def test_who_reads_says_so_and_the_others_hear_it(company: Company, connect: Any) -> None:
    teacher, other = connect(company.token, "teacher@demo.test"), connect(company.token, "teacher@demo.test")
    unread = next(
        each for each in company.rest("GET", "/texting/conversations?per_page=100", "teacher@demo.test") if each["unread_msg_count"]
    )
    talk = unread["id"]
    listed = company.rest("GET", f"/texting/conversations/{talk}/messages?per_page=100", "teacher@demo.test")
    newest = next(each for each in listed if each["direction"] == "inbound")
    wrong = teacher.client.call("texting.message.markAsRead", {"conversation_id": talk, "messagesIds": ["0" * 24]}, timeout=PATIENCE)
    assert wrong["ok"] is False
    done = teacher.client.call("texting.message.markAsRead", {"conversation_id": talk, "messagesIds": [newest["id"]]}, timeout=PATIENCE)
    assert done == {"ok": True}
    notice = other.wait_for("texting.message.markAsRead", conversation_id=talk)
    assert newest["id"] in notice["messagesIds"]
    assert teacher.named("texting.message.markAsRead") == []
    mine = next(each for each in company.rest("GET", "/texting/conversations?per_page=100", "teacher@demo.test") if each["id"] == talk)
    assert mine["unread_msg_count"] == 0


def test_conversations_and_users_come_and_go(company: Company, connect: Any) -> None:
    admin = connect(company.token)
    contact = company.rest("POST", "/texting/contacts", json={"number": "+15035550144", "first_name": "New", "last_name": "Neighbor"})
    number = company.rest("GET", "/texting/numbers?numformat=international")[0]["number"]
    talk = company.rest("POST", "/texting/conversations", json={"contact_id": contact["id"], "from_number": number})
    begun = admin.wait_for("texting.chat.new", id=talk["id"])
    assert begun["contactinfo"]["last_name"] == "Neighbor"
    company.rest("DELETE", f"/texting/conversations/{talk['id']}")
    admin.wait_for("texting.chat.delete", id=talk["id"])
    body = {"first_name": "Short", "last_name": "Stay", "contacts": {"email": "short@demo.test"}}
    user = company.rest("POST", "/company/contacts", json=body)
    company.rest("DELETE", f"/company/contacts/{user['id']}")
    gone = admin.wait_for("user_status_updated", user_id=user["id"])
    assert (gone["status"], gone["user_email"]) == ({"status": "deactivated", "action_type": "deactivated"}, "short@demo.test")


def test_what_a_page_does_is_heard_too(company: Company, connect: Any) -> None:
    admin, talk = connect(company.token), talk_of(company, "teacher@demo.test")
    with company.beside.app_context():
        numbers = {id24(row.uuid): row.id for row in db.session.scalars(select(Conversation))}
        db.session.remove()
    with company.beside.test_request_context():
        session["csrf_token"] = SECRET_OF_FORMS
        form = {"body": "From the page", "csrf_token": generate_csrf(), "uuid": str(new_uuid())}
    cookie = company.house.cookie_of(company.beside, "teacher@demo.test", csrf_token=SECRET_OF_FORMS)
    headers = {"Cookie": f"homeroom={cookie}", "Accept": "application/json"}
    address = f"{company.house.url}/conversations/{numbers[talk]}/messages"
    page = requests.post(address, data=form, headers=headers, timeout=PATIENCE)
    assert page.status_code == 200, page.text
    admin.wait_for("texting.message.new", text="From the page")


def test_a_revoked_key_hears_nothing_more(company: Company, connect: Any) -> None:
    with company.beside.app_context():
        admin = db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one()
        bearer = accounts.create_bearer(admin, name="Short lived", bearer_type=BearerType.ADMIN)
        new = accounts.create_key(admin, bearer.id)
        key_id, token = new.key.id, new.token
        db.session.remove()
    listening = connect(token)
    with company.beside.app_context():
        accounts.revoke_key(db.session.scalars(select(Staff).where(Staff.email == "admin@demo.test")).one(), key_id)
        db.session.remove()
    listening.wait_for("unauthorized")
    limit = time.monotonic() + PATIENCE
    while listening.client.connected and time.monotonic() < limit:
        listening.client.sleep(0.05)
    assert not listening.client.connected


def test_strangers_cannot_take_the_places_of_others(company: Company, connect: Any) -> None:
    address = company.house.url.replace("http", "ws", 1) + "/ws/?EIO=4&transport=websocket"
    silent = [websocket.create_connection(address, timeout=PATIENCE) for _ in range(MOST_UNKNOWN + 8)]
    try:
        for one in silent:
            one.recv()
            one.send("40")
        connect(company.token)  # somebody who says who they are comes in
        with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
            while silent[0].recv():
                pass
        silent[-1].ping()
    finally:
        for one in silent:
            one.close(timeout=0)


@pytest.mark.parametrize("slash", [True, False])
def test_the_javascript_client_of_another_origin_works_unchanged(company: Company, slash: bool) -> None:
    talk = talk_of(company, "teacher@demo.test")
    chromium = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"])
        page = browser.new_page()
        page.goto("data:text/html,<title>Another system</title>")
        page.add_script_tag(content=SCRIPT.read_text())
        page.evaluate(
            """([url, token, addTrailingSlash]) => {
                window.heard = [];
                const socket = io(url, {path: "/ws", addTrailingSlash, transports: ["websocket"], reconnectionDelay: 1500});
                window.socket = socket;
                socket.onAny((name, body) => window.heard.push([name, body]));
                socket.on("connect", () => socket.emit("authenticate", {token, user_email: "teacher@demo.test"}));
            }""",
            [company.house.url, company.token, slash],
        )
        page.wait_for_function("window.heard.some(([name]) => name === 'authenticated')", timeout=PATIENCE * 1000)
        company.rest("POST", f"/texting/conversations/{talk}/messages/publish", json={"text": f"To a browser {slash}"})
        page.wait_for_function(
            f"window.heard.some(([name, body]) => name === 'texting.message.new' && body.text === 'To a browser {slash}')",
            timeout=PATIENCE * 1000,
        )
        browser.close()
