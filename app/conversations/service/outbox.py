"""This room's way into the outbox, in the words of threads; the rows are of the same commit as the message."""

from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.conversations.errors import TooLateToUndo
from app.conversations.models import Message
from app.conversations.service.recipients import Recipient
from app.core.database import db
from app.delivery import service as delivery
from app.delivery.errors import AlreadyLeft
from app.delivery.models import Delivery, DeliveryState, Priority

OWNER = "message"
"""The owner of what a person, or the auto-reply, said in a thread: its deliveries decide the bubble's status."""
SIDE_OWNER = "thread"
"""The owner of acknowledgements and relayed texts: they belong to a message and do not decide its status."""
ANSWER_OWNER = "answer"
"""The owner of thanks for an answer from a phone that no conversation is with."""
UNKNOWN_OWNER = "unknown"
"""The owner of acknowledgements to phones that no conversation knows."""


@dataclass(frozen=True, slots=True)
class Words:
    """What one recipient's phone will show."""

    text: str
    channel: str = "sms"
    segments: int = 1
    media: list[dict[str, Any]] = field(default_factory=list)


def put(
    message: Message,
    recipient: Recipient,
    words: Words,
    *,
    due_at: datetime | None = None,
    is_reply: bool,
    owner: str = OWNER,
    priority: Priority = Priority.DEFAULT,
    ignores_consent: bool = False,
) -> Delivery:
    """One text to one recipient. Belongs into the transaction that adds the message."""
    (queued,) = delivery.enqueue(
        delivery.EnqueueRequest(
            district_id=message.district_id,
            owner_kind=owner,
            owner_id=message.id,
            body=words.text,
            recipients=(place_of(recipient),),
            media=tuple(words.media),
            channel=words.channel,
            priority=priority,
            due_at=due_at,
            is_reply=is_reply,
            ignores_consent=ignores_consent,
            segments=words.segments,
        )
    )
    return queued


def orders(
    district_id: int, letters: Iterable[tuple[Recipient, Words]], *, due_at: datetime, is_reply: bool, priority: Priority = Priority.DEFAULT
) -> list[delivery.EnqueueRequest]:
    """What is to be put in for a message that has no number yet: the same words to several people are one order."""
    made: list[delivery.EnqueueRequest] = []
    for recipient, words in letters:
        last = made[-1] if made else None
        if last is not None and (last.body, last.channel, last.segments, list(last.media)) == astuple(words):
            made[-1] = replace(last, recipients=(*last.recipients, place_of(recipient)))
            continue
        made.append(
            delivery.EnqueueRequest(
                district_id=district_id, owner_kind=OWNER, owner_id=0, body=words.text, recipients=(place_of(recipient),),
                media=tuple(words.media), channel=words.channel, due_at=due_at, is_reply=is_reply, segments=words.segments,
                priority=priority,
            )
        )  # fmt: skip
    return made


def held_until(wanted: Iterable[delivery.EnqueueRequest]) -> datetime | None:
    """When the last of these leaves, if quiet hours hold any of them."""
    moments = [verdict.held_until for order in wanted if order.due_at for verdict in delivery.foreseen(order, order.due_at)]
    return max((moment for moment in moments if moment), default=None)


def fill(wanted: Iterable[tuple[Message, Iterable[delivery.EnqueueRequest]]]) -> None:
    """Put in what belongs to each message. Belongs into the transaction that adds the messages."""
    delivery.enqueue_all([replace(order, owner_id=message.id) for message, orders in wanted for order in orders])


def place_of(recipient: Recipient) -> delivery.Recipient:
    """A guardian of a conversation as the outbox names them."""
    return delivery.Recipient(
        address=recipient.participant.address or recipient.point.address,
        phone_number_id=recipient.number.id if recipient.number else 0,
        contact_point_id=recipient.point.id,
        passport=recipient.passport,
    )


def take_back(message_ids: Collection[int]) -> None:
    """Cancel every delivery of these messages, or none. Raises TooLateToUndo when one has left or is in hand."""
    for message_id in message_ids:
        try:
            delivery.cancel(OWNER, message_id)
        except AlreadyLeft as error:
            raise TooLateToUndo from error


def newest_of(message_id: int, *states: DeliveryState) -> list[Delivery]:
    """The deliveries of a message that are in one of these states and were not tried again by another."""
    tried_again = select(Delivery.retry_of_id).where(Delivery.retry_of_id.is_not(None), Delivery.owner_id == message_id)
    return list(
        db.session.scalars(
            select(Delivery)
            .where(
                Delivery.owner_kind == OWNER,
                Delivery.owner_id == message_id,
                Delivery.state.in_(states),
                Delivery.id.not_in(tried_again),
            )
            .order_by(Delivery.id)
        )
    )
