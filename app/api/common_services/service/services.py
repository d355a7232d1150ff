"""Messaging services and their numbers, kept by the room of the directory; what only programs say of them stands here."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, select

from app.accounts.callers import Caller
from app.accounts.permissions import Permission, role_allows
from app.api.common_services.errors import MayNotManage
from app.api.common_services.models import ClientNumber, ClientService
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.core.phone_numbers import PhoneKind, kind
from app.directory.models import District, MessagingService, NumberKind, PhoneNumber, Purpose
from app.directory.queries.numbers import pool_speaks_for_schools_of
from app.directory.service import numbers as directory

LONGEST_NAME = 120
WITH_SID = MessagingService.provider_id.like("MG%")
"""Pools of the settings that no carrier knows are nothing to programs."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A number that is to belong to a service."""

    number: str
    state_code: str | None = None
    is_for_announcements: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a program says of a service. None keeps what is there."""

    name: str | None = None
    twilio_sid: str | None = None
    bandwidth_sid: str | None = None
    customer: str | None = None
    numbers: Sequence[Attached] = field(default=())


def services_of(caller: Caller) -> Select[MessagingService]:
    """Those that the carrier knows, of the district, and not of other schools' numbers alone."""
    return select(MessagingService).where(pool_speaks_for_schools_of(caller.staff), WITH_SID).order_by(MessagingService.id)


def create(caller: Caller, wanted: Wanted) -> MessagingService:
    """A pool of numbers for conversations. Raises MayNotManage, IdTaken, NumberTaken, UnusablePhoneNumber, NumberInUse."""
    _may(caller)
    with transaction():
        name = (wanted.name or wanted.twilio_sid or "")[:LONGEST_NAME]
        data = directory.PoolData(name=name, purpose=Purpose.CONVERSATION, segments_per_minute=None, provider_id=wanted.twilio_sid)
        pool = directory.save_pool(caller.staff, None, data)
        db.session.add(
            ClientService(
                messaging_service_id=pool.id, bearer_id=caller.bearer.id, name=wanted.name, bandwidth_sid=wanted.bandwidth_sid,
                customer=wanted.customer or _district(caller),
            )
        )  # fmt: skip
        db.session.flush()
        _attach(caller, pool, wanted.numbers)
        return pool


def change(caller: Caller, pool: MessagingService, wanted: Wanted) -> MessagingService:
    """What is given; numbers are added. Raises as `create`."""
    _may(caller)
    with transaction():
        known = db.session.get(ClientService, pool.id)
        if known is None:
            known = ClientService(messaging_service_id=pool.id, bearer_id=caller.bearer.id, name=pool.name, customer=_district(caller))
            db.session.add(known)
        if wanted.name is not None:
            known.name = wanted.name
        if wanted.bandwidth_sid is not None:
            known.bandwidth_sid = wanted.bandwidth_sid
        if wanted.customer is not None:
            known.customer = wanted.customer
        if wanted.name is not None or wanted.twilio_sid is not None:
            data = directory.PoolData(
                name=(wanted.name or pool.name)[:LONGEST_NAME], purpose=pool.purpose, segments_per_minute=pool.segments_per_minute,
                provider_id=wanted.twilio_sid or pool.provider_id,
            )  # fmt: skip
            pool = directory.save_pool(caller.staff, pool.id, data)
        db.session.flush()
        _attach(caller, pool, wanted.numbers)
        return pool


def _attach(caller: Caller, pool: MessagingService, numbers: Sequence[Attached]) -> None:
    for one in {each.number: each for each in numbers}.values():
        known = db.session.scalar(
            select(PhoneNumber).where(PhoneNumber.address == one.number, PhoneNumber.district_id == caller.district_id)
        )
        purpose = Purpose.ANNOUNCEMENT if one.is_for_announcements else Purpose(pool.purpose)
        data = directory.NumberData(
            address=one.number, label=known.label if known else None, purpose=purpose, kind=known.kind if known else _kind_of(one.number),
            segments_per_second=known.segments_per_second if known else None, school_id=known.school_id if known else None,
            pool_id=pool.id if purpose == pool.purpose else None, provider_id=known.provider_id if known else None,
            calls_per_second=known.calls_per_second if known else None,
        )  # fmt: skip
        number = directory.save_number(caller.staff, known.id if known else None, data)
        told = db.session.get(ClientNumber, number.id) or ClientNumber(phone_number_id=number.id, messaging_service_id=pool.id)
        told.messaging_service_id, told.updated_at = pool.id, now()
        told.state_code = one.state_code or told.state_code
        db.session.add(told)
        db.session.flush()


def found(query: Select[MessagingService]) -> MessagingService:
    """The first of `query`. Raises NotVisible."""
    pool = db.session.scalar(query.limit(1))
    if pool is None:
        raise NotVisible
    return pool


def _kind_of(number: str) -> str:
    return NumberKind.TOLL_FREE if kind(number) == PhoneKind.TOLL_FREE else NumberKind.LONG_CODE


def _district(caller: Caller) -> str:
    return str(db.session.get_one(District, caller.district_id).uuid)


def _may(caller: Caller) -> None:
    if not role_allows(caller.staff.role, Permission.MANAGE_NUMBERS):
        raise MayNotManage
