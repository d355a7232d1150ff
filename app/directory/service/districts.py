"""Making a district, and what it is called."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.directory.models import District


class DistrictExists(HomeroomError):
    """Names of districts are how operators tell them apart."""

    code = "district_exists"
    advice = _l("There is a district of this name already.")


class UnsuitableName(HomeroomError):
    """None, more than any sign says, or another district's."""

    code = "unsuitable_name"
    advice = _l("This name cannot be used. Write another one, of up to 200 letters.")


LONGEST_NAME = 200


def create_district(name: str, *, time_zone: str, country: str = "US", language: str = "en") -> District:
    """Add a district without schools. Raises DistrictExists."""
    with transaction():
        if db.session.scalar(select(func.count(District.id)).where(District.name == name.strip())):
            raise DistrictExists
        district = District(name=name.strip(), time_zone=time_zone, country=country.upper()[:2], language=language)
        db.session.add(district)
        db.session.flush()
        audit("district.created", district, {"name": district.name}, district_id=district.id)
    return district


def rename(staff: Staff, name: str) -> District:
    """Call the district otherwise, for families and staff alike. Raises UnsuitableName."""
    clean = " ".join(name.split())
    if not clean or len(clean) > LONGEST_NAME:
        raise UnsuitableName
    with transaction():
        district = db.session.get_one(District, staff.district_id, with_for_update=True)
        if district.name != clean:
            if db.session.scalar(select(func.count(District.id)).where(District.name == clean)):
                raise UnsuitableName
            district.name = clean
            audit("district.renamed", district, {"name": clean}, by=staff, district_id=district.id)
    return district
