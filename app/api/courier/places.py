"""Organizations: the district of the caller, or one of its schools."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.api.refusals import Refused, Why
from app.core.database import db
from app.directory.models import District, School
from app.directory.queries.reach import schools_of


@dataclass(frozen=True, slots=True)
class Place:
    """`school` None means the whole district."""

    district: District
    school: School | None

    @property
    def uuid(self) -> UUID:
        """The id of the organization."""
        return self.school.uuid if self.school else self.district.uuid

    @property
    def school_id(self) -> int | None:
        """Of its school."""
        return self.school.id if self.school else None

    @property
    def name(self) -> str:
        """As people call it."""
        return self.school.name if self.school else self.district.name

    def narrows(self, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        """The condition that a column which names a school is of this organization; the district has all."""
        return column == self.school.id if self.school else true()


def place_named(staff: Staff, number: str | UUID, *, field: str = "") -> Place:
    """The organization of that id, if the caller works there. Raises Refused: UNKNOWN."""
    district = db.session.get_one(District, staff.district_id)
    wanted = UUID(str(number))
    if wanted == district.uuid:
        return Place(district, None)
    school = next((each for each in schools_of(staff) if each.uuid == wanted), None)
    if school is None:
        raise Refused(Why.UNKNOWN, "There is no organization of this id. GET /v1/organizations/ lists yours.", field=field or None)
    return Place(district, school)


def ids_of(staff: Staff, school_ids: Collection[int | None]) -> dict[int | None, str]:
    """The organization's id for each of these schools, and under None the district's."""
    district = db.session.get_one(District, staff.district_id)
    wanted = [each for each in school_ids if each is not None]
    named = select(School.id, School.uuid).where(School.id.in_(wanted), School.district_id == staff.district_id)
    rows = db.session.execute(named) if wanted else ()
    return {None: str(district.uuid), **{row[0]: str(row[1]) for row in rows}}


def need(staff: Staff, permission: Permission) -> None:
    """Let pass whose role allows it: a scope opens no more than that. Raises Refused: NOT_ALLOWED."""
    if not role_allows(staff.role, permission):
        raise Refused(Why.NOT_ALLOWED, "The role behind this key does not allow that. A district admin can do it.", code="role")


def works_for_all(staff: Staff) -> bool:
    """Whether somebody's schools are all of the district."""
    return staff.role == Role.DISTRICT_ADMIN
