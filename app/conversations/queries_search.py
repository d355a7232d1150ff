"""Search over everything that was said: newest first, never ranked, and never more than a bounded stretch of matches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, column, exists, func, select, table, text

from app.accounts.models import Staff
from app.conversations.models import Attachment, Conversation, ConversationKind, Message, MessageKind, MessageStatus
from app.conversations.queries import is_visible_to
from app.core.database import db
from app.core.search_text import postgres_tsquery, sqlite_match
from app.directory.models import Guardian

PAGE_SIZE = 30
MOST_MATCHES = 20_000
"""So many matches are looked through for those that the person may see; older ones come with the next page."""

fts = table("messages_fts", column("rowid"), column("messages_fts"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for."""

    words: str
    kind: str = ""
    """inbound, outbound, note or file; empty for all."""
    since: datetime | None = None
    until: datetime | None = None
    conversation_id: int | None = None
    person: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """Messages found, newest first; `older` continues after them."""

    rows: list[Row[Any]]
    older: int | None


def search_messages(staff: Staff, wanted: Wanted, *, size: int = PAGE_SIZE) -> Hits:
    """The newest messages with every word, of conversations that the person sees."""
    matches = _matches(wanted)
    if matches is None:
        return Hits([], None)
    found = matches.subquery("found")
    statement: Select[*tuple[Any, ...]] = (
        select(
            Message.id, Message.conversation_id, Message.kind, Message.author, Message.body, Message.translation, Message.created_at,
            Conversation.title, Conversation.kind.label("conversation_kind"),
        )
        .join(found, found.c.id == Message.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(is_visible_to(staff), Message.status != MessageStatus.CANCELLED, *_narrowed(wanted))
        .order_by(Message.id.desc())
        .limit(size + 1)
    )  # fmt: skip
    rows = list(db.session.execute(statement).all())
    return Hits(rows[:size], rows[size - 1].id if len(rows) > size else None)


def direct_conversations(staff: Staff, guardian_ids: list[int]) -> dict[int, int]:
    """The newest visible conversation with each of these guardians."""
    rows = db.session.execute(
        select(Conversation.guardian_id, func.max(Conversation.id))
        .where(Conversation.guardian_id.in_(guardian_ids), Conversation.kind == ConversationKind.DIRECT.value, is_visible_to(staff))
        .group_by(Conversation.guardian_id)
    )
    return {guardian_id: number for guardian_id, number in rows if guardian_id is not None}


def _matches(wanted: Wanted) -> Select[Any] | None:
    """The ids of the newest matches, a bounded number of them."""
    if db.engine.dialect.name == "sqlite":
        expression = sqlite_match(wanted.words)
        if expression is None:
            return None
        found = select(fts.c.rowid.label("id")).where(text("messages_fts MATCH :words").bindparams(words=expression))
        number: ColumnElement[Any] = fts.c.rowid
    else:
        expression = postgres_tsquery(wanted.words)
        if expression is None:
            return None
        vector = func.to_tsvector("simple", Message.search_text)
        found = select(Message.id.label("id")).where(vector.op("@@")(func.to_tsquery("simple", expression)))
        number = Message.__table__.c.id
    if wanted.before is not None:
        found = found.where(number < wanted.before)
    return found.order_by(number.desc()).limit(MOST_MATCHES)


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind == "file":
        conditions.append(exists().where(Attachment.message_id == Message.id))
    elif wanted.kind in {MessageKind.INBOUND, MessageKind.OUTBOUND, MessageKind.NOTE}:
        conditions.append(Message.kind == wanted.kind)
    if wanted.since is not None:
        conditions.append(Message.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(Message.created_at < wanted.until)
    if wanted.conversation_id is not None:
        conditions.append(Message.conversation_id == wanted.conversation_id)
    if wanted.person:
        named = exists().where(Guardian.id == Conversation.guardian_id, Guardian.search_text.contains(wanted.person, autoescape=True))
        conditions.append(named)
    return conditions
