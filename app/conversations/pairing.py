"""Which of our numbers speaks with which phone.

A reply is routed by (our number, their number) alone, so a number may have only one active conversation with a phone.
The unique index `uq_participants_active_pairing` decides between two writers who chose the same number at once; the
loser takes the next one. However many are paired at once, it takes a fixed number of statements.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import case, func, select
from sqlalchemy.exc import IntegrityError

from app.conversations.errors import NoFreeNumber
from app.conversations.models import Conversation, Participant
from app.conversations.signed import whose
from app.core import rows
from app.core.clock import now
from app.core.database import db
from app.directory.models import ContactPoint, PhoneNumber, Purpose, School

TRIES = 10
"""As often others may take the chosen numbers at the same moment."""
Place = tuple[Conversation, ContactPoint]


@dataclass(slots=True)
class _Number:
    """One of ours, by how well it suits the school."""

    number: PhoneNumber
    whose: int
    """0 the school's own, 1 shared by the district, 2 another school's."""
    is_far: int
    used: int

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Best first: then the school's area code, then the fewest pairings."""
        return self.whose, self.is_far, self.used, self.number.id


@dataclass(slots=True)
class _Board:
    """The numbers of a school, and which of them speak with some phones already."""

    numbers: list[_Number]
    taken: dict[str, set[int | None]] = field(default_factory=dict)

    def free_for(self, address: str) -> list[_Number]:
        """Those that could speak with a phone, best first."""
        taken = self.taken.get(address, set())
        return sorted((each for each in self.numbers if each.number.id not in taken), key=lambda each: each.rank)

    def take(self, chosen: _Number, address: str) -> None:
        """One that is chosen is no longer free for the next."""
        chosen.used += 1
        self.taken.setdefault(address, set()).add(chosen.number.id)


def number_for_all(school: School, addresses: Collection[str]) -> PhoneNumber | None:
    """The best number that is free for all of `addresses`."""
    board = _board(school, addresses)
    common = [each for each in board.numbers if not any(each.number.id in taken for taken in board.taken.values())]
    return min(common, key=lambda each: each.rank).number if common else None


def pair(conversation: Conversation, point: ContactPoint) -> Participant:
    """Let a contact point take part, on a free number. Raises as `pair_all`."""
    (participant,) = pair_all(db.session.get_one(School, conversation.school_id), [(conversation, point)])
    return participant


def pair_all(school: School, places: Sequence[Place], *, prefer: PhoneNumber | None = None) -> list[Participant]:
    """Let contact points take part in conversations of a school, on free numbers. Raises NoFreeNumber; belongs into a transaction.

    Somebody who took part before comes back, on the same number where it is still free. `prefer` comes first: the number
    that was texted, or that the rest of a group hears.
    """
    members = _members(places)
    waiting = [
        (member, point)
        for member, (_conversation, point) in zip(members, places, strict=True)
        if member.phone_number_id is None or member.pairing_deactivated_at is not None or member.address != point.address
    ]
    for _try in range(TRIES):
        if _take(school, waiting, prefer):
            break
    else:
        raise NoFreeNumber(whose(waiting[0][1]))
    for member in members:
        member.left_at = None
    db.session.flush()
    return members


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


def _members(places: Sequence[Place]) -> list[Participant]:
    known = {
        (member.conversation_id, member.contact_point_id): member
        for member in db.session.scalars(
            select(Participant).where(
                Participant.conversation_id.in_({conversation.id for conversation, _point in places}),
                Participant.contact_point_id.in_({point.id for _conversation, point in places}),
            )
        )
    }
    fresh = [
        {
            "conversation_id": conversation.id,
            "guardian_id": point.guardian_id,
            "contact_point_id": point.id,
            "address": point.address,
            "pairing_deactivated_at": now(),
        }
        for conversation, point in places
        if (conversation.id, point.id) not in known
    ]
    db.session.flush()
    known |= {(member.conversation_id, member.contact_point_id): member for member in rows.added_all(Participant, fresh)}
    return [known[conversation.id, point.id] for conversation, point in places]


def _take(school: School, waiting: Sequence[tuple[Participant, ContactPoint]], prefer: PhoneNumber | None) -> bool:
    """Choose a number for each and write it down; False when somebody was faster with one of them."""
    if not waiting:
        return True
    board = _board(school, {point.address for _member, point in waiting})
    chosen = []
    for member, point in waiting:
        free = board.free_for(point.address)
        if not free:
            raise NoFreeNumber(whose(point))
        wanted = [prefer.id if prefer else None, member.phone_number_id]
        best = min(free, key=lambda each: wanted.index(each.number.id) if each.number.id in wanted else len(wanted))
        board.take(best, point.address)
        chosen.append(best.number)
    try:
        with db.session.begin_nested():
            for (member, point), number in zip(waiting, chosen, strict=True):
                member.phone_number_id, member.address = number.id, point.address
                member.pairing_deactivated_at = None
            db.session.flush()
    except IntegrityError:
        for member, _point in waiting:
            db.session.refresh(member)
        return False
    return True


def _board(school: School, addresses: Collection[str]) -> _Board:
    used = (
        select(func.count())
        .where(Participant.phone_number_id == PhoneNumber.id, Participant.pairing_deactivated_at.is_(None))
        .correlate(PhoneNumber)
        .scalar_subquery()
    )
    whose = case((PhoneNumber.school_id == school.id, 0), (PhoneNumber.school_id.is_(None), 1), else_=2)
    is_far = case((PhoneNumber.address.like(f"+1{school.area_code}%"), 0), else_=1) if school.area_code else whose
    numbers = db.session.execute(
        select(PhoneNumber, whose, is_far, used).where(
            PhoneNumber.district_id == school.district_id,
            PhoneNumber.purpose == Purpose.CONVERSATION,
            PhoneNumber.is_active.is_(True),
        )
    )
    board = _Board([_Number(*row) for row in numbers])
    for number, address in db.session.execute(
        select(Participant.phone_number_id, Participant.address).where(
            Participant.address.in_(addresses), Participant.phone_number_id.is_not(None), Participant.pairing_deactivated_at.is_(None)
        )
    ):
        board.taken.setdefault(address or "", set()).add(number)
    return board
