"""Forgetting an adult: who left the roster, and of whom nothing has to be kept."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.core.database import db, open_events
from app.core.errors import Conflict, NotVisible
from app.directory.events import GuardianErased, PersonChanged
from app.directory.models import Guardian, Guardianship, Student

ERASED = "–"
GONE = "erased-"
"""In the place of an address, with the number of its row."""


class StillOnRecord(Conflict):
    """The records of a child who is at school name this adult."""

    code = "still_on_record"
    advice = _l("This adult stands in the record of a child who is at school. Take them off the roster first; then they can be erased.")


def hold_for_erasing(staff: Staff, guardian_id: int) -> Guardian:
    """An adult of the district whom no child at school needs, and nobody else's until the commit. Raises NotVisible, StillOnRecord.

    Who brings the roster sees also those whom it lets go.
    """
    ours = select(Guardian).where(Guardian.id == guardian_id, Guardian.district_id == staff.district_id).with_for_update()
    guardian = db.session.scalar(ours.execution_options(populate_existing=True))
    if guardian is None or not role_allows(staff.role, Permission.IMPORT_ROSTER):
        raise NotVisible
    bound = exists().where(
        Guardianship.guardian_id == guardian_id, Guardianship.is_active.is_(True), Student.id == Guardianship.student_id,
        Student.is_active.is_(True),
    )  # fmt: skip
    if db.session.scalar(select(bound)):
        raise StillOnRecord
    return guardian


def put_away(staff: Staff, guardian: Guardian) -> None:
    """Nobody writes to them any more; what is known of them stays. Belongs into a transaction."""
    _retire(guardian)
    audit("guardian.retired", guardian, {"name": guardian.full_name}, by=staff)


def erase(staff: Staff, guardian: Guardian) -> None:
    """Names, numbers and notes are gone for good. What an address wished stays in the ledger, or it would be written to again.

    Belongs into a transaction.
    """
    _retire(guardian)
    points = [point for point in guardian.contact_points if not point.address.startswith(GONE)]
    numbers, addresses = tuple(point.id for point in points), tuple(point.address for point in points)
    open_events().append(GuardianErased(guardian.district_id, guardian.id, numbers, addresses))
    guardian.given_name, guardian.family_name, guardian.search_text = ERASED, "", ""
    guardian.note = guardian.postal_code = guardian.time_zone = guardian.source_id = None
    for point in guardian.contact_points:
        point.address, point.label, point.source_id, point.health_reason = f"{GONE}{point.id}", None, None, None
        point.opted_out_at = point.language = point.time_zone = None
    for bond in guardian.guardianships:
        bond.is_active, bond.may_contact = False, False
    db.session.flush()
    audit("guardian.erased", guardian, {}, by=staff)


def _retire(guardian: Guardian) -> None:
    guardian.is_active = False
    for point in guardian.contact_points:
        point.is_active = False
    db.session.flush()
    open_events().append(PersonChanged(guardian.district_id, guardian.id))
