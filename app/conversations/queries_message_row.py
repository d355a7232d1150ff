"""One message with what hangs on it, and the columns that it is read from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select

from app.conversations.models import Attachment, Message, MessageKind, MessageStatus, Reaction
from app.conversations.readers import fixed
from app.core.json_rows import json_row, json_rows, reader_of

messages = Message.__table__
m = messages.c
ROWS_REMEMBERED = 3_000
"""For each process; about 2 kB each."""
RUNS_REMEMBERED = 96
"""About 20 kB each, and 60 kB for what is printed of it."""
_files = Attachment.__table__.c
FILE: dict[str, ColumnElement[Any]] = {
    "id": _files.id,
    "name": _files.name,
    "content_type": _files.content_type,
    "size": _files.size,
    "has_file": _files.file_key.is_not(None),
    "has_thumbnail": _files.thumbnail_key.is_not(None),
    "width": _files.width,
    "height": _files.height,
    "problem": _files.problem,
}
"""A file as `views.attached` shows it."""
LONGEST_RUN = 64
"""Longer ones are made for paper, and made once."""


class MessageRow(NamedTuple):
    """A message as the thread reads it, with what hangs on it."""

    id: int
    uuid: str
    """With or without hyphens."""
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
    awaits_translation: bool
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
    details: dict[str, Any]
    """What an event or an answer of the carrier left behind."""
    attachments: list[dict[str, Any]]
    """Its files, in no order."""
    reactions: list[dict[str, Any]]
    """What colleagues made of it, in no order."""
    text: str
    """What it was read from. Equal texts are equal messages, so what is printed of one is remembered under this."""


@dataclass(frozen=True, slots=True, eq=False)
class MessageRun:
    """Messages in the order of time. The same messages give the same object: what is printed of it is remembered under it."""

    texts: tuple[str, ...]
    first_id: int
    last_id: int
    last_inbound: datetime | None
    """When the family wrote last."""
    answered: frozenset[int]
    """What they answer, by its number."""

    @property
    def rows(self) -> list[MessageRow]:
        """The messages."""
        return [read_message(text) for text in self.texts]


def run_of(texts: tuple[str, ...]) -> MessageRun:
    """The messages of these texts."""
    return (_remembered_run if len(texts) <= LONGEST_RUN else _run_of)(texts)


def _run_of(texts: tuple[str, ...]) -> MessageRun:
    rows = [read_message(text) for text in texts]
    inbound = (row.created_at for row in rows if row.kind == MessageKind.INBOUND)
    return MessageRun(texts, rows[0].id if rows else 0, rows[-1].id if rows else 0, max(inbound, default=None), answered_by(rows))


def answered_by(rows: Iterable[MessageRow]) -> frozenset[int]:
    """What these messages answer, by its number."""
    return frozenset(row.details["answers"]["id"] for row in rows if "answers" in row.details)


_remembered_run = lru_cache(maxsize=RUNS_REMEMBERED)(_run_of)


@lru_cache(maxsize=ROWS_REMEMBERED)
def read_message(text: str) -> MessageRow:
    """A message out of the text that the database brings."""
    *values, details, files, reactions = _values(text)
    return MessageRow._make([*values, details or {}, files, reactions, text])


def _columns() -> list[ColumnElement[Any]]:
    """Those of a MessageRow."""
    files, reactions = Attachment.__table__, Reaction.__table__
    attachments = json_rows(select(files.c.id).where(files.c.message_id == m.id).correlate(messages), **FILE)
    reacted = json_rows(
        select(reactions.c.id).where(reactions.c.message_id == m.id).correlate(messages),
        id=reactions.c.id,
        emoji=reactions.c.emoji,
        staff_id=reactions.c.staff_id,
    )
    return [*(m[name] for name in MessageRow._fields[:-3]), attachments, reacted]


_COLUMNS = _columns()
_values = reader_of(_COLUMNS)


def message_texts() -> Select[Any]:
    """Messages as `read_message` reads them. What was taken back in time never happened."""
    return select(json_row(_COLUMNS).label("message")).select_from(messages).where(m.status != fixed(MessageStatus.CANCELLED))
