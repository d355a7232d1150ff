"""Other systems hear that a video call is over: once, with how it went, without names unless somebody wants them."""

import json
from datetime import timedelta

import time_machine
from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.video import service
from app.webhooks.models import WebhookEndpoint, WebhookEvent
from app.webhooks.signing_secrets import new_secret, seal_secret
from tests.video.conftest import Room


def test_the_end_of_a_call_is_told_once(room: Room, noon: time_machine.Traveller) -> None:
    values = {"kinds": ["video.ended"], "recent": [], "secret": seal_secret(new_secret()), "created_at": now() - timedelta(hours=1)}
    db.session.add(WebhookEndpoint(district_id=room.teacher.district_id, url="https://sis.example.org/", **values))
    db.session.commit()
    room.enter(room.host)
    room.fill(2)
    noon.shift(timedelta(minutes=2))
    service.end(room.teacher, room.call_id)
    service.end(room.teacher, room.call_id)
    (event,) = db.session.scalars(select(WebhookEvent))
    told = json.loads(event.body)
    assert (told["type"], told["data"]["video_call_id"], told["data"]["state"]) == ("video.ended", str(room.call.uuid), "ended")
    assert (told["data"]["seconds"], told["data"]["people_who_came"]) == (120, 3)
    assert told["data"]["conversation_id"] == str(room.thread.conversation.uuid)
    assert "Hernández" not in event.body
