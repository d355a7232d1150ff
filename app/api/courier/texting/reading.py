"""Texts with what the house knows of them, a page at a time in a fixed number of queries, and as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.accounts.models import Staff
from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.models import SingleText
from app.api.refusals import Refused, Why
from app.carrier.error_codes import explain
from app.carrier.models import InboundText
from app.conversations.models import Conversation, Message, MessageStatus, UnknownText
from app.conversations.queries import is_visible_to, unknown_is_visible_to
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import PhoneNumber

OWNER = "message"
"""Of the deliveries of what was written in a thread."""
_STATUS = {
    MessageStatus.PENDING: "accepted", MessageStatus.PROCESSING: "queued", MessageStatus.SENDING: "sending", MessageStatus.SENT: "sent",
    MessageStatus.DELIVERED: "delivered", MessageStatus.CANCELLED: "canceled", MessageStatus.BLOCKED: "failed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What stands around some texts, by their rows' ids."""

    messages: Mapping[int, Message]
    numbers: Mapping[int, str]
    authors: Mapping[int, UUID]
    deliveries: Mapping[int, Delivery]
    inbound: Mapping[int, str]


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


def shown(texts: Sequence[SingleText]) -> list[Resource]:
    """As resources."""
    known = _around(texts)
    return [_shape(each, known) for each in texts]


def _around(texts: Sequence[SingleText]) -> Known:
    ids = [each.message_id for each in texts]
    messages = {each.id: each for each in db.session.scalars(select(Message).where(Message.id.in_(ids)))}
    numbers = select(PhoneNumber.id, PhoneNumber.address).where(PhoneNumber.id.in_({each.phone_number_id for each in texts}))
    authors = select(Staff.id, Staff.uuid).where(Staff.id.in_({each.staff_id for each in texts if each.staff_id}))
    newest = select(Delivery).where(Delivery.owner_kind == OWNER, Delivery.owner_id.in_(ids)).order_by(Delivery.id)
    came = [each.inbound_text_id for each in messages.values() if each.inbound_text_id]
    sids = select(InboundText.id, InboundText.provider_id).where(InboundText.id.in_(came))
    return Known(
        messages, _pairs(db.session.execute(numbers)), _pairs(db.session.execute(authors)),
        {each.owner_id: each for each in db.session.scalars(newest)}, _pairs(db.session.execute(sids)) if came else {},
    )  # fmt: skip


def _pairs(rows: Iterable[Any]) -> dict[int, Any]:
    return {row[0]: row[1] for row in rows}


def _shape(text: SingleText, known: Known) -> dict[str, Any]:
    message, ours = known.messages[text.message_id], known.numbers[text.phone_number_id]
    delivery = known.deliveries.get(message.id)
    author = known.authors.get(text.staff_id or 0)
    sid = known.inbound.get(message.inbound_text_id or 0) if text.is_inbound else delivery.provider_id if delivery else None
    return resource(
        "texts",
        text.uuid,
        {
            "callback-status-url": text.status_url,
            "callback-url": text.callback_url,
            "created-at": moment(text.created_at),
            "created-by": str(author) if author else None,
            "error": str(explain(message.error_code).advice) if message.error_code else None,
            "from": text.address if text.is_inbound else ours,
            "last-modified-at": moment(text.changed_at),
            "message": message.body,
            "status": "received" if text.is_inbound else status_of(message),
            "target": ours if text.is_inbound else text.address,
            "twilio-sid": sid,
        },
    )


def status_of(message: Message) -> str:
    """In Courier's words."""
    if message.status == MessageStatus.FAILED:
        return "undelivered" if message.sent_at is not None else "failed"
    if message.status == MessageStatus.PENDING and message.is_held:
        return "scheduled"
    return _STATUS[MessageStatus(message.status)]


def may_read_raw(staff: Staff, inbound: InboundText) -> bool:
    """Whether the caller sees where a received text went: its conversation, or the list of unknown senders."""
    talk = (
        select(Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.inbound_text_id == inbound.id, is_visible_to(staff))
    )
    stranger = select(UnknownText.id).where(UnknownText.inbound_text_id == inbound.id, unknown_is_visible_to(staff))
    return db.session.scalar(talk) is not None or db.session.scalar(stranger) is not None
