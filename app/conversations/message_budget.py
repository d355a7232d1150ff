"""How many texts a family got in threads, for its page and the card beside a thread."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select

from app.accounts.models import Staff
from app.conversations.models import Conversation, Message, MessageKind, MessageStatus, Participant
from app.core.database import db
from app.directory.message_budget import Sent

WENT_OUT = (MessageStatus.PROCESSING, MessageStatus.SENDING, MessageStatus.SENT, MessageStatus.DELIVERED)


def texts_sent(staff: Staff, guardian_ids: Collection[int], since: datetime) -> list[Sent]:
    """By writer: of threads with one of these adults, and of groups with one in them. Automatic answers are not counted."""
    ids = list(guardian_ids)
    in_groups = select(Participant.conversation_id).where(Participant.guardian_id.in_(ids))
    query = (
        select(Message.staff_id, func.count())
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.district_id == staff.district_id,
            or_(Conversation.guardian_id.in_(ids), Conversation.id.in_(in_groups)),
            Message.kind == MessageKind.OUTBOUND,
            Message.is_automatic.is_(False),
            Message.status.in_(WENT_OUT),
            Message.created_at >= since,
        )
        .group_by(Message.staff_id)
    )
    return [(writer, number) for writer, number in db.session.execute(query)]
