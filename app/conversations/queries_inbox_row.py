"""What one row of the inbox shows, and the columns that it is read from."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, literal_column, select

from app.accounts.models import Staff
from app.conversations.models import Conversation, Draft, Participant
from app.core.json_rows import json_row, reader_of

REMEMBERED = 3_000

mine = Participant.__table__.alias("mine")
draft = Draft.__table__.alias("draft")
assignee = Staff.__table__.alias("assignee")
c = Conversation.__table__.c


class InboxRow(NamedTuple):
    """One conversation as its reader's list shows it."""

    id: int
    version: int
    school_id: int
    kind: str
    title: str
    subtitle: str
    language: str | None
    state: str
    snoozed_until: datetime | None
    last_message_id: int
    last_message_at: datetime
    preview: str
    preview_kind: str
    preview_author: str | None
    preview_language: str | None
    failed_count: int
    scheduled_count: int
    is_office: bool
    assignee: str | None
    unread_count: int | None
    is_muted: bool | None
    draft: str | None
    is_waiting: int


COLUMNS: tuple[ColumnElement[Any], ...] = (
    c.id,
    c.version,
    c.school_id,
    c.kind,
    c.title,
    c.subtitle,
    c.language,
    c.state,
    c.snoozed_until,
    c.last_message_id,
    c.last_message_at,
    c.preview,
    c.preview_kind,
    c.preview_author,
    c.preview_language,
    c.failed_count,
    c.scheduled_count,
    c.is_office,
    assignee.c.name,
    mine.c.unread_count,
    mine.c.is_muted,
    draft.c.body,
)
_values = reader_of([*COLUMNS, literal_column("0")])


def row_of(is_waiting: ColumnElement[Any], source: FromClause) -> Select[Any]:
    """Rows as `read_row` reads them, with what belongs to the reader: unread, draft, the assignee's name."""
    joined = (
        source.outerjoin(mine, and_(mine.c.conversation_id == c.id, mine.c.staff_id == bindparam("me")))
        .outerjoin(draft, and_(draft.c.conversation_id == c.id, draft.c.staff_id == bindparam("me")))
        .outerjoin(assignee, assignee.c.id == c.assigned_to_id)
    )
    return select(json_row([*COLUMNS, is_waiting])).select_from(joined)


@lru_cache(maxsize=REMEMBERED)
def read_row(text: str) -> InboxRow:
    """A row out of the text that the database brings. The text is the key of everything that is printed of it."""
    return InboxRow._make(_values(text))
