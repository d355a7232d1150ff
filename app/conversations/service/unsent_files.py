"""Uploads that were put beside a text and never sent: after two days nobody misses them, and they leave the disk."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists, select

from app.conversations.models import Attachment, Draft
from app.conversations.service import inbox_row
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db, transaction

KEPT_FOR = timedelta(hours=48)
"""Longer than a browser tab stays open over night with a half written message in it."""


def give_back(attachments: Sequence[Attachment]) -> None:
    """Put the files of a text that was taken back beside their writer's words again, as if chosen now."""
    for attachment in attachments:
        attachment.message_id, attachment.scheduled_message_id, attachment.created_at = None, None, now()


def remove_unsent(limit: int = 200) -> int:
    """Remove old uploads that no message, message for later or draft refers to, with their files; returns how many rows went."""
    old = select(Attachment.id, Attachment.conversation_id, Attachment.file_key, Attachment.thumbnail_key)
    rows = db.session.execute(old.where(*_forgotten()).order_by(Attachment.id).limit(limit)).all()
    removed = 0
    for row in rows:
        if _remove(row.id, row.conversation_id):
            removed += 1
            _delete_unused(key for key in (row.file_key, row.thumbnail_key) if key)
    return removed


def _forgotten() -> tuple[ColumnElement[bool], ...]:
    """What a person put there and nothing refers to. A guardian's file has a message from its first moment."""
    draft = exists().where(Draft.conversation_id == Attachment.conversation_id, Draft.staff_id == Attachment.staff_id)
    return (
        Attachment.message_id.is_(None),
        Attachment.scheduled_message_id.is_(None),
        Attachment.staff_id.is_not(None),
        Attachment.created_at < now() - KEPT_FOR,
        ~draft,
    )


def _remove(attachment_id: int, conversation_id: int) -> bool:
    """Its writer may press Send right now: who holds the conversation first wins."""
    with transaction():
        inbox_row.hold(conversation_id)
        gone = db.session.execute(delete(Attachment).where(Attachment.id == attachment_id, *_forgotten()).returning(Attachment.id))
        return gone.first() is not None


def _delete_unused(keys: Iterable[str]) -> None:
    """Copies of an attachment in other conversations share its files."""
    for key in keys:
        if not db.session.scalar(select(exists().where((Attachment.file_key == key) | (Attachment.thumbnail_key == key)))):
            file_store().delete(key)
