"""Messaging services: pools of numbers, by any of their names."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.common_services.face import face
from app.api.common_services.models import ClientService
from app.api.common_services.operations.told import told
from app.api.common_services.queries_services import services_shown
from app.api.common_services.service import services as service
from app.core.database import db
from app.directory.models import District, MessagingService


@face.operation("adminCreateMessagingService", scope=Scope.MANAGE)
@told
def admin_create(asked: Asked) -> Answer:
    """Together with its numbers."""
    return _shown(asked, service.create(asked.caller, _wanted(asked.body)), 201)


@face.operation("createMessagingService", scope=Scope.MANAGE)
@told
def create(asked: Asked) -> Answer:
    """Without numbers."""
    return _shown(asked, service.create(asked.caller, _wanted(asked.body)), 201)


@face.operation("listMessagingServices", scope=Scope.READ_TEXTS)
@told
def list_services(asked: Asked) -> Answer:
    """All of the district that the carrier knows."""
    return Answer(200, services_shown(asked.staff, db.session.scalars(service.services_of(asked.caller)).all()))


@face.operation("getMessagingService", scope=Scope.READ_TEXTS)
@told
def get_service(asked: Asked) -> Answer:
    """By its uuid."""
    return _shown(asked, _one(asked, MessagingService.uuid == UUID(asked.path["uuid"])))


def change(asked: Asked) -> Answer:
    """What is given."""
    pool = _one(asked, MessagingService.uuid == UUID(asked.path["uuid"]))
    return _shown(asked, service.change(asked.caller, pool, _wanted(asked.body)))


for _name in ("patchMessagingService", "putMessagingService"):
    face.operation(_name, scope=Scope.MANAGE)(told(change))


@face.operation("getMessagingServiceByTwilioMessagingSid", scope=Scope.READ_TEXTS)
@told
def by_twilio(asked: Asked) -> Answer:
    """By the carrier's id."""
    return _shown(asked, _one(asked, MessagingService.provider_id == asked.query["twilio_messaging_sid"]))


@face.operation("getMessagingServiceByBandwidthMessagingSid", scope=Scope.READ_TEXTS)
@told
def by_bandwidth(asked: Asked) -> Answer:
    """By the other carrier's."""
    return _shown(asked, _one(asked, _told(ClientService.bandwidth_sid == asked.query["bandwidth_messaging_sid"])))


@face.operation("getMessagingServiceByGlobalCustomerId", scope=Scope.READ_TEXTS)
@told
def by_customer(asked: Asked) -> Answer:
    """By the customer: a name that a program gave, or the district's own uuid."""
    customer = asked.query["global_customer_id"]
    is_district = str(db.session.get_one(District, asked.caller.district_id).uuid) == customer.lower()
    named = _told(ClientService.customer == customer)
    return _shown(asked, _one(asked, or_(named, ~_told(ClientService.messaging_service_id.is_not(None))) if is_district else named))


@face.operation("getMessagingServiceByName", scope=Scope.READ_TEXTS)
@told
def by_name(asked: Asked) -> Answer:
    """By its name."""
    name = asked.query["name"]
    return _shown(asked, _one(asked, or_(MessagingService.name == name, _told(ClientService.name == name))))


def _told(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(ClientService.messaging_service_id == MessagingService.id, condition)


def _one(asked: Asked, condition: ColumnElement[bool]) -> MessagingService:
    return service.found(service.services_of(asked.caller).where(condition))


def _shown(asked: Asked, pool: MessagingService, status: int = 200) -> Answer:
    return Answer(status, services_shown(asked.staff, [pool])[0])


def _wanted(body: dict[str, Any]) -> service.Wanted:
    numbers = [
        service.Attached(one["number"], one.get("state_code"), one.get("announcement_number", False))
        for one in body.get("twilio_numbers_attributes", ())
    ]
    return service.Wanted(
        name=body.get("name"), twilio_sid=body.get("twilio_messaging_sid"), bandwidth_sid=body.get("bandwidth_messaging_sid"),
        customer=body.get("global_customer_id"), numbers=numbers,
    )  # fmt: skip
