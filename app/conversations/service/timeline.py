"""Lines in the timeline that nobody texted: who took over, who said STOP, what a text seems to ask."""

from typing import Any

from app.conversations.models import Conversation, Message, MessageKind, MessageStatus
from app.conversations.service import inbox_row
from app.core.database import db


def line(conversation: Conversation, what: str, *, staff_id: int | None = None, author: str = "", **details: Any) -> Message:
    """Add one line. `what` says its kind to the template; `details` hold what it shows. Belongs into a transaction."""
    event = Message(
        district_id=conversation.district_id,
        conversation_id=conversation.id,
        kind=MessageKind.EVENT,
        staff_id=staff_id,
        author=author[:120],
        status=MessageStatus.DELIVERED,
        details={"type": what, **details},
        recipients=0,
    )
    db.session.add(event)
    db.session.flush()
    inbox_row.added(conversation, event)
    return event
