"""Pages of people in a video call, as their scripts speak, and calls of the demo's teacher for them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from uuid import uuid4

import socketio
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations.models import Conversation
from app.core.database import db, transaction
from app.video import queries, service
from app.video.service import Plan
from app.video.tokens import embedded_token
from tests.houses import House

PATIENCE = 60


class Tab:
    """A page of somebody, as its script speaks."""

    def __init__(self, house: House, token: str, page: str | None = None) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.client = socketio.Client(reconnection=False)
        for name in ("room", "door", "seat", "signal", "begun", "school", "over"):
            self.client.on(name, lambda message, name=name: self.heard.append((name, message)), namespace="/video")
        auth = {"token": token, "page": page or uuid4().hex}
        self.client.connect(house.url, auth=auth, namespaces=["/video"], transports=["websocket"], wait_timeout=PATIENCE)

    def ask(self, name: str, **message: Any) -> Any:
        return self.client.call(name, message, namespace="/video", timeout=PATIENCE)

    def say(self, name: str, **message: Any) -> None:
        self.client.emit(name, message, namespace="/video")

    def wait_for(self, name: str, when: Any = lambda _message: True) -> Any:
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            found = next((message for heard, message in list(self.heard) if heard == name and when(message)), None)
            if found is not None:
                return found
            self.client.sleep(0.02)
        raise AssertionError(f"{name} never came; heard {self.heard}")


class OpenTab(Protocol):
    """Opens one; it is closed with the test."""

    def __call__(self, token: str, page: str | None = None, *, at: House | None = None) -> Tab: ...


@contextmanager
def opening_tabs(house: House) -> Iterator[OpenTab]:
    """Tabs at `house`, or at another one that is named."""
    opened: list[Tab] = []

    def open_one(token: str, page: str | None = None, *, at: House | None = None) -> Tab:
        opened.append(Tab(at or house, token, page))
        return opened[-1]

    yield open_one
    for tab in opened:
        tab.client.disconnect()


def begin(beside: Flask, *guests: str, waiting: str = "") -> tuple[int, list[str]]:
    """A call of the demo's teacher, and the tokens of its host, of guests who may come in, and of one who has to wait."""
    with beside.app_context():
        teacher = db.session.scalars(select(Staff).where(Staff.email == "teacher@demo.test")).one()
        talk = db.session.scalars(
            select(Conversation).where(Conversation.created_by_id == teacher.id, Conversation.kind == "direct")
        ).first()
        assert talk is not None
        call = service.create(teacher, Plan(conversation_id=talk.id))
        people = [queries.host_of(call), *(service.add_participant(teacher, call.id, name) for name in guests)]
        if waiting:
            people.append(service.add_participant(teacher, call.id, waiting))
            with transaction():
                people[-1].admitted_at = None
        tokens = [embedded_token(beside.extensions["settings"], call, who) for who in people]
        number = call.id
        db.session.remove()
        return number, tokens
