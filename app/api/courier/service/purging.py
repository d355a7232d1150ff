"""Erasing what is held about one person: narrowly, in one commit over all rooms, and as a line of the audit log.

Only adults who have left the roster, and nobody while a legal hold keeps the district's papers. Announcements said the same to many:
their words stay, the address goes. Faxes have a retention of their own.
"""

from sqlalchemy import select

from app.accounts.models import Staff
from app.announcements.service.forgetting import erase_guardian as erase_announced
from app.api.courier.queries.people import individual
from app.api.refusals import Refused, Why
from app.calls.service.erasing import erase_guardian as erase_calls
from app.conversations.service.erasing import erase_guardian as erase_threads
from app.core.database import db, transaction
from app.core.ids import uuid_or_none
from app.delivery import service as delivery
from app.directory.models import Guardian
from app.directory.service import erasing as directory
from app.fax.models import LeftoverKind
from app.fax.queries_retention import retention_of
from app.fax.service import leftovers
from app.voicemail.service.erasing import erase_guardian as erase_voicemails

FIELD = "body/data/attributes/entity-id"


def purge(staff: Staff, entity_id: str, *, archive: bool) -> None:
    """Erase a guardian, or (`archive`) take them out of use. Raises Refused, NotVisible, StillOnRecord, CallGoesOn."""
    number = uuid_or_none(entity_id)
    if number is None:
        raise Refused(Why.UNKNOWN, "There is no individual of this id.", field=FIELD)
    person = db.session.scalar(select(Guardian).where(Guardian.uuid == number, Guardian.district_id == staff.district_id))
    if person is None:
        individual(staff, number)
        advice = "Only guardians are erased here. Students and staff come from the roster, which says when they have left."
        raise Refused(Why.RULE, advice, field=FIELD, code="not_a_guardian")
    if retention_of(staff.district_id).is_held:
        raise Refused(Why.STATE, "A legal hold keeps the papers of the district. A district admin ends it.", code="legal_hold")
    with transaction():
        guardian = directory.hold_for_erasing(staff, person.id)
        if archive:
            directory.put_away(staff, guardian)
            return
        points = [point.id for point in guardian.contact_points]
        keys = [*erase_threads(guardian.id), *erase_calls(guardian.id)]
        erase_voicemails(guardian.id)
        erase_announced(points)
        delivery.forget_addresses(points)
        db.session.refresh(guardian, ["contact_points", "guardianships"])
        directory.erase(staff, guardian)
        leftovers.leave(LeftoverKind.FILE, keys)  # deleted by the house's own tidying, again and again until they are gone
