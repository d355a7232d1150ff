"""The district's numbers and pools: taken into use, given a purpose and a pace, and laid to rest."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, inspect, select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core import phone_numbers
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.directory import number_use
from app.directory.models import Consent, ConsentKind, MessagingService, NumberKind, PhoneNumber, Purpose
from app.directory.phone_network import RentedNumber
from app.directory.queries.numbers import number_visible_to, pool_visible_to
from app.directory.queries.reach import school_visible_to
from app.directory.service.consent import record_consent

PACES = {NumberKind.LONG_CODE: 1.0, NumberKind.TOLL_FREE: 3.0, NumberKind.SHORT_CODE: 100.0}


class NumberTaken(HomeroomError):
    """A number can ring in one place only."""

    code = "number_taken"
    advice = _l("This number is on the list already. Change the one that is there.")


class IdTaken(HomeroomError):
    """The carrier's id stands with something else."""

    code = "carrier_id_taken"
    advice = _l("Another entry has this id. Look it up at the carrier again.")


class NumberInUse(HomeroomError):
    """Conversations run over it."""

    code = "number_in_use"


class PoolDoesNotFit(HomeroomError):
    """A wish about announcements is not one about conversations, so their numbers do not mix."""

    code = "pool_does_not_fit"
    advice = _l("This pool is for something else. Choose a pool with the same purpose, or none.")


@dataclass(frozen=True, slots=True)
class NumberData:
    """What can be said of a number."""

    address: str
    label: str | None
    purpose: str
    kind: str
    segments_per_second: float | None
    school_id: int | None
    pool_id: int | None
    provider_id: str | None
    calls_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class PoolData:
    """What can be said of a pool."""

    name: str
    purpose: str
    segments_per_minute: int | None
    provider_id: str | None


def save_number(staff: Staff, number_id: int | None, data: NumberData) -> PhoneNumber:
    """Add a number, or change one. The address of one that is there never changes: what was said over it stays true.

    Raises UnusablePhoneNumber, NumberTaken, IdTaken, NumberInUse, PoolDoesNotFit or NotVisible.
    """
    if data.purpose == Purpose.FAX:
        data = replace(data, pool_id=None, segments_per_second=None)  # it takes no texts
    with transaction():
        number = number_visible_to(staff, number_id) if number_id is not None else _new(staff, data)
        scope = number.consent_scope if number_id is not None else None
        if data.school_id is not None:
            school_visible_to(staff, data.school_id)
        if data.pool_id is not None and pool_visible_to(staff, data.pool_id).purpose != data.purpose:
            raise PoolDoesNotFit
        _refuse_if_used(number, data)
        if data.provider_id and _is_taken(PhoneNumber, data.provider_id, number.id):
            raise IdTaken
        number.label, number.purpose, number.kind = data.label or None, data.purpose, data.kind
        number.segments_per_second = data.segments_per_second or PACES[NumberKind(data.kind)]
        number.calls_per_second = data.calls_per_second or 1.0
        number.school_id, number.messaging_service_id, number.provider_id = data.school_id, data.pool_id, data.provider_id or None
        db.session.flush()
        if scope is not None and scope != number.consent_scope:
            _carry_opt_outs(staff.district_id, scope, number.consent_scope)
        audit("phone_number.saved", number, {"number": phone_numbers.for_people(number.address), "purpose": data.purpose})
    return number


def set_number_active(staff: Staff, number_id: int, *, active: bool) -> PhoneNumber:
    """Let new conversations use a number, or no longer. Those that run over it keep it."""
    with transaction():
        number = number_visible_to(staff, number_id)
        number.is_active = active
        action = "phone_number.restored" if active else "phone_number.retired"
        audit(action, number, {"number": phone_numbers.for_people(number.address)})
    return number


