"""What a page costs, as the district says: for the estimates that are shown before anything is sent."""

from decimal import Decimal

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.database import db, transaction
from app.directory.models import District
from app.fax.estimate import PRICE


def save_price(staff: Staff, cents: Decimal | None) -> None:
    """Change it for the whole district, None for the usual one; what else the settings hold stays."""
    with transaction():
        district = db.session.get_one(District, staff.district_id, populate_existing=True, with_for_update=True)
        kept = {name: value for name, value in district.settings.items() if name != PRICE}
        district.settings = kept if cents is None else {**kept, PRICE: float(cents)}
        audit("fax.price_changed", district, {}, by=staff, district_id=district.id)
