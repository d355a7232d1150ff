"""Who of a conversation gets what is written now, and why somebody cannot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func, select

from app.accounts.behind import may_hear_names
from app.carrier.error_codes import HouseCode
from app.conversations.errors import (
    CannotReceiveTexts,
    ContactNotPermitted,
    RecipientOptedOut,
)
from app.conversations.models import Conversation, ConversationKind, Participant
from app.conversations.queries_reach import other_guardians, other_ways_to
from app.conversations.queries_thread import HAS_WRITTEN
from app.conversations.service import consent
from app.conversations.signed import whose
from app.core import rows
from app.core.database import db
from app.core.errors import HomeroomError
from app.core.phone_numbers import for_people
from app.core.prepared import Prepared
from app.delivery import queries as delivery
from app.delivery.queries import Passport
from app.directory import stop_words
from app.directory.models import (
    ConsentKind,
    ContactHealth,
    ContactKind,
    ContactPoint,
    Guardian,
    PhoneNumber,
)
from app.directory.queries import is_off_limits, may_be_contacted, newest_wish
from app.directory.queries.stops import stops_of


@dataclass(frozen=True, slots=True)
class Recipient:
    """One guardian of a conversation, at the address that is written to. EACH groups have no number of their own."""

    participant: Participant
    point: ContactPoint
    guardian: Guardian
    number: PhoneNumber | None
    """Ours that a text leaves from."""
    passport: Passport | None = None
    """What the gate of the outbox asks, if it was read together with the rest."""
    has_opted_out: bool | None = None
    """Whether a text to the contact point would go against somebody's wish; None when nobody asked."""

    @property
    def language(self) -> str:
        """What this person reads."""
        return self.point.language or self.guardian.language


PEOPLE: tuple[Any, ...] = (
    *rows.columns(Participant), *rows.columns(ContactPoint), *rows.columns(Guardian), *rows.columns(PhoneNumber),
    is_off_limits().label("is_off_limits"),
    newest_wish(ContactPoint.district_id, ContactPoint.address).label("wish_of_point"),
    newest_wish(PhoneNumber.district_id, Participant.address).label("wish_of_address"),
    HAS_WRITTEN.label("has_written"),
    *delivery.SENDER_COLUMNS,
)  # fmt: skip
"""What `recipient_of` reads, of a participant and of what `around_participant` joins to it."""
_POINT, _GUARDIAN, _NUMBER, _REST = accumulate(len(rows.columns(kind)) for kind in (Participant, ContactPoint, Guardian, PhoneNumber))


def around_participant(statement: Select[Any]) -> Select[Any]:
    """Join the guardian's side of a participant. Outer joins: a statement may read conversations that nobody hears."""
    people = (
        statement.outerjoin(ContactPoint, ContactPoint.id == Participant.contact_point_id)
        .outerjoin(Guardian, Guardian.id == ContactPoint.guardian_id)
        .outerjoin(PhoneNumber, PhoneNumber.id == func.coalesce(Participant.answers_from_id, Participant.phone_number_id))
    )
    return delivery.around_number(people)


def recipient_of(row: Sequence[Any]) -> Recipient:
    """A guardian out of such a row."""
    participant = rows.loaded(Participant, row[:_POINT])
    point = rows.loaded(ContactPoint, row[_POINT:_GUARDIAN])
    guardian = rows.loaded(Guardian, row[_GUARDIAN:_NUMBER])
    number = rows.loaded(PhoneNumber, row[_NUMBER:_REST]) if row[_NUMBER] is not None else None
    off_limits, wish_of_point, wish_of_address, has_written, *of_sender = row[_REST:]
    sender = delivery.sender_of(of_sender) if number is not None else None
    has_refused = ConsentKind.OPTED_OUT in ({wish_of_address} if participant.address else {wish_of_point})
    forbidden = HouseCode.NOT_PERMITTED if off_limits else None
    passport = Passport(sender, point.time_zone or guardian.time_zone, guardian.postal_code, forbidden, has_refused)
    may_answer = number is not None and has_written and wish_of_point != ConsentKind.OPTED_OUT
    has_opted_out = not may_answer and (point.opted_out_at is not None or (number is not None and wish_of_point == ConsentKind.OPTED_OUT))
    return Recipient(participant, point, guardian, number, passport, has_opted_out)


