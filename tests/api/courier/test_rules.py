"""Plugins expand, responders answer, announcers tell, and maintenance moves channels."""

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import Role
from app.accounts.scopes import Scope
from app.api.courier.models import Responder
from app.api.courier.service.week_hours import WEEK, holds_at
from app.conversations import service as threads
from app.conversations.models import Message
from app.core.database import db
from app.delivery.models import Delivery
from app.webhooks.models import WebhookEvent
from tests.api.courier.house import CourierHouse, courier_house, sent
from tests.api.courier.test_channels import opened
from tests.conversations.arrivals import arrives
from tests.factories import EnrollmentFactory, SectionFactory, StaffFactory, family

SUNDAY = datetime(2026, 11, 22, tzinfo=UTC)
TIMES = st.none() | st.times().map(lambda each: each.replace(microsecond=0))
DAYS = st.sampled_from((*WEEK, "everyday", "weekdays", "weekend"))


def rule(here: CourierHouse, kind: str, client: Any = None, **values: Any) -> Any:
    """The answer to a new rule of the school."""
    operation = {"messaging-plugins": "createMessagingPlugin", "messaging-responders": "createResponder", "announcers": "createAnnouncer"}[
        kind
    ]
    whose = {"organization-id": str(here.family.school.uuid)}
    return (client or here.client).ask(operation, sent(kind, whose | values))


@given(DAYS, TIMES, TIMES, st.integers(0, 7 * 24 * 60 - 1))
def test_hours_of_the_week_cover_whole_days_from_beginning_to_end(day: str, begins: time | None, ends: time | None, minute: int) -> None:
    moment = SUNDAY + timedelta(minutes=minute)
    written = {"day": day, "start-time": begins and f"{begins.isoformat()}Z", "end-time": ends and f"{ends.isoformat()}Z"}
    named = {"everyday": WEEK, "weekdays": WEEK[:5], "weekend": WEEK[5:]}.get(day, (day,))
    expected = False
    for back in (0, 1):
        date = (moment - timedelta(days=back)).date()
        if WEEK[date.weekday()] not in named:
            continue
        start = datetime.combine(date, begins or time(), UTC)
        end = datetime.combine(date, ends, UTC) if ends else datetime.combine(date + timedelta(days=1), time(), UTC)
        if begins is not None and ends is not None and end <= start:
            end += timedelta(days=1)
        expected |= start <= moment < end
    assert holds_at([written], moment) == expected
    assert holds_at([], moment)


def test_a_plugin_says_its_words_for_a_channel(app: Flask) -> None:
    here, there = courier_house(app, scopes=Scope), courier_house(app, scopes=Scope)
    channel = opened(here.teacher, here.family)["id"]
    words = {"text": "Hello $FirstName$, this is $SchoolName$.", "text-js": {"es_US": "Hola $FirstName$"}}
    made = rule(here, "messaging-plugins", name="greet", type="text", args=words)
    assert (made.status_code, made.json["data"]["attributes"]["enabled"]) == (201, True)
    number = made.json["data"]["id"]
    expanded = here.teacher.ask("expandMessagingPlugin", {"channel-id": channel}, id=number).json["message"]
    assert expanded in {"Hola Rosa", f"Hello Rosa, this is {here.family.school.name}."}
    assert here.client.ask("disableMessagingPlugin", {}, id=number).json["data"]["attributes"]["enabled"] is False
    assert here.teacher.ask("expandMessagingPlugin", {"channel-id": channel}, id=number).status_code == 409
    assert here.client.ask("enableMessagingPlugin", {}, id=number).json["data"]["attributes"]["enabled"] is True
    changed = here.client.ask("updateMessagingPlugin", sent("messaging-plugins", {"args": {"text": "Bye"}}, number), id=number)
    assert changed.json["data"]["attributes"]["args"] == {"text": "Bye"}
    assert here.teacher.ask("expandMessagingPlugin", {"channel-id": channel}, id=number).json == {"message": "Bye"}
    assert rule(here, "messaging-plugins", name="greet", type="text", args={"text": "x"}).status_code == 409
    admin = StaffFactory(role=Role.SCHOOL_ADMIN, schools=[here.family.school])
    db.session.commit()
    threads.create_saved_reply(admin, shortcut="late", title="Late", body="Late, $FirstName$.", school_id=here.family.school.id)
    saved = rule(here, "messaging-plugins", name="late", type="saved-reply", args={"shortcut": "/late"}).json["data"]["id"]
    assert here.teacher.ask("expandMessagingPlugin", {"channel-id": channel}, id=saved).json == {"message": "Late, Rosa."}
    query = {"organization-id": str(here.family.school.uuid)}
    listed = here.teacher.ask("listMessagingPlugins", query=query | {"filter[type]": "text", "filter[name]": "greet"}).json["data"]
    assert [each["id"] for each in listed] == [number]
    for wrong in ({"type": "video", "args": {}}, {"type": "text", "args": {}}, {"type": "text", "args": {"text-js": {"en_US": 3}}}):
        assert rule(here, "messaging-plugins", name="another", **wrong).status_code == 400, wrong
    assert rule(here, "messaging-plugins", here.teacher, name="mine", type="text", args={"text": "x"}).status_code == 403
    for name in ("getMessagingPlugin", "enableMessagingPlugin", "disableMessagingPlugin"):
        assert there.client.ask(name, None if name.startswith("get") else {}, id=number).status_code == 404
    assert there.client.ask("expandMessagingPlugin", {"channel-id": channel}, id=number).status_code == 404
    assert there.client.ask("updateMessagingPlugin", sent("messaging-plugins", {"name": "other"}, number), id=number).status_code == 404
    assert here.client.ask("getMessagingPlugin", id=number).status_code == 200


