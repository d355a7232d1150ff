"""One message with what hangs on it, and the columns that it is read from."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, String, Text, cast, select, type_coerce

from app.conversations.models import Attachment, Message, MessageStatus, Reaction
from app.conversations.readers import fixed
from app.core.json_rows import json_rows

messages = Message.__table__
m = messages.c
NOTHING = "[]"


class MessageRow(NamedTuple):
    """A message as the thread reads it. Comparing and hashing it is cheap: it is the key of what is printed.

    What hangs on it comes as JSON text, which is read only where a message is printed for the first time.
    """

    id: int
    uuid: object
    """As the driver brings it: SQLite as text."""
    conversation_id: int
    kind: str
    staff_id: int | None
    participant_id: int | None
    author: str
    body: str
    language: str | None
    translation: str | None
    translation_language: str | None
    translated_by: str | None
    is_automatic: bool
    status: str
    error_code: str | None
    is_doubtful: bool
    failure_settled: bool
    due_at: datetime | None
    is_held: bool
    recipients: int
    delivered: int
    failed: int
    channel: str
    reference_type: str | None
    reference_id: int | None
    created_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    details_text: str | None
    attachments_text: str
    reactions_text: str

    @property
    def details(self) -> dict[str, Any]:
        """What an event or an answer of the carrier left behind."""
        return json.loads(self.details_text or "{}") or {}

    @property
    def has_attachments(self) -> bool:
        """Whether files came with it."""
        return self.attachments_text != NOTHING

    @property
    def attachments(self) -> list[dict[str, Any]]:
        """Its files, in no order."""
        return list(json.loads(self.attachments_text)) if self.has_attachments else []

    @property
    def reactions(self) -> list[dict[str, Any]]:
        """What colleagues made of it, in no order."""
        return list(json.loads(self.reactions_text)) if self.reactions_text != NOTHING else []


OWN = tuple(name for name in MessageRow._fields[2:] if not name.endswith("_text"))


def message_of(row: Row[Any]) -> MessageRow:
    """The message in a row that goes on with other columns."""
    return MessageRow._make(row[: len(MessageRow._fields)])


def messages_with_belongings() -> Select[Any]:
    """The columns of a MessageRow."""
    files, reactions = Attachment.__table__, Reaction.__table__
    attachments = json_rows(
        select(files.c.id).where(files.c.message_id == m.id).correlate(messages),
        id=files.c.id,
        name=files.c.name,
        content_type=files.c.content_type,
        size=files.c.size,
        has_file=files.c.file_key.is_not(None),
        has_thumbnail=files.c.thumbnail_key.is_not(None),
        width=files.c.width,
        height=files.c.height,
        problem=files.c.problem,
    )
    reacted = json_rows(
        select(reactions.c.id).where(reactions.c.message_id == m.id).correlate(messages),
        id=reactions.c.id,
        emoji=reactions.c.emoji,
        staff_id=reactions.c.staff_id,
    )
    texts = (_as_text(m.details, "details_text"), _as_text(attachments, "attachments_text"), _as_text(reacted, "reactions_text"))
    shown = select(m.id, type_coerce(m.uuid, String).label("uuid"), *(m[name] for name in OWN), *texts)
    return shown.where(m.status != fixed(MessageStatus.CANCELLED))  # what was taken back in time never happened


def _as_text(column: ColumnElement[Any], name: str) -> ColumnElement[str]:
    return cast(column, Text).label(name)