def save_pool(staff: Staff, pool_id: int | None, data: PoolData) -> MessagingService:
    """Add a pool, or change one. Raises IdTaken, NumberInUse or NotVisible."""
    with transaction():
        if pool_id is None:
            pool = MessagingService(district_id=staff.district_id, name=data.name, purpose=data.purpose)
            db.session.add(pool)
        else:
            pool = pool_visible_to(staff, pool_id)
            members = db.session.scalar(select(func.count()).where(PhoneNumber.messaging_service_id == pool.id)) or 0
            if pool.purpose != data.purpose and members:
                raise NumberInUse(
                    ngettext(
                        "%(num)s number belongs to this pool. Take it out first, then change what the pool is for.",
                        "%(num)s numbers belong to this pool. Take them out first, then change what the pool is for.",
                        members,
                    )
                )
        if data.provider_id and _is_taken(MessagingService, data.provider_id, pool.id):
            raise IdTaken
        pool.name, pool.purpose, pool.segments_per_minute = data.name, data.purpose, data.segments_per_minute
        pool.provider_id = data.provider_id or None
        db.session.flush()
        audit("messaging_service.saved", pool, {"name": data.name})
    return pool


def not_yet_ours(staff: Staff, rented: Collection[RentedNumber]) -> tuple[list[RentedNumber], list[RentedNumber]]:
    """Of the numbers at the carrier, those nobody has here, and this district's. Other districts' are nobody's business."""
    rows = db.session.execute(
        select(PhoneNumber.address, PhoneNumber.district_id).where(PhoneNumber.address.in_([each.address for each in rented]))
    )
    owner = {row.address: row.district_id for row in rows}
    new = [each for each in rented if each.address not in owner]
    return new, [each for each in rented if owner.get(each.address) == staff.district_id]


def take_over(staff: Staff, rented: Collection[RentedNumber]) -> int:
    """Add what the carrier has and we have not, at rest until somebody says what each is for; returns how many are new."""
    with transaction():
        new, ours = not_yet_ours(staff, rented)
        for each in new:
            kind = NumberKind.SHORT_CODE if phone_numbers.is_short_code(each.address) else NumberKind.LONG_CODE
            if phone_numbers.kind(each.address) == phone_numbers.PhoneKind.TOLL_FREE:
                kind = NumberKind.TOLL_FREE
            db.session.add(
                PhoneNumber(
                    district_id=staff.district_id, address=each.address, label=each.name[:120], kind=kind, is_active=False,
                    purpose=Purpose.CONVERSATION, segments_per_second=PACES[kind], provider_id=each.provider_id,
                )
            )  # fmt: skip
        known, completed = {each.address: each.provider_id for each in ours}, 0
        for number in db.session.scalars(select(PhoneNumber).where(PhoneNumber.address.in_(known), PhoneNumber.provider_id.is_(None))):
            number.provider_id = known[number.address]
            completed += 1
        if new or completed:
            audit("phone_numbers.imported", None, {"count": len(new) + completed}, by=staff)
    return len(new)


def _new(staff: Staff, data: NumberData) -> PhoneNumber:
    typed = data.address.strip()
    is_short = data.kind == NumberKind.SHORT_CODE and phone_numbers.is_short_code(typed)
    address = typed if is_short else phone_numbers.parse(typed)
    if db.session.scalar(select(PhoneNumber.id).where(PhoneNumber.address == address)) is not None:
        raise NumberTaken
    number = PhoneNumber(district_id=staff.district_id, address=address, purpose=data.purpose)
    db.session.add(number)
    return number


def _refuse_if_used(number: PhoneNumber, data: NumberData) -> None:
    if not inspect(number).persistent or number.purpose == data.purpose:
        return
    used = number_use.in_use(number.district_id).get(number.id, 0)
    if used:
        raise NumberInUse(
            ngettext(
                "%(num)s conversation runs over this number. Take another number for the new purpose.",
                "%(num)s conversations run over this number. Take another number for the new purpose.",
                used,
            )
        )


def _is_taken(table: type[PhoneNumber | MessagingService], provider_id: str, own_id: int | None) -> bool:
    with db.session.no_autoflush:
        holder = db.session.scalar(select(table.id).where(table.provider_id == provider_id))
    return holder is not None and holder != own_id


def _carry_opt_outs(district_id: int, old: str, new: str) -> None:
    """Who said STOP to a number's old pool hears nothing from it in the new one either."""
    newest = select(func.max(Consent.id)).where(Consent.district_id == district_id, Consent.scope == old).group_by(Consent.address)
    stopped = db.session.scalars(select(Consent).where(Consent.id.in_(newest), Consent.kind == ConsentKind.OPTED_OUT)).all()
    for entry in stopped:
        record_consent(district_id, entry.address, new, ConsentKind.OPTED_OUT, entry.source, wording=entry.wording, staff_id=entry.staff_id)
