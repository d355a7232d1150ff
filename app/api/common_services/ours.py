"""Numbers, messaging services and customers as programs name them."""

from functools import lru_cache
from typing import cast

from sqlalchemy import bindparam, exists, func, or_, select

from app.accounts.callers import Caller
from app.accounts.models import Staff
from app.api.common_services.errors import NoSuchCustomer, NoSuchService, NotANumber, NotOurNumber
from app.api.common_services.models import ClientService
from app.conversations.models import Participant
from app.conversations.readers import anyone, particulars_of
from app.core.database import db
from app.core.phone_numbers import parse_or_none
from app.core.prepared import Prepared
from app.directory.models import District, MessagingService, PhoneNumber, Purpose
from app.directory.queries.numbers import pool_speaks_for_schools_of, speaks_for_schools_of


def e164(written: str) -> str:
    """The form of the house. Raises NotANumber."""
    found = parse_or_none(written)
    if found is None:
        raise NotANumber(written)
    return found


@lru_cache(maxsize=8)
def _sender(role: str) -> Prepared:
    """Asked by whatever is taken in, so built once for each role."""
    here = (PhoneNumber.purpose == Purpose.CONVERSATION, PhoneNumber.is_active.is_(True), speaks_for_schools_of(anyone(role)))
    return Prepared(select(PhoneNumber.id).where(PhoneNumber.address == bindparam("address"), *here))


def sender_id(staff: Staff, written: str | None) -> int | None:
    """Which number of ours is to speak; None where nobody said. Raises NotOurNumber, also for one of a school that is not theirs."""
    if written is None:
        return None
    address = parse_or_none(written)
    found = _sender(staff.role).rows({"address": address} | particulars_of(staff)) if address else []
    if not found:
        raise NotOurNumber
    return cast("int", found[0][0])


def any_number(staff: Staff, written: str) -> PhoneNumber:
    """A number of ours that calls may come from. Raises NotOurNumber, also for one of a school that is not theirs."""
    address = parse_or_none(written)
    ours = (speaks_for_schools_of(staff), PhoneNumber.is_active.is_(True), PhoneNumber.purpose != Purpose.FAX)
    found = db.session.scalar(select(PhoneNumber).where(PhoneNumber.address == address, *ours)) if address else None
    if found is None:
        raise NotOurNumber
    return found


def service_id(caller: Caller, sid: str | None) -> int | None:
    """Which pool is to speak. Raises NoSuchService."""
    if sid is None:
        return None
    here = (pool_speaks_for_schools_of(caller.staff), MessagingService.is_active.is_(True))
    found = db.session.scalar(select(MessagingService.id).where(MessagingService.provider_id == sid, *here))
    if found is None:
        raise NoSuchService
    return found


def announces_for(school_id: int | None, pool_id: int) -> bool:
    """Whether a pool has a number that announcements of this school can leave from."""
    is_here = or_(PhoneNumber.school_id.is_(None), PhoneNumber.school_id == school_id)
    is_announcing = (PhoneNumber.purpose == Purpose.ANNOUNCEMENT, PhoneNumber.is_active.is_(True), is_here)
    return db.session.scalar(select(PhoneNumber.id).where(PhoneNumber.messaging_service_id == pool_id, *is_announcing).limit(1)) is not None


def check_customer(caller: Caller, customer: str | None) -> None:
    """Let the district pass by its uuid or by a name that a service has for it. Raises NoSuchCustomer."""
    if customer is None:
        return
    named = exists().where(
        ClientService.customer == customer,
        MessagingService.id == ClientService.messaging_service_id,
        MessagingService.district_id == caller.district_id,
    )
    district = db.session.get_one(District, caller.district_id)
    if str(district.uuid) != customer.lower() and not db.session.scalar(select(named)):
        raise NoSuchCustomer


def free_in_pool(staff: Staff, pool_id: int, address: str) -> PhoneNumber | None:
    """The number of a pool with the fewest pairings that speaks with no conversation of this phone yet."""
    taken = exists().where(
        Participant.phone_number_id == PhoneNumber.id, Participant.address == address, Participant.pairing_deactivated_at.is_(None)
    )
    used = (
        select(func.count())
        .where(Participant.phone_number_id == PhoneNumber.id, Participant.pairing_deactivated_at.is_(None))
        .correlate(PhoneNumber)
        .scalar_subquery()
    )
    ours = (
        PhoneNumber.messaging_service_id == pool_id,
        speaks_for_schools_of(staff),
        PhoneNumber.is_active.is_(True),
        PhoneNumber.purpose == Purpose.CONVERSATION,
        ~taken,
    )
    return db.session.scalar(select(PhoneNumber).where(*ours).order_by(used, PhoneNumber.id).limit(1))
