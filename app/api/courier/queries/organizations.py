"""Organizations: the district of the caller, and the schools that they work for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Staff
from app.api.courier.queries.identifiers import uuids_of
from app.api.refusals import Refused, Why
from app.core.database import db
from app.core.ids import made_at
from app.core.search_text import fold
from app.directory.models import District, School
from app.directory.queries.reach import schools_of


@dataclass(frozen=True, slots=True)
class Place:
    """An organization. `school` None means the whole district."""

    district: District
    school: School | None = None

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

    @property
    def display_name(self) -> str:
        """As short as it is known by."""
        return (self.school.short_name if self.school else None) or self.name

    @property
    def time_zone(self) -> str:
        """Of its clocks."""
        return self.school.time_zone if self.school else self.district.time_zone

    @property
    def changed_at(self) -> datetime:
        """When the row was made: neither says when it was changed."""
        return made_at(self.school.uuid) if self.school else self.district.created_at

    def narrows(self, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        """The condition that a column which names a school is of this organization; the district has all."""
        return column == self.school.id if self.school else true()


def places_of(staff: Staff, words: str = "") -> list[Place]:
    """The district, then its schools by name; narrowed to those whose name has all the words."""
    district = db.session.get_one(District, staff.district_id)
    wanted = fold(words).split()
    found = [Place(district), *(Place(district, school) for school in schools_of(staff))]
    return [each for each in found if all(word in fold(each.name) for word in wanted)]


def place_named(staff: Staff, number: str | UUID, *, field: str = "") -> Place:
    """The organization of that id, if the caller works there. Raises Refused: UNKNOWN."""
    wanted = UUID(str(number))
    found = next((each for each in places_of(staff) if each.uuid == wanted), None)
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no organization of this id. GET /v1/organizations/ lists yours.", field=field or None)
    return found


def school_id_of(staff: Staff, uuid: UUID | None, *, field: str = "") -> int | None:
    """The school that an organization is; None for the district, and where none was named. Raises Refused: UNKNOWN."""
    return None if uuid is None else place_named(staff, uuid, field=field).school_id


def uuid_of(district_id: int, school_id: int | None) -> UUID:
    """The organization to which a row belongs."""
    owner = db.session.get_one(School, school_id) if school_id else db.session.get_one(District, district_id)
    return owner.uuid


def homes_of(district_id: int, school_ids: Iterable[int | None]) -> dict[int | None, UUID]:
    """The organization to which the rows of a page belong, by their schools; in two queries. Under None the district."""
    homes: dict[int | None, UUID] = {None: db.session.get_one(District, district_id).uuid}
    return homes | uuids_of(School, school_ids)


def ids_of(staff: Staff, school_ids: Iterable[int | None]) -> dict[int | None, str]:
    """The same as texts."""
    return {number: str(uuid) for number, uuid in homes_of(staff.district_id, school_ids).items()}
