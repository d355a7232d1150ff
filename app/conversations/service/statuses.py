"""What a message's status is, worked out from its deliveries or copies. Pure rules; `following.py` applies them."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.conversations.models import Message, MessageStatus

_ENDED = {
    MessageStatus.CANCELLED,
    MessageStatus.BLOCKED,
    MessageStatus.DELIVERED,
    MessageStatus.FAILED,
}
_LIFE = list(MessageStatus)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One status for all recipients, and how many were and were not reached."""

    status: MessageStatus
    delivered: int
    failed: int


def outcome(counts: Mapping[str, int]) -> Outcome:
    """The common outcome of recipients in these states (how many of each; at least one in all).

    While anybody is on the way it is the state of the slowest. At the end it is delivered if anybody was reached: how
    many were not is said by the count, and by the flag in the inbox.
    """
    present = {MessageStatus(state): number for state, number in counts.items() if number}
    delivered = present.get(MessageStatus.DELIVERED, 0)
    failed = present.get(MessageStatus.FAILED, 0) + present.get(MessageStatus.BLOCKED, 0)
    moving = [state for state in present if state not in _ENDED]
    if moving:
        return Outcome(min(moving, key=_LIFE.index), delivered, failed)
    best = max(present, key=[MessageStatus.CANCELLED, MessageStatus.BLOCKED, MessageStatus.FAILED, MessageStatus.DELIVERED].index)
    return Outcome(best, delivered, failed)


def needs_attention(message: Message) -> bool:
    """Whether the message counts as a failure in the inbox: not everybody got it, and nobody dealt with that.

    The message of an EACH group does not: each of its copies does, in the guardian's own conversation.
    """
    if message.failure_settled or message.details.get("copies"):
        return False
    return message.failed > 0 or message.is_doubtful
