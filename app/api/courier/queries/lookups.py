"""What is known of somebody's number."""

from uuid import UUID

from sqlalchemy import Select, select

from app.accounts.models import Staff
from app.api.courier.models import NumberLookup
from app.api.refusals import Refused, Why
from app.core.database import db


def lookups_of(staff: Staff) -> Select[NumberLookup]:
    """Those of the district."""
    return select(NumberLookup).where(NumberLookup.district_id == staff.district_id)


def lookup_named(staff: Staff, number: UUID) -> NumberLookup:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(lookups_of(staff).where(NumberLookup.uuid == number))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no lookup of this id.")
    return found
