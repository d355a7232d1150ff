"""One's own settings."""

from dataclasses import asdict, dataclass
from typing import Any

from app.accounts.events import ReadingMadePrivate
from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.core.database import db, transaction


@dataclass(frozen=True, slots=True)
class Profile:
    """What people decide about themselves. The fields are named as in the table."""

    formal_name: str | None
    phone: str | None
    """E.164."""
    language: str
    theme: str
    single_key_shortcuts: bool
    enter_sends: bool
    private_receipts: bool
    office_hours: dict[str, Any] | None


def change_profile(staff: Staff, profile: Profile) -> list[str]:
    """Keep the profile of whoever asks. Returns the names of the fields that changed; without any, nothing is written."""
    with transaction() as events:
        person = db.session.get_one(Staff, staff.id, populate_existing=True)
        changed = [name for name, value in asdict(profile).items() if getattr(person, name) != value]
        for name in changed:
            setattr(person, name, getattr(profile, name))
        if "private_receipts" in changed and profile.private_receipts:
            events.append(ReadingMadePrivate(person.id))
        if changed:
            audit("staff.profile_changed", person, {"fields": changed}, by=person)
    return changed
