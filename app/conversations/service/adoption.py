"""Answers to what another room sent: texts to a number without a pairing that still belong to somebody.

A room that writes to many, such as announcements, says whose conversation an answer is. It goes on over a number of conversations,
so that the next words of both find their way by the pairing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.carrier.models import InboundText
from app.conversations.errors import NoFreeNumber
from app.conversations.models import BlockedSender, Participant
from app.conversations.service import keyword_replies, lines
from app.core.database import db
from app.directory.models import ContactPoint, PhoneNumber, School


@dataclass(frozen=True, slots=True)
class Belonging:
    """Whose an answer is: which school's, whose phone, and which member of staff wrote; None for the school's office line."""

    school: School
    point: ContactPoint
    owner_id: int | None


Knower = Callable[[InboundText, PhoneNumber], Belonging | None]
_knowers: list[Knower] = []


def register(knower: Knower) -> None:
    """Ask this room about texts that no pairing claims. Called from its init_app."""
    if knower not in _knowers:
        _knowers.append(knower)


def adopt(inbound: InboundText, number: PhoneNumber) -> Participant | None:
    """The guardian's place in the conversation that the text belongs to, made if there is none yet; None if it is nobody's.

    A lone STOP, START or HELP is obeyed without a conversation, and who is blocked does not begin one. Belongs into a transaction.
    """
    if db.session.get(BlockedSender, (inbound.district_id, inbound.sender)) is not None:
        return None
    if keyword_replies.understand(inbound, number) is not None:
        return None
    found = next((belonging for knower in _knowers if (belonging := knower(inbound, number)) is not None), None)
    if found is None:
        return None
    try:
        return lines.direct_line(found.school, found.point, owner_id=found.owner_id)[1]
    except NoFreeNumber:
        return None
