"""Which of our numbers the new conversations of a member of staff are held from."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from app.accounts.models import Staff, StaffStatus
from app.api.courier.models import NumberOfUser
from app.api.courier.queries.organizations import ids_of
from app.api.refusals import Refused, Why
from app.core.database import db
from app.directory.models import PhoneNumber


@dataclass(frozen=True, slots=True)
class ShownMap:
    """A pairing of a user and a number with what its document shows."""

    row: NumberOfUser
    number: UUID
    user: UUID
    organization: str


def maps_of(staff: Staff) -> Select[NumberOfUser]:
    """Those of the district."""
    return select(NumberOfUser).where(NumberOfUser.district_id == staff.district_id)


def user_named(staff: Staff, number: str) -> Staff:
    """A member of staff of the district. Raises Refused: UNKNOWN."""
    found = db.session.scalar(
        select(Staff).where(Staff.uuid == UUID(number), Staff.district_id == staff.district_id, Staff.status != StaffStatus.DEACTIVATED)
    )
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no user of this id. GET /v1/users/ lists yours.", field="body/data/attributes/user-id")
    return found


def map_named(staff: Staff, number: UUID) -> NumberOfUser:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(maps_of(staff).where(NumberOfUser.uuid == number))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no pairing of a user and a number of this id.")
    return found


def maps_shown(staff: Staff, rows: Sequence[NumberOfUser]) -> list[ShownMap]:
    """In their order, in three queries."""
    homes = ids_of(staff, {row.school_id for row in rows})
    numbers = select(PhoneNumber.id, PhoneNumber.uuid).where(PhoneNumber.id.in_({row.phone_number_id for row in rows}))
    users = select(Staff.id, Staff.uuid).where(Staff.id.in_({row.staff_id for row in rows}))
    by_number, by_user = dict(db.session.execute(numbers).all()), dict(db.session.execute(users).all())
    return [ShownMap(row, by_number[row.phone_number_id], by_user[row.staff_id], homes[row.school_id]) for row in rows]
