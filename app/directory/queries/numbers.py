"""The district's numbers and pools, as the settings show them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from app.accounts.models import Role, Staff
from app.core.database import db
from app.core.errors import NotVisible
from app.directory import number_use
from app.directory.models import MessagingService, PhoneNumber, School


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number with its school, its pool and how many conversations run over it."""

    number: PhoneNumber
    school: str | None
    pool: str | None
    pairings: int


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool with what its numbers may do together."""

    pool: MessagingService
    numbers: int
    per_minute: float
    """Texts a minute that its numbers in use allow together, or its ceiling if that is lower."""


def numbers_of(staff: Staff) -> tuple[list[NumberRow], list[PoolRow]]:
    """Every number and pool of the district, those in use first. Three queries."""
    rows = db.session.execute(
        select(PhoneNumber, School.name, School.short_name)
        .outerjoin(School, School.id == PhoneNumber.school_id)
        .where(PhoneNumber.district_id == staff.district_id)
        .order_by(PhoneNumber.is_active.desc(), PhoneNumber.purpose, School.name, PhoneNumber.label, PhoneNumber.id)
    ).all()
    pools = {pool.id: pool for pool in pools_of(staff)}
    used = number_use.in_use(staff.district_id)
    numbers = [
        NumberRow(number, short or name, _name_of(pools.get(number.messaging_service_id or 0)), used.get(number.id, 0))
        for number, name, short in rows
    ]
    return numbers, [_pool_row(pool, [number for number, *_ in rows if number.messaging_service_id == pool.id]) for pool in pools.values()]


def pools_of(staff: Staff) -> list[MessagingService]:
    """The district's pools."""
    query = select(MessagingService).where(MessagingService.district_id == staff.district_id)
    return list(db.session.scalars(query.order_by(MessagingService.is_active.desc(), MessagingService.name, MessagingService.id)))


def speaks_for_schools_of(staff: Staff) -> ColumnElement[bool]:
    """The condition on `PhoneNumber`: who acts may speak as it to families. The district's own, and those of one's schools."""
    here: ColumnElement[bool] = true()
    if staff.role != Role.DISTRICT_ADMIN:
        here = or_(PhoneNumber.school_id.is_(None), PhoneNumber.school_id.in_(staff.school_ids))
    return and_(PhoneNumber.district_id == staff.district_id, here)


def pool_speaks_for_schools_of(staff: Staff) -> ColumnElement[bool]:
    """The condition on `MessagingService`: it is not of another school's numbers alone."""
    has = exists().where(PhoneNumber.messaging_service_id == MessagingService.id)
    return and_(MessagingService.district_id == staff.district_id, or_(~has, has.where(speaks_for_schools_of(staff))))


def number_visible_to(staff: Staff, number_id: int) -> PhoneNumber:
    """One of the district's numbers. Raises NotVisible."""
    query = select(PhoneNumber).where(PhoneNumber.id == number_id, PhoneNumber.district_id == staff.district_id)
    if (found := db.session.scalar(query)) is None:
        raise NotVisible
    return found


def pool_visible_to(staff: Staff, pool_id: int) -> MessagingService:
    """One of the district's pools. Raises NotVisible."""
    query = select(MessagingService).where(MessagingService.id == pool_id, MessagingService.district_id == staff.district_id)
    if (found := db.session.scalar(query)) is None:
        raise NotVisible
    return found


def _name_of(pool: MessagingService | None) -> str | None:
    return pool.name if pool else None


def _pool_row(pool: MessagingService, numbers: list[PhoneNumber]) -> PoolRow:
    active = [number for number in numbers if number.is_active]
    together = sum(number.segments_per_second for number in active) * 60
    return PoolRow(pool, len(active), min(together, pool.segments_per_minute) if pool.segments_per_minute else together)
