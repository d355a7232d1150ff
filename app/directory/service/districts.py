"""Making a district."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.accounts.service import audit
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.directory.models import District


class DistrictExists(HomeroomError):
    """Names of districts are how operators tell them apart."""

    code = "district_exists"
    advice = _l("There is a district of this name already.")


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
