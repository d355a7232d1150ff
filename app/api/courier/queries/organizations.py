"""The district and its schools as organizations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.accounts.models import Staff
from app.api.courier.queries.made import made_at
from app.core.database import db
from app.core.errors import NotVisible
from app.core.search_text import fold
from app.directory.models import District, School
from app.directory.queries.reach import schools_of


@dataclass(frozen=True, slots=True)
class Organization:
    """The district, or one of the schools that somebody works for. `school_id` is None for the district."""

    uuid: UUID
    school_id: int | None
    name: str
    display_name: str
    time_zone: str
    changed_at: datetime


def organizations_of(staff: Staff, words: str = "") -> list[Organization]:
    """The district, then its schools by name; narrowed to those whose name has all the words."""
    district = db.session.get_one(District, staff.district_id)
    found = [
        Organization(district.uuid, None, district.name, district.name, district.time_zone, district.created_at),
        *(
            Organization(school.uuid, school.id, school.name, school.short_name or school.name, school.time_zone, made_at(school.uuid))
            for school in schools_of(staff)
        ),
    ]
    wanted = fold(words).split()
    return [each for each in found if all(word in fold(each.name) for word in wanted)]


def organization(staff: Staff, uuid: UUID) -> Organization:
    """One of them. Raises NotVisible."""
    found = next((each for each in organizations_of(staff) if each.uuid == uuid), None)
    if found is None:
        raise NotVisible
    return found


def school_id_of(staff: Staff, uuid: UUID | None) -> int | None:
    """The school that an organization is; None for the district, and where none was named. Raises NotVisible."""
    return None if uuid is None else organization(staff, uuid).school_id


def uuid_of(district_id: int, school_id: int | None) -> UUID:
    """The organization to which a row belongs."""
    owner = db.session.get_one(School, school_id) if school_id else db.session.get_one(District, district_id)
    return owner.uuid
