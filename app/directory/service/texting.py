"""What holds for all texts of a district: the night, what a text costs, the answer after hours."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.database import db, transaction
from app.directory.events import QuietHoursChanged
from app.directory.models import District


@dataclass(frozen=True, slots=True)
class Texting:
    """The settings; `quiet` is None where nothing is held at night."""

    quiet: tuple[time, time] | None
    cents_per_segment: Decimal | None
    cents_per_mms: Decimal | None
    cents_per_call_minute: Decimal | None
    auto_reply: bool
    guardian_link_days: int


def save_texting(staff: Staff, texting: Texting) -> District:
    """Change them for the whole district; what else the settings hold stays."""
    with transaction() as events:
        district = db.session.get_one(District, staff.district_id)
        settings = dict(district.settings)
        settings["quiet_hours"] = [f"{each:%H:%M}" for each in texting.quiet] if texting.quiet else []
        settings["auto_reply"], settings["guardian_link_days"] = texting.auto_reply, texting.guardian_link_days
        for name in ("cents_per_segment", "cents_per_mms", "cents_per_call_minute"):
            price: Decimal | None = getattr(texting, name)
            settings.pop(name, None)
            if price is not None:
                settings[name] = float(price)
        if settings["quiet_hours"] != district.settings.get("quiet_hours"):
            events.append(QuietHoursChanged(district.id))
        district.settings = settings
        audit("texting.changed", district, {"quiet_hours": "-".join(settings["quiet_hours"])}, district_id=district.id)
    return district
