"""Answers to what another room sent: texts to a number without a pairing that still belong to somebody.

A room that writes to many, such as announcements, says whose conversation an answer is. It goes on over a number of conversations,
so that the next words of both find their way by the pairing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
    answers: dict[str, Any]
    """What it answers, for the thread: `id` and `title` of the thing that was sent."""


Knower = Callable[[InboundText, PhoneNumber], Belonging | None]
_knowers: list[Knower] = []


def register(knower: Knower) -> None:
    """Ask this room about texts that no pairing claims. Called from its init_app."""
    if knower not in _knowers:
        _knowers.append(knower)


def adopt(inbound: InboundText, number: PhoneNumber) -> tuple[Participant | None, dict[str, Any] | None]:
    """The guardian's place in the conversation that the text belongs to, made if there is none yet, and what it answers.

    No place if it is nobody's.

    A lone STOP, START or HELP is obeyed without a conversation, and who is blocked does not begin one. Belongs into a transaction.
    """
    if db.session.get(BlockedSender, (inbound.district_id, inbound.sender)) is not None:
        return None, None
    if keyword_replies.understand(inbound, number) is not None:
        return None, None
    found = next((belonging for knower in _knowers if (belonging := knower(inbound, number)) is not None), None)
    if found is None:
        return None, None
    try:
        return lines.direct_line(found.school, found.point, owner_id=found.owner_id)[1], found.answers
    except NoFreeNumber:
        return None, None