_HEARING = Prepared(
    around_participant(select(*PEOPLE).select_from(Participant))
    .where(Participant.conversation_id == bindparam("id"), Participant.left_at.is_(None), Participant.contact_point_id.is_not(None))
    .order_by(Participant.id)
)


def recipients_of(conversation: Conversation) -> list[Recipient]:
    """Every guardian who takes part now."""
    db.session.flush()
    return [recipient_of(_HEARING.read(row)) for row in _HEARING.rows({"id": conversation.id})]


def refusal(conversation: Conversation, recipient: Recipient) -> HomeroomError | None:
    """Why a text to this recipient must not or cannot be sent; None when nothing speaks against it."""
    reason = _refusal(recipient)
    if reason is not None or conversation.kind == ConversationKind.EACH:
        return reason
    if recipient.number is None or recipient.participant.pairing_deactivated_at is not None:
        name = whose(recipient.point)
        return CannotReceiveTexts(_("%(name)s no longer takes part here. Add them again, or begin a new conversation.", name=name))
    return None


def _refusal(recipient: Recipient) -> HomeroomError | None:
    passport, point = recipient.passport, recipient.point
    if passport is None or recipient.has_opted_out is None:
        return refusal_of_point(point, recipient.number)
    off_limits, stopped = passport.forbidden is not None, bool(recipient.has_opted_out)
    return _why_not(point, recipient.number, is_off_limits=off_limits, has_opted_out=lambda: stopped)


def refusal_of_point(point: ContactPoint, number: PhoneNumber | None) -> HomeroomError | None:
    """The same for an address that is in no conversation yet."""
    forbidden = not may_be_contacted(point.guardian_id)
    return _why_not(point, number, is_off_limits=forbidden, has_opted_out=lambda: consent.has_opted_out(point, number))


def _why_not(
    point: ContactPoint, number: PhoneNumber | None, *, is_off_limits: bool, has_opted_out: Callable[[], bool]
) -> HomeroomError | None:
    if is_off_limits:
        return ContactNotPermitted(whose(point))
    if why := why_no_texts(point):
        return CannotReceiveTexts(f"{why} {alternatives(point)}".strip())
    if has_opted_out():
        name, stops = whose(point), stops_of(point.district_id, [point.address]).get(point.address)
        said = stop_words.refusal(name, stops, for_people(number.address) if number else "") if stops else ""
        return RecipientOptedOut(name, _others(point.guardian), said)
    return None


def why_no_texts(point: ContactPoint) -> str | None:
    """What is wrong with an address as a place for texts, in words; None when nothing is."""
    if point.takes_texts:
        return None
    shown = for_people(point.address)
    if point.kind == ContactKind.LANDLINE:
        return str(_("%(number)s is a landline. It can't get texts, but a voice message will reach it.", number=shown))
    if point.kind == ContactKind.EMAIL:
        return str(_("%(address)s is an email address. It can't get texts.", address=point.address))
    if point.health == ContactHealth.DEAD:
        return str(_("%(number)s is not in use any more. Ask the family for the new number.", number=shown))
    if point.health == ContactHealth.WRONG:
        return str(_("%(number)s belongs to somebody else. Ask the family for the right number.", number=shown))
    return str(_("%(number)s is no longer on the family's record.", number=shown))


def alternatives(point: ContactPoint) -> str:
    """The next best ways to the same family, as a sentence; empty when there are none, or when who asks may not know them."""
    if not may_hear_names():
        return ""
    numbers = [for_people(other.address) for other in other_ways_to(point.guardian, except_point_id=point.id)]
    if numbers:
        name = point.guardian.full_name
        return str(_("You can text %(number)s of %(name)s instead.", number=numbers[0], name=name))
    return _others(point.guardian)


def _others(guardian: Guardian) -> str:
    if not may_hear_names():
        return ""
    names = [other.full_name for other in other_guardians(guardian.id) if other_ways_to(other, except_point_id=None)]
    return str(_("You can text %(name)s instead.", name=names[0])) if names else ""
