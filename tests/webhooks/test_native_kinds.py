"""What happens in the house is told by its own kinds: once, with ids, and with words only to those whose owner wants them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from app.announcements.events import AnnouncementChanged
from app.announcements.models import Announcement, AnnouncementCount
from app.api.contract import load
from app.calls.events import CallChanged
from app.calls.models import Call
from app.conversations import service
from app.conversations.events import MessageStatusChanged
from app.conversations.models import Message
from app.core.clock import now
from app.core.database import db, transaction
from app.core.events import Event
from app.core.ids import new_uuid
from app.fax.events import FaxChanged, FaxReady
from app.fax.models import Fax
from app.voicemail.events import VoicemailChanged
from app.voicemail.models import Voicemail
from app.webhooks.kinds import NAMES
from app.webhooks.models import WebhookEndpoint, WebhookEvent
from app.webhooks.signing_secrets import new_secret, seal_secret
from tests.conversations.arrivals import arrives
from tests.conversations.outcomes import deliveries_of, happened
from tests.factories.samples import MARK, House, house

CONTRACT = load("homeroom.openapi")


@pytest.fixture
def people(app: Flask) -> House:
    assert app
    return house()


def listening(people: House, **more: Any) -> WebhookEndpoint:
    values = {"kinds": sorted(NAMES), "recent": [], "secret": seal_secret(new_secret()), "created_at": now() - timedelta(hours=1)}
    row = WebhookEndpoint(district_id=people.teacher.district_id, url="https://sis.example.org/", **values | more)
    db.session.add(row)
    db.session.commit()
    return row


def announce(*facts: Event) -> None:
    """As the room does it; twice, because facts are announced whenever anything changes."""
    for _each in range(2):
        with transaction() as events:
            events.extend(facts)


def told(endpoint: WebhookEndpoint) -> list[tuple[str, dict[str, Any]]]:
    rows = db.session.scalars(select(WebhookEvent).where(WebhookEvent.endpoint_id == endpoint.id).order_by(WebhookEvent.id))
    bodies = [json.loads(row.body) for row in rows]
    assert all(set(body) == {"type", "timestamp", "data"} for body in bodies)
    for body in bodies:  # as the contract says, with words and without
        place = f"/webhooks/{body['type']}/post/requestBody/content/application~1json/schema"
        problems = [error.message for error in CONTRACT.validator_of(CONTRACT.reference(place)).iter_errors(body)]
        assert problems == [], body
    return [(body["type"], body["data"]) for body in bodies]


def test_a_text_and_a_stop_are_told_with_ids_alone(people: House) -> None:
    plain, wordy = listening(people), listening(people, with_words=True)
    arrives(people.family.contact_point.address, people.family.number, "Where is the bus?")
    arrives(people.family.contact_point.address, people.family.number, "STOP")
    heard = told(plain)
    assert sorted(kind for kind, _data in heard) == ["consent.changed", "message.received", "message.received"]
    message = db.session.scalars(select(Message).where(Message.body == "Where is the bus?")).one()
    first = next(data for _kind, data in heard if data.get("message_id") == str(message.uuid))
    assert first["conversation_id"] == str(people.thread.conversation.uuid)
    assert (first["guardian_id"], first["school_id"]) == (str(people.family.guardian.uuid), str(people.family.school.uuid))
    consent = next(data for kind, data in heard if kind == "consent.changed")
    assert consent["state"] == "opted_out"
    assert consent["contact_point_ids"] == [str(people.family.contact_point.uuid)]
    everything = json.dumps(heard)
    assert MARK not in everything
    assert people.family.contact_point.address not in everything
    assert "bus" not in everything
    assert "Where is the bus?" in {data.get("body") for _kind, data in told(wordy)}


def test_each_room_tells_its_end_once(people: House) -> None:
    endpoint, wordy = listening(people), listening(people, with_words=True)
    other = listening(people, kinds=["video.ended"])
    district, at = people.teacher.district_id, now()
    db.session.execute(update(Message).where(Message.id == people.outbound.id).values(status="failed", error_code="30003"))
    db.session.execute(update(Call).values(status="finished", answered_at=at - timedelta(minutes=2), ended_at=at))
    db.session.execute(update(Voicemail).values(seconds=7))
    db.session.execute(update(Announcement).values(finished_at=at, version=3))
    db.session.add(AnnouncementCount(announcement_id=people.announcement.id, channel="sms", outcome="delivered", n=12))
    out = people.fax_part.fax_id
    db.session.execute(update(Fax).where(Fax.id == out).values(status="failed", failure="busy", finished_at=at))
    db.session.commit()
    announce(MessageStatusChanged(district, people.thread.id, people.outbound.id, "failed", 1, 0, 1))
    announce(CallChanged(district, people.leg.call_id, None, 4, is_conference=True))
    announce(VoicemailChanged(district, people.family.school.id, people.voicemail.id, (), 1))
    announce(FaxReady(district, people.fax.id))
    announce(FaxChanged(district, people.family.school.id, out, (), 1))
    announce(AnnouncementChanged(district, people.announcement.id, "finished", 3))
    heard = dict(told(endpoint))
    assert len(told(endpoint)) == len(heard) == 6
    assert (heard["message.failed"]["error_code"], heard["message.failed"]["failed"]) == ("30003", 0)
    assert heard["call.finished"]["seconds"] == 120
    assert heard["voicemail.received"]["seconds"] == 7
    assert heard["fax.received"]["fax_id"] == str(people.fax.uuid)
    assert heard["fax.failed"]["failure"] == "busy"
    assert heard["announcement.finished"]["recipients"] == [{"channel": "sms", "outcome": "delivered", "count": 12}]
    assert MARK not in json.dumps(heard)
    assert len(told(wordy)) == 6
    assert MARK in json.dumps(told(wordy))
    db.session.execute(update(Fax).where(Fax.id == out).values(status="sent", failure=None))
    db.session.commit()
    announce(FaxChanged(district, people.family.school.id, out, (), 2))
    assert told(endpoint)[-1][0] == "fax.sent"
    assert told(other) == []


def test_a_text_that_fails_twice_the_same_way_is_told_twice(people: House) -> None:
    endpoint, teacher = listening(people), people.family.teacher
    message = service.send(teacher, people.thread.id, "Zoo trip on Friday", uuid=new_uuid())
    for number in range(3):
        for state, code in (("sent", None), ("failed", "30007")):
            happened(deliveries_of(message)[number], state, code)
            announce(MessageStatusChanged(message.district_id, people.thread.id, message.id, state, 1, 0, 1))
        service.retry(teacher, message.id)
    assert [kind for kind, _data in told(endpoint)] == ["message.sent", "message.failed"] * 3


def test_what_was_before_is_no_news(people: House) -> None:
    endpoint = listening(people)
    db.session.execute(update(Voicemail).values(seconds=7, received_at=now() - timedelta(hours=2)))
    db.session.execute(update(Fax).values(created_at=now() - timedelta(days=40)))
    db.session.commit()
    announce(VoicemailChanged(people.teacher.district_id, people.family.school.id, people.voicemail.id, (), 1))
    announce(FaxReady(people.teacher.district_id, people.fax.id))
    assert told(endpoint) == []


def test_a_district_without_endpoints_pays_one_small_look_and_mostly_none(people: House) -> None:
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        if "webhook" in arguments[2]:
            seen.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    for number in range(3):
        arrives(people.family.contact_point.address, people.family.number, f"Text {number}")
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(seen) == 1
    plan = db.session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + seen[0], (1,)).all()
    assert "ix_webhook_endpoints_listening" in str(plan)
