"""Texts that answer what another room asked: they count there, are acknowledged once, and wait for nobody's reply.

A room that asks many, such as surveys, is asked about every text before a conversation is looked for. Commands come first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.carrier.models import InboundText
from app.conversations.models import BlockedSender, Conversation
from app.conversations.service import keyword_replies, timeline
from app.core.database import db
from app.core.keywords import Keyword
from app.delivery import service as delivery
from app.delivery.models import Priority
from app.directory.models import ContactPoint, PhoneNumber


@dataclass(frozen=True, slots=True)
class Counted:
    """A text that counts as an answer: what its sender hears, if anything, and the line that says so in a thread."""

    reply: str | None
    contact_point_id: int | None
    line: str
    details: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] | None = None
    """As `adoption.Belonging` has it, with the question as its title, and the `choice`."""


Taker = Callable[[InboundText, PhoneNumber], Counted | None]
_takers: list[Taker] = []


def register(taker: Taker) -> None:
    """Ask this room about each text. Called from its init_app."""
    if taker not in _takers:
        _takers.append(taker)


def take(inbound: InboundText, number: PhoneNumber) -> Counted | None:
    """Have the text count, if some room asked for it. Never a picture, or a blocked sender. Belongs into a transaction.

    Nor a command, but for the one: who said STOP and then YES wants texts again, and may answer as well (record 19).
    """
    if inbound.media or not inbound.body.strip():
        return None
    if db.session.get(BlockedSender, (inbound.district_id, inbound.sender)) is not None:
        return None
    spoken = keyword_replies.understand(inbound, number)
    if spoken is not None and spoken.keyword != Keyword.OPT_IN:
        return None
    return next((counted for taker in _takers if (counted := taker(inbound, number)) is not None), None)


def note(counted: Counted, conversation: Conversation, author: str) -> int:
    """Say in the thread what the text counted as; the number of that line."""
    return timeline.line(conversation, counted.line, author=author, **counted.details).id


def acknowledge(counted: Counted, inbound: InboundText, number: PhoneNumber, owner: tuple[str, int]) -> None:
    """Answer from the number that asked. Whoever wrote a moment ago is awake."""
    if counted.reply is None:
        return
    point = db.session.get(ContactPoint, counted.contact_point_id) if counted.contact_point_id else None
    delivery.enqueue(
        delivery.EnqueueRequest(
            district_id=number.district_id,
            owner_kind=owner[0],
            owner_id=owner[1],
            body=counted.reply,
            recipients=(delivery.Recipient(inbound.sender, number.id, point.id if point else None),),
            priority=Priority.HIGH,
            is_reply=True,
        )
    )
