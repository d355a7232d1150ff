"""A customer of the batch face, on a Wednesday morning."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.models import Bearer, Staff
from app.api.groupcall.carrying import queue
from app.api.groupcall.face import face
from app.api.groupcall.models import GroupcallRecipient
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import Guardian
from app.webhooks.models import WebhookEvent
from tests.api.client import ApiClient
from tests.conversations.conftest import school_time
from tests.factories import ContactPointFactory, GuardianFactory, GuardianshipFactory, api_bearer, family
from tests.factories.threads import Family

__all__ = ["school_time"]


@dataclass
class Desk:
    """A family, a customer of its district, and what came of the batches."""

    app: Flask
    family: Family
    bearer: Bearer
    token: str
    client: ApiClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = ApiClient(self.app, face, None)

    @property
    def credentials(self) -> dict[str, Any]:
        """As texts carry them."""
        return {"UserName": "SIS", "CustomerId": self.bearer.customer_number, "Password": self.token}

    @property
    def named(self) -> dict[str, Any]:
        """As what is only asked carries them."""
        return {"CustomerId": self.bearer.customer_number, "Password": self.token}

    @property
    def small(self) -> dict[str, Any]:
        """As emails carry them."""
        return {"customerId": int(self.bearer.customer_number), "password": self.token}

    def text(self, *recipients: Any, message: str = "School is closed today.", **more: Any) -> TestResponse:
        """One message of texts."""
        return self.client.ask("sendSms", {**self.credentials, "SMSMessage": message, "Recipients": list(recipients), **more})

    def email(self, *recipients: Any, body: str = "<p>School is <b>closed</b>.</p>", **more: Any) -> TestResponse:
        """One message of emails."""
        said = {**self.small, "emailBody": body, "styleClass": "plain", "recipients": list(recipients), **more}
        return self.client.ask("sendEmail", said)

    def multi(self, *recipients: Any, **more: Any) -> TestResponse:
        """One message by what suits."""
        return self.client.ask("sendMulti", {**self.small, "recipients": list(recipients), **more})

    def hand_on(self) -> list[Delivery]:
        """What is due by now, as the outbox has it."""
        db.session.commit()
        queue.take_all()
        return list(db.session.scalars(select(Delivery).order_by(Delivery.id).execution_options(populate_existing=True)))

    def recipients(self) -> list[GroupcallRecipient]:
        """All, as they are."""
        query = select(GroupcallRecipient).order_by(GroupcallRecipient.id).execution_options(populate_existing=True)
        return list(db.session.scalars(query))

    def fates(self) -> list[tuple[str, str]]:
        """Address and state of each."""
        return [(one.address, one.state) for one in self.recipients()]

    def callbacks(self) -> list[dict[str, Any]]:
        """What waits to be told."""
        return [json.loads(body) for body in db.session.scalars(select(WebhookEvent.body).order_by(WebhookEvent.id))]

    def adult(self, name: str, *, priority: int = 2, may_contact: bool = True, email: str = "") -> Guardian:
        """Another contact of the student, with a phone."""
        guardian: Guardian = GuardianFactory(
            district_id=self.family.school.district_id, district=None, given_name=name, source_id=f"adult-{name}"
        )
        GuardianshipFactory(student=self.family.student, guardian=guardian, priority=priority, may_contact=may_contact)
        ContactPointFactory(guardian=guardian)
        if email:
            ContactPointFactory(guardian=guardian, kind="email", address=email)
        db.session.commit()
        return guardian


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Of a key for the whole district."""
    return desk_of(app)


def desk_of(app: Flask) -> Desk:
    """The same for an application of the test's own."""
    people = family()
    people.student.source_id, people.guardian.source_id, people.teacher.source_id = "s1", "g1", "t1"
    bearer, token = api_bearer(people.school.district_id, name="Canyon SIS")
    db.session.commit()
    return Desk(app, people, bearer, token)


@pytest.fixture
def author(desk: Desk) -> Callable[[], Staff]:
    """Who acts for the customer, as stored."""
    return lambda: db.session.get_one(Staff, desk.bearer.staff_id)
