"""Which of our numbers speaks with which phone.

A reply is routed by (our number, their number) alone, so a number may have only one active conversation with a phone.
The unique index `uq_participants_active_pairing` decides between two writers who chose the same number at once; the
loser takes the next one.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import case, exists, func, select
from sqlalchemy.exc import IntegrityError

from app.conversations.errors import NoFreeNumber
from app.conversations.models import Conversation, Participant
from app.core.clock import now
from app.core.database import db
from app.directory.models import ContactPoint, PhoneNumber, Purpose, School


def candidates(school: School, addresses: Collection[str]) -> list[PhoneNumber]:
    """The numbers that are free for all of `addresses`, best first.

    The school's own come first, then the district's shared ones, then other schools'; within these the school's area
    code, then the number with the fewest pairings.
    """
    taken = exists().where(
        Participant.phone_number_id == PhoneNumber.id,
        Participant.address.in_(addresses),
        Participant.pairing_deactivated_at.is_(None),
    )
    used = (
        select(func.count())
        .where(Participant.phone_number_id == PhoneNumber.id, Participant.pairing_deactivated_at.is_(None))
        .correlate(PhoneNumber)
        .scalar_subquery()
    )
    whose = case((PhoneNumber.school_id == school.id, 0), (PhoneNumber.school_id.is_(None), 1), else_=2)
    is_near = case((PhoneNumber.address.like(f"+1{school.area_code}%"), 0), else_=1) if school.area_code else whose
    return list(
        db.session.scalars(
            select(PhoneNumber)
            .where(
                PhoneNumber.district_id == school.district_id,
                PhoneNumber.purpose == Purpose.CONVERSATION,
                PhoneNumber.is_active.is_(True),
                ~taken,
            )
            .order_by(whose, is_near, used, PhoneNumber.id)
        )
    )


def pair(conversation: Conversation, point: ContactPoint, *, prefer: PhoneNumber | None = None) -> Participant:
    """Let a contact point take part, on a free number. Raises NoFreeNumber; belongs into a transaction.

    Somebody who took part before comes back, on the same number where it is still free. `prefer` comes first: the number
    that was texted, or that the rest of a group hears.
    """
    participant = _member(conversation, point)
    is_paired = participant.phone_number_id is not None and participant.pairing_deactivated_at is None
    if is_paired and participant.address == point.address:
        participant.left_at = None
        return participant
    for number in _tries(conversation, participant, point, prefer):
        if _take(participant, number, point.address):
            participant.left_at = None
            return participant
    raise NoFreeNumber(point.guardian.full_name)


def unpair(participant: Participant) -> None:
    """Let go of the number: replies to it no longer reach this conversation."""
    if participant.pairing_deactivated_at is None:
        participant.pairing_deactivated_at = now()


def active_pairing(phone_number_id: int, address: str) -> Participant | None:
    """The one conversation in which this number of ours and this phone speak."""
    return db.session.scalar(
        select(Participant).where(
            Participant.phone_number_id == phone_number_id,
            Participant.address == address,
            Participant.pairing_deactivated_at.is_(None),
        )
    )


def _member(conversation: Conversation, point: ContactPoint) -> Participant:
    found = db.session.scalar(
        select(Participant).where(Participant.conversation_id == conversation.id, Participant.contact_point_id == point.id)
    )
    if found is None:
        found = Participant(
            conversation_id=conversation.id,
            guardian_id=point.guardian_id,
            contact_point_id=point.id,
            address=point.address,
            pairing_deactivated_at=now(),
        )
        db.session.add(found)
        db.session.flush()
    return found


def _tries(conversation: Conversation, participant: Participant, point: ContactPoint, prefer: PhoneNumber | None) -> Iterator[PhoneNumber]:
    school = db.session.get_one(School, conversation.school_id)
    free = candidates(school, [point.address])
    wanted = [prefer.id if prefer else None, participant.phone_number_id]
    yield from sorted(free, key=lambda number: wanted.index(number.id) if number.id in wanted else len(wanted))


def _take(participant: Participant, number: PhoneNumber, address: str) -> bool:
    try:
        with db.session.begin_nested():
            participant.phone_number_id, participant.address = number.id, address
            participant.pairing_deactivated_at = None
            db.session.flush()
    except IntegrityError:
        db.session.refresh(participant)
        return False
    return True
