"""Change what is known of adults, their numbers, and what binds them to children. Each change leaves an audit line."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core import phone_numbers
from app.core.database import db, transaction
from app.core.errors import HomeroomError
from app.core.search_text import fold
from app.directory.events import PersonChanged
from app.directory.models import ContactHealth, ContactKind, ContactPoint, Guardian, Guardianship
from app.directory.queries.consent import standing_opt_outs
from app.directory.queries.reach import contact_point_visible_to, guardian_visible_to, guardianship_visible_to


class AddressTaken(HomeroomError):
    """The same address stands with this adult already."""

    code = "address_taken"
    advice = _l("This adult has that number or email already. Change the one that is there.")


class NotAnEmail(HomeroomError):
    """What was written is no email."""

    code = "not_an_email"
    advice = _l("That is not an email address. It needs a name, an @ and a domain, such as rosa@example.org.")


@dataclass(frozen=True, slots=True)
class GuardianData:
    """What staff can change of an adult."""

    given_name: str
    family_name: str
    language: str
    postal_code: str | None
    note: str | None


def change_guardian(staff: Staff, guardian_id: int, data: GuardianData) -> Guardian:
    """Keep an adult's data up to date."""
    with transaction() as events:
        guardian = guardian_visible_to(staff, guardian_id)
        before = (guardian.given_name, guardian.family_name, guardian.language, guardian.postal_code, guardian.note)
        if before == (data.given_name, data.family_name, data.language, data.postal_code, data.note):
            return guardian
        guardian.given_name, guardian.family_name, guardian.language = data.given_name, data.family_name, data.language
        guardian.postal_code, guardian.note = data.postal_code, data.note
        guardian.search_text = fold(f"{data.given_name} {data.family_name}")[:300]
        audit("guardian.changed", guardian, {"name": guardian.full_name})
        events.append(PersonChanged(staff.district_id, guardian.id))
    return guardian


def save_contact_point(
    staff: Staff, guardian_id: int, point_id: int | None, *, address: str, kind: str, label: str | None, priority: int
) -> ContactPoint:
    """Add an address to an adult, or change one. Raises UnusablePhoneNumber, NotAnEmail or AddressTaken.

    Another address is another line with a wish of its own, as far as the ledger knows it: what was learned of the old one does
    not hold for it.
    """
    clean = _email(address) if kind == ContactKind.EMAIL else phone_numbers.parse(address)
    with transaction() as events:
        guardian = guardian_visible_to(staff, guardian_id)
        twin = db.session.scalar(select(ContactPoint).where(ContactPoint.guardian_id == guardian.id, ContactPoint.address == clean))
        point = contact_point_visible_to(staff, point_id) if point_id is not None else twin
        if point is None:
            wish = standing_opt_outs(guardian.district_id, [clean]).get(clean)
            point = ContactPoint(district_id=guardian.district_id, guardian_id=guardian.id, address=clean, kind=kind, opted_out_at=wish)
            db.session.add(point)
        elif twin is not None and (twin.id != point.id or (point_id is None and twin.is_active)):
            raise AddressTaken
        if point.address != clean:
            point.health, point.health_reason = ContactHealth.UNCONFIRMED, None
            point.opted_out_at = standing_opt_outs(guardian.district_id, [clean]).get(clean)
        point.address, point.kind, point.label, point.priority, point.is_active = clean, kind, label, priority, True
        db.session.flush()
        audit("contact_point.saved", point, {"name": guardian.full_name, "kind": kind})
        events.append(PersonChanged(staff.district_id, guardian.id))
    return point


def set_contact_point_active(staff: Staff, point_id: int, *, active: bool) -> ContactPoint:
    """Take an address out of use, or back. What was said through it stays."""
    with transaction() as events:
        point = contact_point_visible_to(staff, point_id)
        point.is_active = active
        audit("contact_point.restored" if active else "contact_point.retired", point, {"kind": point.kind})
        events.append(PersonChanged(staff.district_id, point.guardian_id))
    return point


def change_guardianship(
    staff: Staff, guardianship_id: int, *, relationship_name: str, priority: int, may_contact: bool, lives_with: bool
) -> Guardianship:
    """Say what an adult is to a child, and whether the adult may be contacted about it."""
    with transaction() as events:
        bond = guardianship_visible_to(staff, guardianship_id)
        bond.relationship_name, bond.priority, bond.may_contact, bond.lives_with = relationship_name, priority, may_contact, lives_with
        audit("guardianship.changed", bond, {"may_contact": may_contact}, district_id=staff.district_id)
        events.append(PersonChanged(staff.district_id, bond.guardian_id))
    return bond


def _email(text: str) -> str:
    address = text.strip().lower()
    name, at, domain = address.partition("@")
    if not (name and at and "." in domain) or any(character.isspace() for character in address):
        raise NotAnEmail
    return address
