"""Puts this room's texts into the outbox and takes them back; the rows are of the same commit as the message."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.conversations.models import Message
from app.conversations.service.recipients import Recipient
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery, DeliveryContent, DeliveryState, Priority

OWNER = "message"
"""The owner of what a person, or the auto-reply, said in a thread: its deliveries decide the bubble's status."""
SIDE_OWNER = "thread"
"""The owner of acknowledgements and relayed texts: they belong to a message and do not decide its status."""


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
    due_at: datetime,
    is_reply: bool,
    owner: str = OWNER,
    priority: Priority = Priority.DEFAULT,
    ignores_consent: bool = False,
) -> Delivery:
    """One text to one recipient. Belongs into the transaction that adds the message."""
    content = DeliveryContent(body=words.text, media=words.media)
    db.session.add(content)
    db.session.flush()
    delivery = Delivery(
        district_id=message.district_id,
        owner_kind=owner,
        owner_id=message.id,
        contact_point_id=recipient.point.id,
        phone_number_id=recipient.number.id if recipient.number else None,
        content_id=content.id,
        channel=words.channel,
        address=recipient.participant.address,
        priority=priority,
        due_at=due_at,
        is_reply=is_reply,
        ignores_consent=ignores_consent,
        segments=words.segments,
    )
    db.session.add(delivery)
    db.session.flush()
    return delivery


def take_back(message_ids: Collection[int]) -> int:
    """Cancel the deliveries of these messages that no dispatcher holds yet; answers how many that were.

    Compare and set on each row: one that was claimed a moment ago stays claimed, and the caller sees that it is missing.
    """
    taken = db.session.execute(
        update(Delivery)
        .where(
            Delivery.owner_kind == OWNER,
            Delivery.owner_id.in_(message_ids),
            Delivery.state == DeliveryState.PENDING,
            Delivery.attempts == 0,
        )
        .values(state=DeliveryState.CANCELLED, finished_at=now())
    )
    return int(taken.rowcount)  # type: ignore[attr-defined]  # an UPDATE has one