def test_a_responder_answers_once_through_the_thread(app: Flask, school_time: time_machine.Traveller) -> None:
    here, there = courier_house(app, scopes=Scope), courier_house(app, scopes=Scope)
    people = here.family
    channel = opened(here.teacher, people)["id"]
    calendar = {"rules": [{"day": "weekdays", "start-time": "08:00:00Z", "end-time": "18:00:00Z"}], "timezone": "America/Los_Angeles"}
    words = {"message": "We are on a trip.", "message-js": {"es_US": "Estamos de excursión."}}
    for long in ({"es_US": "á" * 1001}, {"en_US": "Hello", "zh_CN": "好" * 700}):
        endless = rule(here, "messaging-responders", name="Trip", type="message", args={"message": "Away.", "message-js": long})
        assert endless.status_code == 400, long
    made = rule(here, "messaging-responders", name="Trip", type="message", args=words, **{"calendar-args": calendar})
    assert made.status_code == 201, made.json
    number = made.json["data"]["id"]
    assert made.json["data"]["attributes"]["calendar-args"]["timezone"] == "America/Los_Angeles"
    arrives(people.contact_point.address, people.number, "Hola")
    arrives(people.contact_point.address, people.number, "Hola?")
    answer = db.session.scalars(select(Message).where(Message.is_automatic)).one()
    assert (answer.body, answer.translation) == ("We are on a trip.", "Estamos de excursión.")
    delivery = db.session.scalars(select(Delivery).where(Delivery.owner_id == answer.id)).one()
    assert delivery.content.body == "Estamos de excursión."
    shown = here.teacher.ask("listMessages", query={"channel-id": channel}).json["data"]
    assert [each["attributes"]["source"] for each in shown] == ["sms", "auto-responder", "sms"]
    school_time.shift(13 * 3600)
    arrives(people.contact_point.address, people.number, "Buenas noches")
    assert len(db.session.scalars(select(Message).where(Message.details["responder"].as_string().is_not(None))).all()) == 1, "not at night"
    school_time.shift(11 * 3600)
    arrives(people.contact_point.address, people.number, "STOP")
    assert len(db.session.scalars(select(Message).where(Message.details["responder"].as_string().is_not(None))).all()) == 1, "never then"
    assert here.client.ask("disableResponder", {}, id=number).json["data"]["attributes"]["enabled"] is False
    assert here.client.ask("enableResponder", {}, id=number).json["data"]["attributes"]["enabled"] is True
    query = {"organization-id": str(people.school.uuid), "sort": ["-start-at", "created-at"], "filter[enabled]": "true"}
    assert [each["id"] for each in here.teacher.ask("listResponders", query=query).json["data"]] == [number]
    ended = {"filter[cmp-end-at]": ">2000-01-01T00:00:00Z"}
    assert here.teacher.ask("listResponders", query=query | ended).json["data"] == []
    unended = {"filter[cmp-end-at]": ">2000-01-01T00:00:00Z|null", "filter[cmp-start-at]": "<2000-01-01T00:00:00Z|null"}
    assert len(here.teacher.ask("listResponders", query=query | unended).json["data"]) == 1
    change = {"start-at": "2026-12-01T00:00:00Z", "end-at": "2026-12-02T00:00:00Z", "individual-group-id": str(people.section.uuid)}
    changed = here.client.ask("updateResponder", sent("messaging-responders", change, number), id=number).json["data"]["attributes"]
    assert (changed["start-at"], changed["individual-group-id"]) == ("2026-12-01T00:00:00+00:00", str(people.section.uuid))
    cleared = here.client.ask("updateResponder", sent("messaging-responders", {"start-at": None, "end-at": None}, number), id=number)
    assert cleared.json["data"]["attributes"]["end-at"] is None
    by_group = query | {"filter[individual-group-id]": str(people.section.uuid)}
    assert len(here.teacher.ask("listResponders", query=by_group).json["data"]) == 1
    for wrong in (
        {"end-at": "2026-01-01T00:00:00Z", "start-at": "2026-02-01T00:00:00Z"},
        {"args": {}},
        {"args": {"message": "x" * 1001}},
        {"calendar-args": {"timezone": "Mars/Olympus"}},
        {"type": "song"},
    ):
        body = {"name": "No", "type": "message", "args": {"message": "x"}} | wrong
        assert rule(here, "messaging-responders", **body).status_code == 400, wrong
    assert there.client.ask("getResponder", id=number).status_code == 404
    assert there.client.ask("updateResponder", sent("messaging-responders", {"name": "x"}, number), id=number).status_code == 404
    for name in ("enableResponder", "disableResponder"):
        assert there.client.ask(name, {}, id=number).status_code == 404
    assert here.client.ask("getResponder", id=number).status_code == 200


