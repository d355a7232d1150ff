"""An address that an admin takes back from a system stays closed, whatever the system asks for, until an admin opens it again."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import AuditEvent, Bearer, Role, Staff
from app.core.clock import now
from app.core.database import db
from app.webhooks.dispatcher import run_until_idle
from app.webhooks.errors import AddressDeleted
from app.webhooks.models import EndpointState, WebhookEndpoint
from app.webhooks.service import Outgoing, callback_endpoint, enqueue
from app.webhooks.service.forgetting import KEPT, forget_addresses
from tests.conftest import SignIn
from tests.factories import DistrictFactory, StaffFactory, api_bearer
from tests.webhooks.conftest import Listen, allow

LIST = "/settings/webhooks/callbacks"


def tell(app: Flask, bearer: Bearer, url: str) -> int:
    """As a request that names the address along with a text."""
    number = callback_endpoint(bearer, url, face="courier", comes_often=True)
    enqueue([Outgoing(number, "text.sent", "texts/1", {"said": "Hello"})])
    run_until_idle(app)
    return number


def test_a_deleted_address_hears_nothing_until_it_is_allowed_again(app: Flask, admin: Staff, desk: FlaskClient, listen: Listen) -> None:
    receiver = listen()
    allow(app, receiver)
    url = f"{receiver.origin}/back"
    bearer, _key = api_bearer(admin.district_id)
    number = tell(app, bearer, url)
    assert len(receiver.heard) == 1
    assert "cannot open it again" in desk.get(f"/settings/webhooks/{number}/delete").text
    assert desk.post(f"/settings/webhooks/{number}/delete").location == LIST

    assert tell(app, bearer, url) == number
    with pytest.raises(AddressDeleted):
        callback_endpoint(bearer, url, face="courier")
    assert forget_addresses(now() + 2 * KEPT) == 0
    assert tell(app, bearer, url) == number
    assert len(receiver.heard) == 1
    assert "Callback addresses" in desk.get("/settings/api").text

    shown = desk.get(LIST).text
    assert "Allow again" in shown
    assert url in shown
    assert desk.post(f"/settings/webhooks/{number}/allow").location == LIST
    assert "Allow again" not in desk.get(LIST).text
    assert tell(app, bearer, url) == number
    assert len(receiver.heard) == 2
    acts = db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("webhook.")).order_by(AuditEvent.id)).all()
    assert acts == ["webhook.deleted", "webhook.allowed"]


def test_nobody_else_opens_it(app: Flask, admin: Staff, desk: FlaskClient, listen: Listen, sign_in: SignIn) -> None:
    bearer, _key = api_bearer(admin.district_id)
    receiver = listen()
    allow(app, receiver)
    number = tell(app, bearer, f"{receiver.origin}/back")
    desk.post(f"/settings/webhooks/{number}/delete")
    elsewhere = StaffFactory(role=Role.DISTRICT_ADMIN, district=DistrictFactory(name="Elsewhere"))
    teacher = StaffFactory(role=Role.TEACHER, district_id=admin.district_id)
    db.session.commit()
    assert sign_in(elsewhere).post(f"/settings/webhooks/{number}/allow").status_code == 404
    assert sign_in(teacher).post(f"/settings/webhooks/{number}/allow").status_code == 403
    row = db.session.get_one(WebhookEndpoint, number, populate_existing=True)
    assert row.state == EndpointState.DELETED
