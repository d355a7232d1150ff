"""What holds for all calls of a district: which countries may be called, and whether calls may be recorded."""

from collections.abc import Sequence

import phonenumbers

from app.accounts.models import Staff
from app.accounts.service import audit
from app.calls.consent import NEVER, RULE
from app.calls.errors import NoSuchCountry
from app.calls.service.dialling import COUNTRIES
from app.core.database import db, transaction
from app.directory.models import District


def save_rules(staff: Staff, countries: Sequence[str], *, may_record: bool) -> None:
    """Change them for the whole district; what else the settings hold stays. Raises NoSuchCountry."""
    codes = sorted({code.strip().upper() for code in countries if code.strip()})
    unknown = [code for code in codes if code not in phonenumbers.SUPPORTED_REGIONS]
    if unknown:
        raise NoSuchCountry(NoSuchCountry.advice % {"codes": ", ".join(unknown)[:60]})
    with transaction():
        district = db.session.get_one(District, staff.district_id, populate_existing=True)
        settings = {name: value for name, value in district.settings.items() if name not in {COUNTRIES, RULE}}
        settings |= {COUNTRIES: codes} | ({} if may_record else {RULE: NEVER})
        district.settings = settings
        audit("calls.rules_changed", district, {"countries": ", ".join(codes) or "–"}, by=staff, district_id=district.id)
