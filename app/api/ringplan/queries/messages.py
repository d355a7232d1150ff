"""Messages of a conversation, newest first. A fixed number of queries for a page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Staff
from app.api.identifiers import within_id24
from app.api.ringplan.queries.conversations import IS_REMOVED, IS_TEXT, Listed, Person, people_of
from app.conversations.models import Attachment, Conversation, Mention, Message, MessageKind, Participant
from app.conversations.queries import is_visible_to
from app.core.database import db
from app.core.errors import NotVisible

_parent = aliased(Message)
_CAMPAIGN = (
    select(Conversation.title)
    .join(_parent, _parent.conversation_id == Conversation.id)
    .where(_parent.id == Message.parent_id)
    .correlate(Message)
    .scalar_subquery()
    .label("campaign")
)
"""The name of the group of which a message is one guardian's copy."""
COLUMNS = (
    Message.id, Message.uuid, Message.conversation_id, Message.kind, Message.body, Message.status, Message.participant_id,
    Message.parent_id, Message.details, Message.created_at, Message.staff_id, _CAMPAIGN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A message with its files, the people of its conversation, and whether the reader has read it."""

    row: Any
    talk: Any
    """uuid, kind and title of the conversation."""
    people: Sequence[Person]
    files: Sequence[Any] = ()
    is_read: bool = True


def page_of(staff: Staff, conversation_id: int, *, page: int, size: int) -> tuple[list[Said], int]:
    """One page of a visible conversation, and how many messages there are in all."""
    here = (Message.conversation_id == conversation_id, IS_TEXT, ~IS_REMOVED)
    total = db.session.scalar(select(func.count(Message.id)).where(*here)) or 0
    rows = db.session.execute(select(*COLUMNS).where(*here).order_by(Message.id.desc()).limit(size).offset((page - 1) * size)).all()
    return said(rows, unread_from=unread_from(staff, conversation_id)), total


def these(numbers: Collection[int], *, unread_from: int | None = None, of: Sequence[Listed] = ()) -> dict[int, Said]:
    """Messages by number, as whoever may see their conversations reads them. `of` are those, where they were read before."""
    rows = db.session.execute(select(*COLUMNS).where(Message.id.in_(numbers), IS_TEXT, ~IS_REMOVED)).all() if numbers else []
    return {each.row.id: each for each in said(rows, unread_from=unread_from, of=of)}


def said(rows: Sequence[Any], *, unread_from: int | None = None, of: Sequence[Listed] = ()) -> list[Said]:
    """Rows of COLUMNS with what stands beside them. Three queries, or one where their conversations are known."""
    if not rows:
        return []
    heads, people = {each.row.id: each.row for each in of}, {each.row.id: each.people for each in of}
    if not of:
        talks = {row.conversation_id for row in rows}
        columns = (Conversation.id, Conversation.uuid, Conversation.kind, Conversation.title)
        heads = {row.id: row for row in db.session.execute(select(*columns).where(Conversation.id.in_(talks)))}
        people.update(people_of(talks))
    files: dict[int, list[Attachment]] = {}
    kept = select(Attachment).where(Attachment.message_id.in_([row.id for row in rows]), Attachment.file_key.is_not(None))
    for each in db.session.scalars(kept.order_by(Attachment.id)):
        files.setdefault(each.message_id or 0, []).append(each)
    return [
        Said(
            row,
            heads[row.conversation_id],
            people.get(row.conversation_id, []),
            files.get(row.id, []),
            is_read=row.kind != MessageKind.INBOUND or unread_from is None or row.id < unread_from,
        )
        for row in rows
    ]


def as_read(one: Said | None, *, unread: int) -> Said | None:
    """The last message of a conversation, for who has so many unread in it."""
    if one is None or one.row.kind != MessageKind.INBOUND or not unread:
        return one
    return replace(one, is_read=False)


def unread_from(staff: Staff, conversation_id: int) -> int | None:
    """The oldest message that somebody has not read; None when they have read all. What is unread is counted from the newest back."""
    count = db.session.scalar(
        select(Participant.unread_count).where(Participant.conversation_id == conversation_id, Participant.staff_id == staff.id)
    )
    if not count:
        return None
    calls_me = select(Mention.message_id).where(Mention.staff_id == staff.id)
    counted = select(Message.id).where(
        Message.conversation_id == conversation_id, or_(Message.kind == MessageKind.INBOUND, Message.id.in_(calls_me))
    )
    found = db.session.scalar(counted.order_by(Message.id.desc()).limit(1).offset(count - 1))
    return found if found is not None else 0


def named(staff: Staff, conversation_id: int, text: str) -> int:
    """The message that 24 digits name in a visible conversation. Raises NotVisible."""
    found = numbers_named(staff, conversation_id, [text])
    if not found:
        raise NotVisible
    return found[0]


def numbers_named(staff: Staff, conversation_id: int, texts: Collection[str]) -> list[int]:
    """Those of a conversation that these ids name."""
    names = or_(*[within_id24(Message.uuid, text) for text in dict.fromkeys(texts)])
    query = select(Message.id).join(Conversation, Conversation.id == Message.conversation_id)
    return list(
        db.session.scalars(
            query.where(Message.conversation_id == conversation_id, IS_TEXT, ~IS_REMOVED, is_visible_to(staff), names).order_by(Message.id)
        )
    )
