"""What other systems hear of texts: that a family wrote, and how far what was written to families came."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.conversations.events import MessageAdded, MessageStatusChanged
from app.conversations.models import Conversation, Message, MessageKind, MessageStatus, Participant
from app.conversations.service.outbox import OWNER
from app.core.clock import now
from app.core.database import db
from app.core.events import within_all
from app.delivery.models import Delivery
from app.directory.models import ContactPoint, Guardian, School
from app.webhooks.service import Happened, tell

_KIND_OF = {
    MessageStatus.SENT: "message.sent",
    MessageStatus.DELIVERED: "message.delivered",
    MessageStatus.FAILED: "message.failed",
}
_LAST_RETRY = (
    select(func.max(Delivery.id))
    .where(Delivery.owner_kind == OWNER, Delivery.owner_id == Message.id, Delivery.retry_of_id.is_not(None))
    .correlate(Message)
    .scalar_subquery()
)
_MESSAGES = (
    select(
        Message, Conversation.uuid.label("conversation"), School.uuid.label("school"), Guardian.uuid.label("guardian"),
        Staff.uuid.label("staff"), ContactPoint.uuid.label("contact_point"), ContactPoint.address, _LAST_RETRY.label("last_retry"),
    )
    .join(Conversation, Conversation.id == Message.conversation_id)
    .join(School, School.id == Conversation.school_id)
    .outerjoin(Guardian, Guardian.id == Conversation.guardian_id)
    .outerjoin(Staff, Staff.id == Message.staff_id)
    .outerjoin(Participant, Participant.id == Message.participant_id)
    .outerjoin(ContactPoint, ContactPoint.id == Participant.contact_point_id)
)  # fmt: skip


@within_all(MessageAdded)
def tell_of_inbound(facts: Sequence[MessageAdded]) -> None:
    """A family wrote."""
    inbound = [fact for fact in facts if fact.kind == MessageKind.INBOUND]
    if inbound:
        tell("message.received", inbound, _describing(lambda message: message.created_at))


@within_all(MessageStatusChanged)
def tell_of_outcome(facts: Sequence[MessageStatusChanged]) -> None:
    """A text was taken by the carrier, arrived, or did not."""
    for status, kind in _KIND_OF.items():
        moved = [fact for fact in facts if fact.status == status]
        if moved:
            tell(kind, moved, _describing(_moment))


def _moment(message: Message) -> datetime:
    """When it came so far."""
    at = {MessageStatus.SENT: message.sent_at, MessageStatus.DELIVERED: message.delivered_at}.get(MessageStatus(message.status))
    return at or now()


def _describing(moment: Callable[[Message], datetime]) -> Callable[[Sequence[Any]], Iterator[Happened]]:
    def describe(facts: Sequence[Any]) -> Iterator[Happened]:
        db.session.flush()
        for row in db.session.execute(_MESSAGES.where(Message.id.in_([fact.message_id for fact in facts])).order_by(Message.id)):
            yield _described(row, moment(row.Message))

    return describe


def _described(row: Any, at: datetime) -> Happened:
    message: Message = row.Message
    data = {
        "message_id": message.uuid, "conversation_id": row.conversation, "school_id": row.school, "guardian_id": row.guardian,
        "contact_point_id": row.contact_point, "staff_id": row.staff, "direction": message.kind, "channel": message.channel,
        "status": message.status, "error_code": message.error_code, "recipients": message.recipients, "delivered": message.delivered,
        "failed": message.failed, "segments": message.segments, "created_at": message.created_at,
    }  # fmt: skip
    words = {"body": message.body, "language": message.language, "author": message.author, "address": row.address}
    once = message.error_code or ""
    if row.last_retry is not None:  # it may be sent, or fail, once more
        once = f"{row.last_retry} {once}"
    return Happened(f"message:{message.uuid}", at, data, words, once)
