"""Events enter the outbox with the commit that made them true, or not at all."""

import json
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database import db, transaction
from app.core.net_guard import UnsafeAddress
from app.core.sealing import SealBroken, seal, unseal
from app.webhooks.dispatcher import run_until_idle
from app.webhooks.models import EndpointState, Face, WebhookAttempt, WebhookEndpoint, WebhookEvent
from app.webhooks.service import Outgoing, callback_endpoint, enqueue
from app.webhooks.signing_secrets import unseal_basic
from tests.factories import DistrictFactory

URL = "https://hooks.example.org/in"


@dataclass(frozen=True)
class Bearer:
    """As much of a bearer as webhooks know."""

    id: int
    district_id: int


@pytest.fixture
def bearer(app: Flask) -> Bearer:
    assert app
    district = DistrictFactory()
    db.session.commit()
    return Bearer(7, district.id)


def test_a_callback_address_is_one_endpoint_with_the_last_credentials(bearer: Bearer) -> None:
    first = callback_endpoint(bearer, URL, face=Face.COMMON_SERVICES, basic=("sis", "one"))
    again = callback_endpoint(bearer, URL, face="common_services", basic=("sis", "two"))
    other = callback_endpoint(bearer, URL, face=Face.GROUPCALL, method="GET")
    assert first == again != other
    row = db.session.get_one(WebhookEndpoint, first)
    assert unseal_basic(row.basic) == ("sis", "two")
    assert "two" not in (row.basic or "")
    assert (row.face, row.method, row.bearer_id) == ("common_services", "POST", 7)
    assert db.session.get_one(WebhookEndpoint, other).basic is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8000/",
        "http://169.254.169.254/latest",
        "http://[::1]/",
        "ftp://x.org/",
        "http://10.0.0.8/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://0/",
        "https://hooks.example.org:0/",
    ],
)
def test_an_address_inside_is_refused_at_once(bearer: Bearer, url: str) -> None:
    with pytest.raises(UnsafeAddress):
        callback_endpoint(bearer, url, face=Face.COURIER)
    assert db.session.scalar(select(func.count(WebhookEndpoint.id))) == 0
    assert callback_endpoint(bearer, "http://16843009/", face=Face.COURIER), "1.1.1.1 is out on the internet"


def test_a_listener_is_not_undone_by_an_address_inside_which_is_not_called(app: Flask, bearer: Bearer) -> None:
    number = callback_endpoint(bearer, "http://10.0.0.8/hook", face=Face.COURIER, refuses=False)
    enqueue([Outgoing(number, "text.sent", "text:1", {})])
    run_until_idle(app)
    attempt = db.session.scalars(select(WebhookAttempt)).one()
    assert (attempt.problem, attempt.status) == ("inside", None)


def test_events_live_and_die_with_the_change_that_made_them_true(bearer: Bearer) -> None:
    with transaction():
        number = callback_endpoint(bearer, URL, face=Face.COURIER)
        enqueue([])
        enqueue([Outgoing(number, "text.sent", "x" * 500, {}), Outgoing(number, "text.sent", "x" * 501, {})])
        enqueue([Outgoing(number, "text.sent", "text:1", {"name": "Rosa Hernández"}), Outgoing(number, "text.read", "text:1", {})])
    first, second, *rows = db.session.scalars(select(WebhookEvent).order_by(WebhookEvent.id)).all()
    assert first.subject != second.subject
    assert [(row.kind, row.subject, row.state, row.tries) for row in rows] == [
        ("text.sent", "text:1", "waiting", 0), ("text.read", "text:1", "waiting", 0),
    ]  # fmt: skip
    assert json.loads(rows[0].body) == {"name": "Rosa Hernández"}
    assert "á" in rows[0].body
    with pytest.raises(ZeroDivisionError), transaction():
        enqueue([Outgoing(number, "text.sent", "text:2", {})])
        _ = 1 / 0
    assert db.session.scalar(select(func.count(WebhookEvent.id))) == 4


def test_what_is_sealed_opens_only_for_its_purpose_and_with_the_secret_of_the_house(app: Flask) -> None:
    sealed = seal("whsec_x", "webhooks")
    assert unseal(sealed, "webhooks") == "whsec_x"
    assert "whsec" not in sealed
    with pytest.raises(SealBroken):
        unseal(sealed, "something else")
    app.config["SECRET_KEY"] = "the secret of another house"
    with pytest.raises(SealBroken):
        unseal(sealed, "webhooks")


def test_nothing_gathers_for_an_address_that_was_deleted(bearer: Bearer) -> None:
    gone, here = (callback_endpoint(bearer, f"{URL}/{name}", face=Face.RINGPLAN) for name in ("gone", "here"))
    db.session.get_one(WebhookEndpoint, gone).state = EndpointState.DELETED
    db.session.commit()
    enqueue([Outgoing(number, "texting.message.inbound", "message:1", {"text": "Ana is ill"}) for number in (gone, here)])
    assert db.session.scalars(select(WebhookEvent.endpoint_id)).all() == [here]
