"""What a school says of itself: name, zone, phone, weekly hours, and the days on which nobody is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.database import transaction
from app.core.errors import NotVisible
from app.directory.models import School, SchoolClosure
from app.directory.queries.calendar import stretches
from app.directory.queries.reach import school_visible_to

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SchoolData:
    """What can be said of a school."""

    name: str
    short_name: str | None
    time_zone: str
    phone: str | None
    area_code: str | None
    office_hours: Mapping[str, Any]


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
