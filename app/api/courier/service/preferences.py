"""Preferences of organizations: said, and replaced."""

from typing import Any

from app.accounts.models import Staff
from app.accounts.permissions import Permission
from app.accounts.service import audit
from app.api.courier.models import OrgPreference
from app.api.courier.permissions import need
from app.api.courier.queries.organizations import Place
from app.api.courier.queries.preferences import preference_of
from app.core.database import db, transaction
from app.directory.models import District


def set_preference(
    staff: Staff, place: Place, name: str, *, kind: str, value: str | None, value_js: dict[str, Any] | None
) -> OrgPreference:
    """Say it; what was said before is replaced. Raises Refused."""
    need(staff, Permission.MANAGE_NUMBERS)
    with transaction():
        db.session.get_one(District, place.district.id, with_for_update=True)  # two first ones would be two
        row = preference_of(place, name)
        if row is None:
            row = OrgPreference(district_id=place.district.id, school_id=place.school_id, name=name)
            db.session.add(row)
        row.kind, row.value, row.value_js = kind, value, value_js or {}
        db.session.flush()
        audit("texting.changed", place.district, {"preference": name}, by=staff, district_id=place.district.id)
    return row
