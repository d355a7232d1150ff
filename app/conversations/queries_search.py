"""Search over everything that was said: newest first, never ranked, and never more than a bounded stretch of matches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, column, exists, false, func, select, table, text

from app.accounts.models import Staff
from app.conversations.models import Attachment, Conversation, ConversationKind, Message, MessageKind, MessageStatus
from app.conversations.queries import is_visible_to
from app.core.among import among
from app.core.database import db
from app.core.search_text import postgres_tsquery, sqlite_match
from app.directory.models import Guardian

PAGE_SIZE = 30
STRETCHES = (500, 2_000, 7_500, 10_000)
"""So many matches are looked through, one stretch after the other, for those that the person may see."""

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
    """The newest messages with every word, of conversations that the person sees.

    Matches are looked through in stretches, each longer than the one before: whoever sees much finds a page of hits in the
    first, and whoever sees little of a large district costs a bounded number of queries and goes on with the next page.
    """
    rows: list[Row[Any]] = []
    before = wanted.before
    for length in STRETCHES:
        matches = _matches(wanted.words, before, length)
        if matches is None:
            return Hits([], None)
        ids = list(db.session.scalars(matches))
        rows += _visible(staff, wanted, ids, size + 1 - len(rows))
        if len(rows) > size:
            return Hits(rows[:size], rows[size - 1].id)
        if len(ids) < length:
            return Hits(rows, None)
        before = ids[-1]
    return Hits(rows, before)


def says(words: str) -> ColumnElement[bool]:
    """The condition on `Conversation`: one of its messages that families took part in has every word; found by the index of words."""
    matches = _matches(words, None, None)
    if matches is None:
        return false()
    shared = (Message.kind != MessageKind.NOTE, Message.status != MessageStatus.CANCELLED)
    return Conversation.id.in_(select(Message.conversation_id).where(Message.id.in_(matches), *shared))


def _visible(staff: Staff, wanted: Wanted, ids: list[int], most: int) -> list[Row[Any]]:
    """The newest of these messages that the person sees and that fit the other wishes."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            Message.id, Message.conversation_id, Message.kind, Message.author, Message.body, Message.translation, Message.created_at,
            Message.details, Message.reference_type, Message.search_text, Conversation.title, Conversation.kind.label("conversation_kind"),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(among(Message.__table__.c.id, "ids"), is_visible_to(staff), Message.status != MessageStatus.CANCELLED, *_narrowed(wanted))
        .order_by(Message.id.desc())
        .limit(most)
    )  # fmt: skip
    return list(db.session.execute(statement, {"ids": ids}).all())


def direct_conversations(staff: Staff, guardian_ids: list[int]) -> dict[int, int]:
    """The newest visible conversation with each of these guardians."""
    rows = db.session.execute(
        select(Conversation.guardian_id, func.max(Conversation.id))
        .where(Conversation.guardian_id.in_(guardian_ids), Conversation.kind == ConversationKind.DIRECT.value, is_visible_to(staff))
        .group_by(Conversation.guardian_id)
    )
    return {guardian_id: number for guardian_id, number in rows if guardian_id is not None}


def _matches(words: str, before: int | None, most: int | None) -> Select[Any] | None:
    """The ids of the newest `most` matches older than `before`, or of all; None where nothing can match."""
    if db.engine.dialect.name == "sqlite":
        expression = sqlite_match(words)
        if expression is None:
            return None
        found = select(fts.c.rowid.label("id")).where(text("messages_fts MATCH :words").bindparams(words=expression))
        number: ColumnElement[Any] = fts.c.rowid
    else:
        expression = postgres_tsquery(words)
        if expression is None:
            return None
        vector = func.to_tsvector("simple", Message.search_text)
        found = select(Message.id.label("id")).where(vector.op("@@")(func.to_tsquery("simple", expression)))
        number = Message.__table__.c.id
    if before is not None:
        found = found.where(number < before)
    return found if most is None else found.order_by(number.desc()).limit(most)


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
