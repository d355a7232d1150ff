"""Questions whether texts are welcome, and whom they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, or_, select

from app.accounts.models import Staff
from app.api.courier.models import ConsentRequest, ConsentState
from app.api.courier.queries.organizations import ids_of
from app.api.refusals import Refused, Why
from app.conversations.models import Message, MessageStatus
from app.core.database import db
from app.directory.models import ContactPoint, Guardian
from app.directory.queries.reach import guardian_is_visible_to

LEAVING = (MessageStatus.PENDING, MessageStatus.PROCESSING)
LEFT = (MessageStatus.SENDING, MessageStatus.SENT, MessageStatus.DELIVERED)
ALIVE = LEAVING + LEFT
"""Of a question that asks somebody, or will."""


@dataclass(frozen=True, slots=True)
class ShownRequest:
    """A question with what its document shows."""

    row: ConsentRequest
    organization: str
    guardian: UUID
    point: UUID
    state: str


def requests_visible_to(staff: Staff) -> Select[ConsentRequest]:
    """About guardians whom the caller sees."""
    return (
        select(ConsentRequest)
        .join(Guardian, Guardian.id == ConsentRequest.guardian_id)
        .where(ConsentRequest.district_id == staff.district_id, guardian_is_visible_to(staff))
    )


def request_named(staff: Staff, number: UUID) -> ConsentRequest:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(requests_visible_to(staff).where(ConsentRequest.uuid == number))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no consent of this id.")
    return found


def requests_shown(staff: Staff, rows: Sequence[ConsentRequest]) -> list[ShownRequest]:
    """In their order, in four queries."""
    homes = ids_of(staff, {row.school_id for row in rows})
    people = dict(db.session.execute(select(Guardian.id, Guardian.uuid).where(Guardian.id.in_({row.guardian_id for row in rows}))).all())
    wanted = {row.contact_point_id for row in rows}
    points = dict(db.session.execute(select(ContactPoint.id, ContactPoint.uuid).where(ContactPoint.id.in_(wanted))).all())
    asking = _asking(rows)
    return [
        ShownRequest(row, homes[row.school_id], people[row.guardian_id], points[row.contact_point_id], asking.get(row.id, row.state))
        for row in rows
    ]


def _asking(rows: Sequence[ConsentRequest]) -> dict[int, str]:
    """How far those are of which no answer came: a text that was called off, or failed, asks nobody. Tried again, it does."""
    open_ones = [row for row in rows if row.state == ConsentState.PENDING and row.message_id is not None]
    alive = set(
        db.session.scalars(select(Message.id).where(Message.id.in_({row.message_id for row in open_ones}), Message.status.in_(ALIVE)))
    )
    return {row.id: ConsentState.PENDING if row.message_id in alive else ConsentState.EXPIRED for row in open_ones}


def guardian_named(staff: Staff, number: str) -> Guardian:
    """Whom a user id means: a guardian, or one of their phones. Raises Refused: UNKNOWN."""
    wanted = select(Guardian).where(guardian_is_visible_to(staff))
    by_point = select(ContactPoint.guardian_id).where(ContactPoint.uuid == UUID(number), ContactPoint.district_id == staff.district_id)
    found = db.session.scalar(wanted.where(or_(Guardian.uuid == UUID(number), Guardian.id.in_(by_point))))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no user of this id who can be asked.", field="body/data/attributes/user-id")
    return found
