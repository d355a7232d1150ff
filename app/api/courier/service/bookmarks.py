"""Bookmarks: one of a channel, or several."""

from sqlalchemy import delete, select

from app.accounts.models import Staff
from app.api.courier.models import Bookmark
from app.conversations.models import Message
from app.core.database import db, transaction


def bookmark(staff: Staff, message: Message, *, replaces: bool) -> Bookmark:
    """Keep a message that was seen at hand; the same one twice is one."""
    mine = (Bookmark.staff_id == staff.id, Bookmark.conversation_id == message.conversation_id)
    with transaction():
        db.session.execute(select(Staff.id).where(Staff.id == staff.id).with_for_update())
        if replaces:
            db.session.execute(delete(Bookmark).where(*mine, Bookmark.message_id != message.id))
        there = db.session.scalar(select(Bookmark).where(*mine, Bookmark.message_id == message.id))
        if there is None:
            there = Bookmark(staff_id=staff.id, conversation_id=message.conversation_id, message_id=message.id)
            db.session.add(there)
            db.session.flush()
    return there
