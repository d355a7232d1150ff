"""The fax numbers that somebody manages, and where their faxes go."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from app.accounts.models import Role, Staff
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import PhoneNumber, Purpose, School
from app.fax.models import FaxDestination


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A fax number with where its faxes go."""

    number: PhoneNumber
    school: str | None
    destinations: list[FaxDestination]


def is_managed_by(staff: Staff) -> ColumnElement[bool]:
    """The condition on `PhoneNumber`: the district's fax numbers, or those of one's own schools."""
    reach = true() if staff.role == Role.DISTRICT_ADMIN else PhoneNumber.school_id.in_(staff.school_ids)
    return and_(PhoneNumber.district_id == staff.district_id, PhoneNumber.purpose == Purpose.FAX, reach)


def number_managed_by(staff: Staff, number_id: int) -> PhoneNumber:
    """One of them. Raises NotVisible."""
    found = db.session.scalar(select(PhoneNumber).where(PhoneNumber.id == number_id, is_managed_by(staff)))
    if found is None:
        raise NotVisible
    return found


def destination_visible_to(staff: Staff, destination_id: int) -> FaxDestination:
    """A destination of one of these numbers, or one that the district offers. Raises NotVisible."""
    of_number = exists().where(PhoneNumber.id == FaxDestination.phone_number_id, is_managed_by(staff)).correlate(FaxDestination)
    mine = and_(FaxDestination.district_id == staff.district_id, or_(FaxDestination.phone_number_id.is_(None), of_number))
    found = db.session.scalar(select(FaxDestination).where(FaxDestination.id == destination_id, mine))
    if found is None:
        raise NotVisible
    return found


def numbers_managed_by(staff: Staff) -> list[NumberLine]:
    """All of them, those in use first. Two queries."""
    rows = db.session.execute(
        select(PhoneNumber, School.name).outerjoin(School, School.id == PhoneNumber.school_id).where(is_managed_by(staff))
        .order_by(PhoneNumber.is_active.desc(), School.name, PhoneNumber.id)
    ).all()  # fmt: skip
    going: dict[int | None, list[FaxDestination]] = defaultdict(list)
    wanted = FaxDestination.phone_number_id.in_([number.id for number, _school in rows])
    for one in db.session.scalars(select(FaxDestination).where(wanted).order_by(FaxDestination.id)):
        going[one.phone_number_id].append(one)
    return [NumberLine(number, school, going[number.id]) for number, school in rows]


def offered_by(district_id: int) -> list[FaxDestination]:
    """What the whole district is offered when somebody forwards a fax."""
    mine = FaxDestination.district_id == district_id, FaxDestination.phone_number_id.is_(None)
    return list(db.session.scalars(select(FaxDestination).where(*mine).order_by(FaxDestination.name, FaxDestination.id)))
