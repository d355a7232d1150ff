"""A teacher with a thread, her call, and people who come."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from app.conversations.models import Message
from app.core.database import db
from app.delivery.models import Delivery
from app.video import queries, service
from app.video.models import VideoCall, VideoParticipant
from app.video.service import Media, Plan
from app.video.tokens import Seat, embedded_token, seat_of
from tests.factories.threads import Thread, thread

NOON = datetime(2026, 10, 14, 19, tzinfo=UTC)
"""A Wednesday noon in Oregon."""


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@dataclass
class Room:
    """A call in the teacher's thread."""

    app: Flask
    thread: Thread
    call_id: int

    @property
    def call(self) -> VideoCall:
        db.session.rollback()
        return db.session.get_one(VideoCall, self.call_id, populate_existing=True)

    @property
    def teacher(self):
        return self.thread.family.teacher

    def invite(self, **more) -> list:
        return service.invite(self.teacher, self.call_id, uuid=uuid4(), **more)

    def person(self, name: str) -> VideoParticipant:
        db.session.rollback()
        found = db.session.query(VideoParticipant).filter_by(video_call_id=self.call_id, name=name)
        return found.populate_existing().one()

    @property
    def host(self) -> VideoParticipant:
        return queries.host_of(self.call)

    @property
    def guest(self) -> VideoParticipant:
        return self.person("Rosa Hernández")

    def seat(self, who: VideoParticipant) -> Seat:
        seat = seat_of(embedded_token(self.app.extensions["settings"], self.call, who))
        assert seat is not None
        return seat

    def enter(self, who: VideoParticipant, page: str = "page", **media) -> VideoParticipant:
        return service.enter(self.seat(who), page, Media(**media))[1]

    def fill(self, how_many: int) -> list[VideoParticipant]:
        """So many others come in, each by a place of their own."""
        people = [service.add_participant(self.teacher, self.call_id, f"Guest {number}") for number in range(how_many)]
        return [self.enter(each, f"page {each.id}") for each in people]

    def lines(self) -> list[Message]:
        db.session.rollback()
        found = db.session.query(Message).filter_by(conversation_id=self.thread.id, kind="event").order_by(Message.id)
        return [each for each in found if each.details.get("type") == "video_call"]

    def link(self) -> str:
        """The token of the link that was texted last."""
        db.session.rollback()
        texts = [each.content.body for each in db.session.query(Delivery).order_by(Delivery.id)]
        return re.findall(r"/v/([\w-]+)", texts[-1])[-1]


@pytest.fixture
def room(app: Flask, noon: time_machine.Traveller) -> Room:
    talk = thread()
    db.session.commit()
    call = service.create(talk.family.teacher, Plan(request_key="once", conversation_id=talk.id))
    return Room(app, talk, call.id)