def test_a_responder_of_a_class_answers_its_families_alone(app: Flask) -> None:
    here = courier_house(app, scopes=Scope)
    people = here.family
    other_class = SectionFactory(school=people.school)
    db.session.commit()
    opened(here.teacher, people)
    values = {"name": "Class", "type": "message", "args": {"message": "Soon."}, "individual-group-id": str(other_class.uuid)}
    assert rule(here, "messaging-responders", **values).status_code == 201
    arrives(people.contact_point.address, people.number, "Hola")
    assert db.session.scalars(select(Message).where(Message.is_automatic)).all() == []
    EnrollmentFactory(section_id=other_class.id, student_id=people.student.id)
    db.session.commit()
    arrives(people.contact_point.address, people.number, "Hola?")
    assert db.session.scalars(select(Message.body).where(Message.is_automatic)).all() == ["Soon."]
    assert len(db.session.scalars(select(Responder)).all()) == 1


def test_announcers_tell_colleagues_and_other_systems(app: Flask) -> None:
    here, there = courier_house(app, scopes=Scope), courier_house(app, scopes=Scope)
    people = here.family
    watcher = StaffFactory(role=Role.OFFICE, schools=[people.school])
    db.session.commit()
    to = {"individual-ids": [str(watcher.uuid)]}
    bell = rule(here, "announcers", name="Bell", type="notification", event="message-received", args=to)
    assert bell.status_code == 201, bell.json
    rule(here, "announcers", name="Mail", type="email", event="individual-shared", args=to)
    hook = {"callback-url": "https://example.com/courier"}
    assert rule(here, "announcers", name="Hook", type="webhook", event="message-received", args=hook).status_code == 201
    channel = opened(here.teacher, people)["id"]
    arrives(people.contact_point.address, people.number, "Hola")
    listed = here.of(watcher).ask("listUserNotifications").json["data"]
    assert [each["attributes"]["data"]["web"]["data"]["channel-id"] for each in listed] == [channel]
    event = db.session.scalars(select(WebhookEvent)).one()
    assert (event.kind, json.loads(event.body)["data"]["channel-id"]) == ("announcer.message-received", channel)
    arrives(people.contact_point.address, people.number, "Hola otra vez")
    assert len(set(db.session.scalars(select(WebhookEvent.subject)))) == 2, "one that is refused holds up no other"
    colleague = StaffFactory(schools=[people.school])
    db.session.commit()
    here.teacher.ask("subscribeToChannel", {"individual-ids": [str(colleague.uuid)]}, id=channel)
    mailed = db.session.scalars(select(Delivery).where(Delivery.channel == "email")).one()
    assert (mailed.address, "Hola" in mailed.content.body) == (watcher.email, False)
    number = bell.json["data"]["id"]
    change = here.client.ask("updateAnnouncer", sent("announcers", {"name": "Ring", "event": "voicemail-received"}, number), id=number)
    assert change.json["data"]["attributes"]["event"] == "voicemail-received"
    query = {"filter[name]": "ring", "organization-id": str(people.school.uuid)}
    assert [each["id"] for each in here.client.ask("listAnnouncers", query=query).json["data"]] == [number]
    for wrong in ({"type": "bell"}, {"args": {}}, {"type": "webhook", "args": {"callback-url": "http://127.0.0.1/x"}}):
        body = {"name": "No", "type": "notification", "event": "message-received", "args": to} | wrong
        assert rule(here, "announcers", **body).status_code == 400, wrong
    for client in (there.client,):
        assert client.ask("getAnnouncer", id=number).status_code == 404
        assert client.ask("updateAnnouncer", sent("announcers", {"name": "x"}, number), id=number).status_code == 404
    assert here.with_scopes(Scope.READ_TEXTS).ask("getAnnouncer", id=number).status_code == 200


