"""The company that a request is about: a district, as this face writes it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.accounts.models import Staff
from app.api.identifiers import id24
from app.core.database import db
from app.core.local_clock import zone_of
from app.directory.models import District


@dataclass(frozen=True, slots=True)
class Company:
    """Its id as 24 digits, its name, and its clock."""

    id: str
    name: str
    zone: ZoneInfo


def company_of(staff: Staff) -> Company:
    """One query."""
    district = db.session.get_one(District, staff.district_id)
    return Company(id24(district.uuid), district.name, zone_of(district.time_zone))
