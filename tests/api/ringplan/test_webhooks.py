"""Webhooks of this face: where they go, which, and that a call and a text are told as the contract says, once."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import service
from app.accounts.callers import caller_of
from app.accounts.models import Role, Staff, StaffStatus, are_people
from app.accounts.scopes import Scope
from app.api.identifiers import id24
from app.api.ringplan.face import face
from app.core.database import db
from app.directory.models import District
from app.webhooks.models import WebhookEndpoint, WebhookEvent
from tests.api.client import ApiClient
from tests.calls.lines import Lines
from tests.conversations.arrivals import arrives
from tests.delivery.conftest import house
from tests.delivery.house import House
from tests.factories import StaffFactory, api_bearer, api_key, family, thread
from tests.simulator.talking import until

__all__ = ["house"]
PRIMARY = {"X-User-Id": "primary"}
KINDS = ["dial.action.started", "dial.action.completed", "call.action.hangup", "texting.message.inbound"]
URL = "https://hooks.example.com/ringplan"


def client(app: Flask, district_id: int) -> ApiClient:
    return ApiClient(app, face, api_key(district_id, bearer_type="Admin"), PRIMARY)


def told() -> list[dict[str, Any]]:
    bodies = [json.loads(row.body) for row in db.session.scalars(select(WebhookEvent).order_by(WebhookEvent.id))]
    for body in bodies:
        schema = "MessageInboundEvent" if body["type"] == "texting.message.inbound" else "CallEvent"
        assert [each.message for each in face.contract.validator(f"/components/schemas/{schema}").iter_errors(body)] == []
    return bodies


def test_a_webhook_tells_no_more_than_the_key_could_read_and_ends_with_it(app: Flask) -> None:
    people = family()
    district = people.school.district_id
    bearer, token = api_bearer(district, scopes=[Scope.WEBHOOKS, Scope.READ_TEXTS])
    admin = db.session.scalars(select(Staff).where(Staff.district_id == district, Staff.role == Role.DISTRICT_ADMIN, are_people())).one()
    hooks = service.create_key(admin, bearer.id, scopes=[Scope.WEBHOOKS])
    narrow, reader = ApiClient(app, face, hooks.token, PRIMARY), ApiClient(app, face, token, PRIMARY)
    assert narrow.ask("setWebhookUrl", {"url": URL}).status_code == 200
    assert [narrow.ask("subscribeWebhookEvent", {"type": kind}).status_code for kind in KINDS] == [403] * 4
    assert [reader.ask("subscribeWebhookEvent", {"type": kind}).status_code for kind in KINDS] == [403] * 3 + [201]
    assert narrow.ask("setWebhookUrl", {"url": f"{URL}/evil"}).status_code == 403
    place = thread(people)
    arrives(people.contact_point.address, people.number, "One")
    assert [body["type"] for body in told()] == [KINDS[3]], place
    service.revoke_key(admin, hooks.key.id)
    arrives(people.contact_point.address, people.number, "Two")
    assert len(told()) == 2
    acts = db.session.get_one(Staff, bearer.staff_id)
    for attribute, value in (("role", Role.TEACHER), ("status", StaffStatus.DEACTIVATED)):
        kept = getattr(acts, attribute)
        setattr(acts, attribute, value)
        db.session.commit()
        arrives(people.contact_point.address, people.number, f"By {attribute}")
        setattr(acts, attribute, kept)
        db.session.commit()
    caller = caller_of(token)
    assert caller is not None
    service.revoke_key(admin, caller.key.id)
    arrives(people.contact_point.address, people.number, "Three")
    assert len(told()) == 2


def test_each_bearer_has_an_address_and_subscriptions_of_its_own(app: Flask) -> None:
    people = family()
    api, other = client(app, people.school.district_id), client(app, people.school.district_id)
    assert api.ask("getWebhookUrl").status_code == 404
    assert api.ask("setWebhookUrl", {"url": URL}).json["url"] == URL
    assert api.ask("getWebhookUrl").json["url"] == URL
    assert other.ask("getWebhookUrl").status_code == 404
    moved = api.ask("setWebhookUrl", {"url": f"{URL}/2"}).json
    assert (moved["url"], db.session.query(WebhookEndpoint).count()) == (f"{URL}/2", 2)
    for unsafe in ("http://127.0.0.1:9/x", "http://169.254.169.254/latest", "ftp://x.example", "http://localhost/x"):
        assert api.ask("setWebhookUrl", {"url": unsafe}).status_code == 400, unsafe
    made, again = api.ask("subscribeWebhookEvent", {"type": KINDS[0]}), api.ask("subscribeWebhookEvent", {"type": KINDS[0]})
    assert (made.status_code, again.status_code, again.json) == (201, 200, made.json)
    assert api.ask("subscribeWebhookEvent", {"type": "call.listen"}).status_code == 400
    assert other.ask("listWebhookEvents").json == []
    assert other.ask("unsubscribeWebhookEvent", webhook_event_id=made.json["id"]).status_code == 404
    assert api.ask("unsubscribeWebhookEvent", webhook_event_id=made.json["id"]).json == made.json
    assert api.ask("listWebhookEvents").json == []


def test_who_does_not_manage_the_district_hears_nothing_of_it(app: Flask) -> None:
    people = family()
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=people.school.district_id)
    token = api_key(people.school.district_id, bearer_type="Admin")
    teacher = ApiClient(app, face, token, {"X-User-Id": id24(people.teacher.uuid)})
    assert teacher.ask("setWebhookUrl", {"url": URL}).status_code == 403
    narrow = ApiClient(app, face, api_key(people.school.district_id, scopes=[Scope.READ_TEXTS]), {"X-User-Id": id24(admin.uuid)})
    assert narrow.ask("subscribeWebhookEvent", {"type": KINDS[3]}).status_code == 403


def test_a_text_that_comes_in_is_told_to_who_subscribed(app: Flask) -> None:
    talk = thread()
    api, elsewhere = client(app, talk.family.school.district_id), client(app, StaffFactory(role=Role.DISTRICT_ADMIN).district_id)
    for each in (api, elsewhere):
        each.ask("setWebhookUrl", {"url": URL})
        each.ask("subscribeWebhookEvent", {"type": "texting.message.inbound"})
    arrives(talk.family.contact_point.address, talk.family.number, "Will the bus be late?")
    [body] = told()
    assert (body["message"]["text"], body["message"]["frm"]) == ("Will the bus be late?", talk.family.contact_point.address)
    assert (body["message"]["is_read"], body["message"]["conversation_id"]) == (False, id24(talk.conversation.uuid))
    arrives(talk.family.contact_point.address, talk.family.number, "Or the train?")
    assert len(set(db.session.scalars(select(WebhookEvent.subject)))) == 2, "one that is refused holds up no other"


@pytest.fixture
def lines(house: House) -> Lines:
    talk = thread()
    db.session.get_one(District, talk.family.school.district_id).settings = {"quiet_hours": []}
    db.session.commit()
    return Lines(house, talk)


def test_a_call_is_told_when_it_is_dialled_taken_and_hung_up(lines: Lines) -> None:
    district = lines.talk.family.school.district_id
    api = client(lines.house.app, district)
    api.ask("setWebhookUrl", {"url": URL})
    for kind in KINDS:
        api.ask("subscribeWebhookEvent", {"type": kind})
    browser = lines.sign_in(lines.talk.family.teacher)
    form = {"conversation": lines.talk.id, "point": lines.talk.family.contact_point.id, "request_key": "once", "way": "browser"}
    browser.client.post("/calls/direct/new", data=form)
    call, _line = lines.last()
    assert told() == []
    browser.listen()
    lines.do(lines.guardian, "hold")
    browser.post("calls", to=lines.guardian, wishes={"call": call.uuid.hex})
    until(lambda: lines.last()[1].stage == "far")
    assert [body["type"] for body in told()] == ["dial.action.started"]
    lines.do(lines.guardian, "answer")
    lines.becomes("in_progress")
    lines.do(lines.guardian, "hang_up")
    lines.becomes("finished")
    lines.settle()
    bodies = told()
    assert [body["type"] for body in bodies] == KINDS[:3]
    assert {(body["direction"], body["from"], body["to"]) for body in bodies} == {("outbound", lines.number, lines.guardian)}
    assert bodies[2]["duration"] >= 0
    assert db.session.scalar(select(Staff.id).limit(1)) is not None