def test_a_groups_channels_become_those_of_another(app: Flask) -> None:
    here, there = courier_house(app, scopes=Scope), courier_house(app, scopes=Scope)
    people = here.family
    other = family(people.school, people.teacher)
    third = family(people.school, people.teacher)
    EnrollmentFactory(section_id=people.section.id, student_id=other.student.id)
    EnrollmentFactory(section_id=third.section.id, student_id=people.student.id)
    db.session.commit()
    group = {"organization-id": str(people.school.uuid), "individual-group-id": str(people.section.uuid)}
    channel = here.client.ask("createChannel", sent("messaging-channels", group)).json["data"]["id"]
    args = {"from-individual-group-id": str(people.section.uuid), "to-individual-group-id": str(third.section.uuid)}
    values = {"organization-id": str(people.school.uuid), "type": "move-group", "args": args}
    made = here.client.ask("createMessagingOperation", sent("messaging-operations", values)).json["data"]
    assert (made["attributes"]["status"], made["attributes"]["logs"]) == (
        "completed", {"channels": [channel], "added": 1, "removed": 1},
    )  # fmt: skip
    shown = here.client.ask("getChannel", id=channel).json["data"]["attributes"]
    families = {each["id"] for each in shown["subscribers"]} - {str(here.program.uuid)}
    assert (shown["individual-group-id"], families) == (str(third.section.uuid), {str(people.guardian.uuid), str(third.guardian.uuid)})
    one = here.client.ask("getMessagingOperation", id=made["id"], query={"include-args": "true"}).json["data"]["attributes"]
    assert one["args"] == args
    query = {"organization-id": str(people.school.uuid), "filter[type]": "move-group"}
    assert [each["id"] for each in here.client.ask("listMessagingOperations", query=query).json["data"]] == [made["id"]]
    assert here.client.ask("createMessagingOperation", sent("messaging-operations", values | {"args": {}})).status_code == 400
    unknown = values | {"args": args | {"to-individual-group-id": str(uuid4())}}
    assert here.client.ask("createMessagingOperation", sent("messaging-operations", unknown)).status_code == 404
    assert there.client.ask("getMessagingOperation", id=made["id"]).status_code == 404
    assert there.client.ask("createMessagingOperation", sent("messaging-operations", values)).status_code == 404
