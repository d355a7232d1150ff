"""News reaches programs: with the bearer's own name and password, under one id however often, in order."""

import base64
import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.service import Callback
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery
from app.webhooks.dispatcher import run_until_idle
from app.webhooks.models import WebhookEndpoint, WebhookEvent
from tests.api.common_services.programs import judge_event, program
from tests.conversations.arrivals import arrives
from tests.factories import family
from tests.webhooks.conftest import Listen, allow, listen
from tests.webhooks.receiver import Answer

pytestmark = pytest.mark.own_app
__all__ = ["listen"]


def moves(state: str) -> None:
    """What the carrier's news does to the only text."""
    with transaction() as events:
        one = db.session.scalars(select(Delivery)).one()
        before, one.state, one.provider_id = one.state, state, "SM" + "1" * 32
        events.append(DeliveryChanged(one.district_id, "message", one.owner_id, one.id, one.contact_point_id, before, state))


def test_from_the_text_to_the_receiver(app: Flask, listen: Listen) -> None:
    answers = iter([500])
    receiver = listen(lambda _heard: Answer(next(answers, 200)))
    allow(app, receiver)
    people = family()
    sis = program(app, people, callback=Callback(f"{receiver.origin}/hook", "sis", "opensesame"))
    sis.text(people.contact_point.address)
    for state in ("sending", "sent", "delivered"):
        moves(state)
    run_until_idle(app)
    db.session.execute(update(WebhookEvent).values(due_at=now() - timedelta(seconds=1)))
    db.session.execute(update(WebhookEndpoint).values(quiet_until=None))
    db.session.commit()
    arrives(people.contact_point.address, people.number, "Thanks")
    run_until_idle(app)
    heard = receiver.heard
    assert {one.headers["authorization"] for one in heard} == {"Basic " + base64.b64encode(b"sis:opensesame").decode()}
    told = [(one.headers["x-event-name"], json.loads(one.body)) for one in heard]
    for kind, payload in told:
        judge_event(kind, payload)
    first, again, *_rest = told
    assert first == again
    statuses = [payload["internal_status"] for kind, payload in told if kind == "messages.message.status_update"]
    assert statuses == ["sending", "sending", "sent", "delivered"]
    assert [payload["message_body"] for kind, payload in told if kind == "messages.message.inbound_sms"] == ["Thanks"]
    assert told[-1][1]["metadata"]["event_id"] == heard[-1].headers["webhook-id"]
    assert statuses[-1] == sis.ask("getMessage", uuid=told[1][1]["message_uuid"])["internal_status"]
