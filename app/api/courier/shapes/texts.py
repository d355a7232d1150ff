"""Single texts as documents."""

from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.queries.texts import ShownText
from app.carrier.error_codes import explain
from app.carrier.models import InboundText
from app.conversations.models import Message, MessageStatus

_STATUS = {
    MessageStatus.PENDING: "accepted", MessageStatus.PROCESSING: "queued", MessageStatus.SENDING: "sending", MessageStatus.SENT: "sent",
    MessageStatus.DELIVERED: "delivered", MessageStatus.CANCELLED: "canceled", MessageStatus.BLOCKED: "failed",
}  # fmt: skip


def text(each: ShownText) -> Resource:
    """One that was sent, or one that was answered to it."""
    row, message = each.row, each.message
    attributes = {
        "callback-status-url": row.status_url,
        "callback-url": row.callback_url,
        "created-at": moment(row.created_at),
        "created-by": str(each.author) if each.author else None,
        "error": str(explain(message.error_code).advice) if message.error_code else None,
        "from": row.address if row.is_inbound else each.ours,
        "last-modified-at": moment(row.changed_at),
        "message": message.body,
        "status": "received" if row.is_inbound else status_of(message),
        "target": each.ours if row.is_inbound else row.address,
        "twilio-sid": each.provider_id,
    }
    return resource("texts", row.uuid, attributes)


def status_of(message: Message) -> str:
    """In Courier's words."""
    if message.status == MessageStatus.FAILED:
        return "undelivered" if message.sent_at is not None else "failed"
    if message.status == MessageStatus.PENDING and message.is_held:
        return "scheduled"
    return _STATUS[MessageStatus(message.status)]


def received(inbound: InboundText, ours: str) -> Resource:
    """One as it came. A sender that is no phone number is left out."""
    sender = inbound.sender if inbound.sender.startswith("+") else None
    attributes = {
        "created-at": moment(inbound.received_at),
        "message": inbound.body,
        "sender": sender,
        "sid": inbound.provider_id,
        "to": ours,
    }
    return resource("text-receive-logs", inbound.provider_id, attributes)
