"""The company of somebody who acts, and its locations."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Staff, StaffStatus, are_people
from app.api.identifiers import id24, within_id24
from app.api.ringplan.models import Particulars, Subject
from app.api.ringplan.shapes import places
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import District, School
from app.directory.queries.reach import schools_of


def company(district_id: int) -> dict[str, Any]:
    """The contract's Company."""
    district = db.session.get_one(District, district_id)
    said = said_of(Subject.COMPANY, [district_id]).get(district_id)
    people = select(func.count(Staff.id)).where(Staff.district_id == district_id, are_people(), Staff.status == StaffStatus.ACTIVE)
    return places.company(
        district, said.data if said else {}, employees=db.session.scalar(people) or 0, updated=said.updated_at if said else None
    )


def said_of(subject: Subject, numbers: Collection[int]) -> dict[int, Particulars]:
    """What other systems say of these, in one query."""
    rows = db.session.scalars(select(Particulars).where(Particulars.subject == subject, Particulars.subject_id.in_(numbers)))
    return {row.subject_id: row for row in rows}


def locations(staff: Staff) -> list[dict[str, Any]]:
    """The schools for which somebody works. Three queries."""
    return shown(staff, schools_of(staff))


def shown(staff: Staff, schools: Collection[School]) -> list[dict[str, Any]]:
    """Schools as locations."""
    district = db.session.get_one(District, staff.district_id)
    said = said_of(Subject.LOCATION, [school.id for school in schools])
    return [
        places.location(school, said[school.id].data if school.id in said else {}, company_id=id24(district.uuid), country=district.country)
        for school in schools
    ]


def school_named(staff: Staff, text: str) -> School:
    """The school that 24 digits name, for somebody who works for it. Raises NotVisible."""
    found = db.session.scalar(
        select(School).where(within_id24(School.uuid, text), School.district_id == staff.district_id, School.is_active.is_(True))
    )
    if found is None or found.id not in {school.id for school in schools_of(staff)}:
        raise NotVisible
    return found
