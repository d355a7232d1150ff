"""Endpoints of a district, and receivers that really listen."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Role, Staff
from app.core.database import db
from app.core.ids import new_uuid
from app.directory.models import District
from app.webhooks.models import WebhookEndpoint
from app.webhooks.signing_secrets import new_secret, seal_basic, seal_secret
from tests.conftest import SignIn, settings_for
from tests.factories import DistrictFactory, StaffFactory
from tests.webhooks.receiver import Answer, Heard, Receiver

Listen = Callable[..., Receiver]


@dataclass(frozen=True)
class Bearer:
    """As much of a bearer as webhooks know."""

    id: int
    district_id: int


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Start a receiver; it ends with the test."""
    running: list[Receiver] = []

    def start(answer: Callable[[Heard], Answer] | None = None) -> Receiver:
        running.append(Receiver(answer))
        return running[-1]

    yield start
    for receiver in running:
        receiver.close()


@pytest.fixture
def admin(app: Flask) -> Staff:
    """Of a district."""
    assert app
    found: Staff = StaffFactory(role=Role.DISTRICT_ADMIN)
    db.session.commit()
    return found


@pytest.fixture
def desk(admin: Staff, sign_in: SignIn) -> FlaskClient:
    """Their browser."""
    return sign_in(admin)


@pytest.fixture
def district(app: Flask) -> District:
    """One, written down."""
    assert app
    found: District = DistrictFactory()
    db.session.commit()
    return found


@pytest.fixture
def bearer(district: District) -> Bearer:
    """Of that district."""
    return Bearer(7, district.id)


def allow(app: Flask, *receivers: Receiver) -> None:
    """Let webhooks of this application reach these, as an operator's variable does."""
    settings = app.extensions["settings"]
    origins = " ".join(receiver.origin for receiver in receivers)
    app.extensions["settings"] = settings_for(
        settings.data, secret_key=settings.secret_key, webhook_allowed_origins=f"{settings.webhook_allowed_origins} {origins}"
    )


def endpoint(app: Flask, district: District, receiver: Receiver, *, secret: str | None = None, path: str = "/in", **more: Any) -> int:
    """One that leads to `receiver`."""
    allow(app, receiver)
    values = {"kinds": ["message.received"], "secret": seal_secret(secret or new_secret()), "basic": seal_basic(more.pop("basic", None))}
    row = WebhookEndpoint(uuid=new_uuid(), district_id=district.id, **{"url": receiver.origin + path} | values | more)
    db.session.add(row)
    db.session.commit()
    return row.id


def seen_on(page: str) -> str:
    """Which secret a form would replace."""
    found = re.search(r'name="seen" value="([0-9a-f]*)"', page)
    assert found, page
    return found[1]
