"""Changes of a company and its locations: what the house knows goes to its own service, the rest is kept beside it."""

from collections.abc import Mapping
from typing import Any

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.api.refusals import Refused, Why
from app.api.ringplan.models import Subject
from app.api.ringplan.service import particulars
from app.api.ringplan.shapes.places import COMPANY_PARTS, LOCATION_PARTS
from app.core import phone_numbers
from app.core.database import db, transaction
from app.directory.models import District, School
from app.directory.service import districts, schools


def change_company(staff: Staff, said: Mapping[str, Any]) -> None:
    """Take what is said of the company. Fields that the house sets itself are left alone."""
    with transaction():
        if "name" in said:
            districts.rename(staff, said["name"])
        particulars.keep(staff.district_id, Subject.COMPANY, staff.district_id, said, COMPANY_PARTS)


def add_location(staff: Staff, said: Mapping[str, Any]) -> School:
    """A school, on the district's clock."""
    _may_manage(staff)
    with transaction():
        district = db.session.get_one(District, staff.district_id)
        school = schools.add_school(staff, _named(said), time_zone=district.time_zone, phone=_phone(said))
        particulars.keep(staff.district_id, Subject.LOCATION, school.id, said, LOCATION_PARTS)
    return school


def change_location(staff: Staff, school: School, said: Mapping[str, Any]) -> School:
    """Another name or phone, or what else is said of it."""
    _may_manage(staff)
    with transaction():
        data = schools.SchoolData(
            name=_named(said) if "name" in said else school.name,
            short_name=school.short_name,
            time_zone=school.time_zone,
            phone=_phone(said) if "phone" in said else school.phone,
            area_code=school.area_code,
            office_hours=school.office_hours,
        )
        school = schools.save_school(staff, school.id, data)
        particulars.keep(staff.district_id, Subject.LOCATION, school.id, said, LOCATION_PARTS)
    return school


def remove_location(staff: Staff, school: School) -> None:
    """Take a school out of use. Its history stays."""
    with transaction():
        schools.retire_school(staff, school.id)


def _may_manage(staff: Staff) -> None:
    if not role_allows(staff.role, Permission.MANAGE_NUMBERS):
        raise Refused(Why.NOT_ALLOWED, "The acting user may not change locations. Ask an admin of the district.")


def _named(said: Mapping[str, Any]) -> str:
    name = " ".join(str(said["name"]).split())
    if not name or len(name) > schools.LONGEST_NAME:
        raise Refused(Why.INVALID, f"Give it a name of up to {schools.LONGEST_NAME} letters.", field="body/name")
    return name


def _phone(said: Mapping[str, Any]) -> str | None:
    text = said.get("phone")
    if not text:
        return None
    found = phone_numbers.parse_or_none(text) or phone_numbers.parse_or_none(f"+{text}")
    if found is None:
        raise Refused(Why.INVALID, "This is no phone number. Write it with its country code.", field="body/phone")
    return found
