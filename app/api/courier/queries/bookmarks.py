"""Messages that somebody wants to find again, in conversations that they see."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.accounts.models import Staff
from app.api.courier.models import Bookmark
from app.conversations.models import Conversation, Message
from app.conversations.queries import is_visible_to
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import School


def bookmark_rows(staff: Staff) -> Select[*tuple[Any, ...]]:
    """One's own, each with its channel, its message and its school, newest first."""
    return (
        select(Bookmark, Conversation.uuid, Message.uuid, School.uuid)
        .join(Conversation, Conversation.id == Bookmark.conversation_id)
        .join(Message, Message.id == Bookmark.message_id)
        .join(School, School.id == Conversation.school_id)
        .where(Bookmark.staff_id == staff.id, is_visible_to(staff))
        .order_by(Bookmark.id.desc())
    )


def bookmark_named(staff: Staff, uuid: UUID) -> tuple[Bookmark, UUID, UUID, UUID]:
    """One of these. Raises NotVisible."""
    found = db.session.execute(bookmark_rows(staff).where(Bookmark.uuid == uuid)).first()
    if found is None:
        raise NotVisible
    return found[0], found[1], found[2], found[3]
