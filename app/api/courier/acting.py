"""In whose name a caller acts: `individual-id`, when an account stands for several people.

A key of one person acts as that person alone. Another system may act as any colleague within its own scope who may do no more than
itself, so that naming somebody never opens what the key does not. Nobody acts as another system.
"""

from uuid import UUID

from sqlalchemy import select

from app.accounts import authority
from app.accounts.models import BearerType, Role, Staff, StaffStatus, are_people
from app.accounts.permissions import PERMISSIONS
from app.api.asked import Asked
from app.api.courier.jsonapi import id_or_none
from app.api.refusals import Refused, Why
from app.core.database import db
from app.core.errors import NotVisible


def acting(asked: Asked, individual_id: object = None) -> Staff:
    """Who acts: whom the query or `individual_id` (from a body) names, else the caller's own row. Raises Refused, NotVisible."""
    named = id_or_none(individual_id if individual_id is not None else asked.query.get("individual-id"))
    own = asked.caller.staff
    if named is None or named == own.uuid:
        return _present(own.uuid, own)
    colleague = db.session.scalar(
        select(Staff).where(Staff.uuid == named, Staff.district_id == own.district_id, are_people(), authority.in_scope_of(own))
    )
    if colleague is None or colleague.status != StaffStatus.ACTIVE:
        raise NotVisible
    if asked.caller.bearer.type == BearerType.USER or not _is_within(colleague, own):
        raise Refused(
            Why.NOT_ALLOWED,
            "This key cannot act in that person's name. Use a key of that person, or of an application with the same rights.",
            code="individual_not_allowed",
            field="individual-id",
        )
    return colleague


def acting_as_owner(asked: Asked, staff_id: int) -> Staff:
    """Whoever owns a row that was named by its id, if the caller may act as them. Raises NotVisible."""
    try:
        return acting(asked, db.session.get_one(Staff, staff_id).uuid)
    except Refused as error:
        raise NotVisible from error


def _is_within(colleague: Staff, own: Staff) -> bool:
    """Whether somebody may do and sees no more than the other."""
    sees_all = own.role == Role.DISTRICT_ADMIN or set(colleague.school_ids) <= set(own.school_ids)
    return sees_all and PERMISSIONS[colleague.role] <= PERMISSIONS[own.role]


def _present(uuid: UUID, known: Staff) -> Staff:
    """The caller's row in this request's session: services change and read what hangs on it."""
    return db.session.scalar(select(Staff).where(Staff.uuid == uuid)) or known
