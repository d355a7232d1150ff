"""A district with a text account, and another system that asks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.accounts.models import BearerType, Staff
from app.api.courier.face import face
from app.core.database import db
from app.directory.models import District, MessagingService, Purpose
from tests.api.client import ApiClient
from tests.conversations.conftest import WEDNESDAY_TEN
from tests.factories import Family, MessagingServiceFactory, PhoneNumberFactory, api_bearer, family


@dataclass
class Other:
    """Another system at its district's door."""

    api: ApiClient
    people: Family
    pool: MessagingService
    staff: Staff
    district: District

    def create(self, operation: str, kind: str, attributes: dict[str, Any], **path: Any) -> Any:
        """The answer to a creation."""
        return self.api.ask(operation, {"data": {"type": kind, "attributes": attributes}}, **path)

    def change(self, operation: str, kind: str, number: str, attributes: dict[str, Any]) -> Any:
        """The answer to a change."""
        return self.api.ask(operation, {"data": {"id": number, "type": kind, "attributes": attributes}}, id=number)

    def made(self, operation: str, kind: str, attributes: dict[str, Any], **path: Any) -> dict[str, Any]:
        """What a creation that must succeed made."""
        answer = self.create(operation, kind, attributes, **path)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json["data"]
        return found

    def text(self, target: str, message: str = "Bus 4 is late.", **more: Any) -> Any:
        """Send one."""
        return self.create("createText", "texts", {"account-id": str(self.pool.uuid), "message": message, "target": target, **more})


@pytest.fixture(autouse=True)
def school_time() -> Iterator[time_machine.Traveller]:
    """A Wednesday morning; the clock goes on."""
    with time_machine.travel(WEDNESDAY_TEN, tick=True) as traveller:
        yield traveller


@pytest.fixture
def other(app: Flask) -> Other:
    people = family()
    pool = MessagingServiceFactory(district_id=people.school.district_id, name="Conversations", purpose=Purpose.CONVERSATION)
    people.number.messaging_service_id = pool.id
    db.session.flush()
    bearer, token = api_bearer(people.school.district_id, bearer_type=BearerType.ADMIN)
    staff = db.session.get_one(Staff, bearer.staff_id)
    district = db.session.get_one(District, people.school.district_id)
    return Other(ApiClient(app, face, token), people, pool, staff, district)


@pytest.fixture
def stranger(app: Flask) -> Other:
    """The same of another district."""
    people = family()
    pool = MessagingServiceFactory(district_id=people.school.district_id)
    PhoneNumberFactory(district_id=people.school.district_id, messaging_service_id=pool.id)
    bearer, token = api_bearer(people.school.district_id, bearer_type=BearerType.ADMIN)
    staff = db.session.get_one(Staff, bearer.staff_id)
    district = db.session.get_one(District, people.school.district_id)
    return Other(ApiClient(app, face, token), people, pool, staff, district)
