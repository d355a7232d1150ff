"""Single texts with what the house knows of them, a page at a time in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.accounts.models import Staff
from app.api.courier.models import SingleText
from app.api.refusals import Refused, Why
from app.carrier.models import InboundText
from app.conversations.models import Conversation, Message, UnknownText
from app.conversations.queries import is_visible_to, unknown_is_visible_to
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import PhoneNumber

OWNER = "message"
"""Of the deliveries of what was written in a thread."""


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text with what its document shows."""

    row: SingleText
    message: Message
    ours: str
    """The address of our number."""
    author: UUID | None
    provider_id: str | None


def texts_visible_to(staff: Staff) -> Select[SingleText]:
    """Those in conversations that the caller sees."""
    return (
        select(SingleText)
        .join(Message, Message.id == SingleText.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(SingleText.district_id == staff.district_id, is_visible_to(staff))
    )


def text_named(staff: Staff, number: UUID) -> SingleText:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(texts_visible_to(staff).where(SingleText.uuid == number))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no text of this id.")
    return found


def texts_shown(rows: Sequence[SingleText]) -> list[ShownText]:
    """With what stands around them, in their order, in five queries."""
    ids = [each.message_id for each in rows]
    messages = {each.id: each for each in db.session.scalars(select(Message).where(Message.id.in_(ids)))}
    numbers = _pairs(select(PhoneNumber.id, PhoneNumber.address).where(PhoneNumber.id.in_({each.phone_number_id for each in rows})))
    authors = _pairs(select(Staff.id, Staff.uuid).where(Staff.id.in_({each.staff_id for each in rows if each.staff_id})))
    newest = select(Delivery.owner_id, Delivery.provider_id).where(Delivery.owner_kind == OWNER, Delivery.owner_id.in_(ids))
    sent = _pairs(newest.order_by(Delivery.id))
    came = {each.inbound_text_id for each in messages.values() if each.inbound_text_id}
    received = _pairs(select(InboundText.id, InboundText.provider_id).where(InboundText.id.in_(came))) if came else {}
    found = []
    for each in rows:
        message = messages[each.message_id]
        provider_id = received.get(message.inbound_text_id or 0) if each.is_inbound else sent.get(message.id)
        found.append(ShownText(each, message, numbers[each.phone_number_id], authors.get(each.staff_id or 0), provider_id))
    return found


def _pairs(query: Select[*tuple[Any, ...]]) -> dict[int, Any]:
    return {row[0]: row[1] for row in db.session.execute(query)}


def _may_read_raw(staff: Staff, inbound: InboundText) -> bool:
    """Whether the caller sees where a received text went: its conversation, or the list of unknown senders."""
    talk = (
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.inbound_text_id == inbound.id, is_visible_to(staff))
    )
    stranger = select(UnknownText.id).where(UnknownText.inbound_text_id == inbound.id, unknown_is_visible_to(staff))
    return db.session.scalar(talk) is not None or db.session.scalar(stranger) is not None


def received(staff: Staff, provider_id: str) -> tuple[InboundText, str]:
    """A text as it came, by the carrier's id, and the number of ours that it came to. Raises Refused: UNKNOWN."""
    row = db.session.execute(
        select(InboundText, PhoneNumber.address)
        .join(PhoneNumber, PhoneNumber.id == InboundText.phone_number_id)
        .where(InboundText.provider_id == provider_id, InboundText.district_id == staff.district_id)
    ).one_or_none()
    if row is None or not _may_read_raw(staff, row[0]):
        raise Refused(Why.UNKNOWN, "No text of this id was received.")
    return row[0], row[1]
