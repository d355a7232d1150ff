"""A house whose feed is listened to, and the official Python client."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import socketio
from flask import Flask
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import BearerType, Staff
from app.api.contract import load
from app.api.identifiers import id24
from app.conversations.models import Conversation, ConversationKind
from app.core.database import db
from tests.houses import House, keep_awake, model_house, running_house

PATIENCE = 30
CONTRACT = load("ringplan.asyncapi")
SCHEMAS = {
    "texting.message.new": "messageNew", "texting.message.delete": "messageDelete", "texting.message.markAsRead": "markAsReadNotice",
    "texting.chat.new": "chatNew", "texting.chat.delete": "chatDelete", "user_status_updated": "userStatusUpdated",
    "authenticated": "authenticated", "unauthorized": "unauthorized",
}  # fmt: skip


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
