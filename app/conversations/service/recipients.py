"""Who of a conversation gets what is written now, and why somebody cannot."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from app.conversations.errors import (
    CannotReceiveTexts,
    ContactNotPermitted,
    RecipientOptedOut,
)
from app.conversations.models import Conversation, ConversationKind, Participant
from app.conversations.queries_reach import other_guardians, other_ways_to
from app.conversations.service import consent
from app.core.database import db
from app.core.errors import HomeroomError
from app.core.phone_numbers import for_people
from app.directory.models import (
    ContactHealth,
    ContactKind,
    ContactPoint,
    Guardian,
    PhoneNumber,
)
from app.directory.queries import may_be_contacted


@dataclass(frozen=True, slots=True)
class Recipient:
    """One guardian of a conversation, at the address that is written to. EACH groups have no number of their own."""

    participant: Participant
    point: ContactPoint
    guardian: Guardian
    number: PhoneNumber | None

    @property
    def language(self) -> str:
        """What this person reads."""
        return self.point.language or self.guardian.language


def recipients_of(conversation: Conversation) -> list[Recipient]:
    """Every guardian who takes part now."""
    rows = db.session.execute(
        select(Participant, ContactPoint, Guardian, PhoneNumber)
        .join(ContactPoint, ContactPoint.id == Participant.contact_point_id)
        .join(Guardian, Guardian.id == ContactPoint.guardian_id)
        .outerjoin(PhoneNumber, PhoneNumber.id == Participant.phone_number_id)
        .where(Participant.conversation_id == conversation.id, Participant.left_at.is_(None))
        .order_by(Participant.id)
    )
    return [Recipient(*row) for row in rows]


def refusal(conversation: Conversation, recipient: Recipient) -> HomeroomError | None:
    """Why a text to this recipient must not or cannot be sent; None when nothing speaks against it."""
    reason = refusal_of_point(recipient.point, recipient.number)
    if reason is not None or conversation.kind == ConversationKind.EACH:
        return reason
    if recipient.number is None or recipient.participant.pairing_deactivated_at is not None:
        name = recipient.guardian.full_name
        return CannotReceiveTexts(_("%(name)s no longer takes part here. Add them again, or begin a new conversation.", name=name))
    return None


def refusal_of_point(point: ContactPoint, number: PhoneNumber | None) -> HomeroomError | None:
    """The same for an address that is in no conversation yet."""
    guardian = point.guardian
    if not may_be_contacted(guardian.id):
        return ContactNotPermitted(guardian.full_name)
    if why := why_no_texts(point):
        return CannotReceiveTexts(f"{why} {alternatives(point)}".strip())
    if consent.has_opted_out(point, number):
        return RecipientOptedOut(guardian.full_name, _others(guardian))
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
    """The next best ways to the same family, as a sentence; empty when there are none."""
    numbers = [for_people(other.address) for other in other_ways_to(point.guardian, except_point_id=point.id)]
    if numbers:
        name = point.guardian.full_name
        return str(_("You can text %(number)s of %(name)s instead.", number=numbers[0], name=name))
    return _others(point.guardian)


def _others(guardian: Guardian) -> str:
    names = [other.full_name for other in other_guardians(guardian.id) if other_ways_to(other, except_point_id=None)]
    return str(_("You can text %(name)s instead.", name=names[0])) if names else ""
