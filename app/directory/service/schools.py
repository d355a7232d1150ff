"""What a school says of itself: name, zone, phone, weekly hours, and the days on which nobody is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import exists, func, select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.database import db, transaction
from app.core.errors import HomeroomError, NotVisible
from app.directory.models import District, PhoneNumber, School, SchoolClosure, Student
from app.directory.queries.calendar import stretches
from app.directory.queries.reach import school_visible_to

DAY = timedelta(days=1)
LONGEST_NAME = 200


class SchoolInUse(HomeroomError):
    """It cannot go yet."""

    code = "school_in_use"


@dataclass(frozen=True, slots=True)
class SchoolData:
    """What can be said of a school."""

    name: str
    short_name: str | None
    time_zone: str
    phone: str | None
    area_code: str | None
    office_hours: Mapping[str, Any]


def add_school(staff: Staff, name: str, *, time_zone: str, phone: str | None = None) -> School:
    """A further school of the district, without hours as yet."""
    with transaction():
        school = School(district_id=staff.district_id, name=name, time_zone=time_zone, phone=phone)
        db.session.add(school)
        db.session.flush()
        audit("school.added", school, {"name": school.name}, by=staff)
    return school


def retire_school(staff: Staff, school_id: int) -> School:
    """Take a school out of use: it stands in no list any more, and what happened there stays. Raises NotVisible and SchoolInUse."""
    with transaction():
        db.session.execute(select(District.id).where(District.id == staff.district_id).with_for_update())
        school = school_visible_to(staff, school_id)
        others = select(func.count(School.id)).where(
            School.district_id == staff.district_id, School.is_active.is_(True), School.id != school.id
        )
        if not db.session.scalar(others):
            raise SchoolInUse(_("A district keeps at least one school."))
        if db.session.scalar(select(exists().where(Student.school_id == school.id, Student.is_active.is_(True)))):
            raise SchoolInUse(_("Students are on the roll of this school. Move them to another one first."))
        if db.session.scalar(select(exists().where(PhoneNumber.school_id == school.id, PhoneNumber.is_active.is_(True)))):
            raise SchoolInUse(_("This school has phone numbers. Give them to another one first."))
        school.is_active = False
        audit("school.retired", school, {"name": school.name}, by=staff)
    return school


def save_school(staff: Staff, school_id: int, data: SchoolData) -> School:
    """Keep a school's data and weekly hours. The name of one from the roster stays: the next import would bring it back."""
    with transaction():
        school = school_visible_to(staff, school_id)
        if school.source_id is None:
            school.name = data.name
        school.short_name, school.time_zone = data.short_name or None, data.time_zone
        school.phone, school.area_code = data.phone or None, data.area_code or None
        school.office_hours = dict(data.office_hours)
        audit("school.saved", school, {"name": school.name})
    return school


def close_on(staff: Staff, school_id: int, first: date, last: date, name: str) -> School:
    """Nobody is at school from `first` to `last`, both included. A day that is closed already gets the new name."""
    with transaction():
        school = school_visible_to(staff, school_id)
        known = {closure.day: closure for closure in school.closures}
        for distance in range((last - first).days + 1):
            day = first + distance * DAY
            if day in known:
                known[day].name = name
            else:
                school.closures.append(SchoolClosure(day=day, name=name))
        days = {"day": first.isoformat()} if first == last else {"day": first.isoformat(), "until": last.isoformat()}
        audit("school.closed_on" if first == last else "school.closed_from", school, {"name": school.name, **days})
    return school


def open_on(staff: Staff, school_id: int, closure_id: int) -> School:
    """Take a closed day back, with the days of the same name on both its sides. Raises NotVisible."""
    with transaction():
        school = school_visible_to(staff, school_id)
        stretch = next((each for each in stretches(school.closures) if closure_id in each.closure_ids), None)
        if stretch is None:
            raise NotVisible
        for closure in [each for each in school.closures if each.id in stretch.closure_ids]:
            school.closures.remove(closure)
        audit("school.opened_on", school, {"name": school.name, "day": stretch.first.isoformat()})
    return school
