"""Adults and phones that no roster brought: added by hand, kept by every later import."""

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.clock import now
from app.core.database import db, transaction
from app.core.phone_numbers import for_people
from app.core.search_text import fold
from app.directory.models import ContactHealth, ContactKind, ContactPoint, District, Guardian, Guardianship, Student
from app.directory.queries.consent import standing_opt_outs
from app.directory.service.people import AddressTaken


def add_guardian(
    staff: Staff,
    student: Student,
    *,
    given_name: str,
    family_name: str = "",
    relationship_name: str = "guardian",
    language: str | None = None,
) -> Guardian:
    """A new adult of a student, after those whom the roster names."""
    with transaction():
        district = db.session.get_one(District, student.district_id)
        given, family = given_name.strip()[:100], family_name.strip()[:100]
        guardian = Guardian(
            district_id=student.district_id,
            given_name=given,
            family_name=family,
            language=language or district.language,
            search_text=fold(f"{given} {family}"),
        )
        db.session.add(guardian)
        db.session.flush()
        priority = max((bond.priority for bond in student.guardianships), default=0) + 1
        db.session.add(
            Guardianship(
                student_id=student.id, guardian_id=guardian.id, relationship_name=relationship_name.strip().lower()[:40], priority=priority
            )
        )
        db.session.flush()
        audit("guardian.added", guardian, {"name": guardian.full_name}, by=staff)
    return guardian


def add_stranger(staff: Staff, address: str, *, name: str = "", family_name: str = "", language: str | None = None) -> ContactPoint:
    """Somebody of whom nothing is known but the phone, and perhaps a name: no record binds them to a child.

    A later match with a family is made on the page of unknown senders. Who shares the phone shares its wishes.
    """
    with transaction():
        district = db.session.get_one(District, staff.district_id)
        family = family_name.strip()[:100]
        given = name.strip()[:100] or ("" if family else for_people(address))
        stranger = Guardian(
            district_id=district.id, given_name=given, family_name=family, language=language or district.language,
            search_text=fold(f"{given} {family}"),
        )  # fmt: skip
        db.session.add(stranger)
        db.session.flush()
        audit("guardian.added", stranger, {"name": stranger.full_name}, by=staff)
        return add_phone(staff, stranger, address, is_confirmed=False)


def change_stranger(staff: Staff, point: ContactPoint, address: str, *, given_name: str, family_name: str) -> ContactPoint:
    """Another name or number for somebody whom no record binds to a child. Another number has wishes of its own. Raises AddressTaken."""
    with transaction():
        stranger = point.guardian
        if point.address != address:
            if any(known.address == address for known in stranger.contact_points):
                raise AddressTaken
            point.address, point.health, point.health_reason = address, ContactHealth.UNCONFIRMED, None
            point.opted_out_at = standing_opt_outs(stranger.district_id, [address]).get(address)
        stranger.given_name, stranger.family_name = given_name[:100], family_name[:100]
        stranger.search_text = fold(f"{given_name} {family_name}")[:300]
        db.session.flush()
        audit("guardian.changed", stranger, {"name": stranger.full_name}, by=staff)
    return point


def add_phone(staff: Staff, guardian: Guardian, address: str, *, kind: str = ContactKind.MOBILE, is_confirmed: bool = True) -> ContactPoint:
    """A phone from which a text came: it is a mobile, and it works. Of one that only called, neither is known: the caller says its kind."""
    with transaction():
        point = ContactPoint(
            district_id=guardian.district_id,
            guardian_id=guardian.id,
            kind=kind,
            address=address,
            priority=max((known.priority for known in guardian.contact_points), default=0) + 1,
            health=ContactHealth.OK if is_confirmed else ContactHealth.UNCONFIRMED,
            health_at=now() if is_confirmed else None,
            opted_out_at=standing_opt_outs(guardian.district_id, [address]).get(address),
        )
        db.session.add(point)
        db.session.flush()
        db.session.refresh(guardian, ["contact_points"])
        audit("contact_point.saved", point, {"name": guardian.full_name, "kind": point.kind}, by=staff)
    return point


def calls_came_from(staff: Staff, point: ContactPoint) -> None:
    """A number that was given up has called: it is the guardian's still."""
    with transaction():
        point.is_active = True
        audit("contact_point.restored", point, {"kind": point.kind}, by=staff)


def texts_came_from(staff: Staff, point: ContactPoint) -> None:
    """A number that was given up for texts has sent one: it is the guardian's, and it works."""
    with transaction():
        point.is_active, point.health, point.health_reason, point.health_at = True, ContactHealth.OK, None, now()
        if point.kind == ContactKind.LANDLINE:
            point.kind = ContactKind.MOBILE
        audit("contact_point.restored", point, {"kind": point.kind}, by=staff)
