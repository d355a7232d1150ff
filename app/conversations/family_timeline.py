"""The messages, notes and events of conversations, as moments in a family's timeline."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, false, func, select

from app.accounts.models import Staff
from app.conversations.models import Conversation, Message, MessageKind, MessageStatus
from app.conversations.queries import is_visible_to
from app.core.database import db
from app.core.search_text import fold
from app.directory.timeline import Moment, MomentKind, Wanted

ICONS = {
    MomentKind.CALL: ("phone", "call"),
    MomentKind.VOICEMAIL: ("record-mail", "voicemail"),
    MomentKind.FAX: ("printer", ""),
    MomentKind.ANNOUNCEMENT: ("speakerphone", "announce"),
}


def moments(staff: Staff, wanted: Wanted) -> list[Moment]:
    """The newest messages of the guardians' direct conversations that this person sees; one query."""
    rows = db.session.execute(_narrow(_messages(staff, wanted.guardian_ids), wanted).order_by(Message.id.desc()).limit(wanted.limit)).all()
    return [_moment(row, staff) for row in rows]


def how_many(staff: Staff, guardian_ids: Collection[int]) -> tuple[int, datetime | None]:
    """How many messages there are, and when the first was."""
    condition = _messages(staff, guardian_ids).with_only_columns(func.count(), func.min(Message.created_at))
    number, first = db.session.execute(condition).one()
    return number, first


def _messages(staff: Staff, guardian_ids: Collection[int]) -> Select[*tuple[object, ...]]:
    m = Message
    return (
        select(
            m.id, m.kind, m.author, m.body, m.language, m.translation, m.translation_language, m.status, m.created_at, m.staff_id,
            m.reference_type, m.conversation_id, m.read_at, Conversation.title,
        )
        .join(Conversation, Conversation.id == m.conversation_id)
        .where(Conversation.guardian_id.in_(list(guardian_ids)), is_visible_to(staff), m.status != MessageStatus.CANCELLED)
    )  # fmt: skip


def _narrow(query: Select[*tuple[object, ...]], wanted: Wanted) -> Select[*tuple[object, ...]]:
    if wanted.before_id is not None:
        query = query.where(Message.id < wanted.before_id)
    for word in fold(wanted.words).split():
        query = query.where(Message.search_text.contains(word, autoescape=True))
    if wanted.kind is MomentKind.TEXT:
        return query.where(Message.kind.in_([MessageKind.INBOUND, MessageKind.OUTBOUND]))
    if wanted.kind is MomentKind.NOTE:
        return query.where(Message.kind == MessageKind.NOTE)
    if wanted.kind is not None:
        return query.where(Message.kind == MessageKind.EVENT, Message.reference_type == wanted.kind if wanted.kind else false())
    return query


def _moment(row: Any, staff: Staff) -> Moment:
    kind, icon, tone, sentence = _told(row, staff)
    reads = row.translation if row.kind == MessageKind.INBOUND and row.translation else row.body
    translated = row.kind == MessageKind.INBOUND and bool(row.translation)
    return Moment(
        row.id,
        row.created_at,
        kind,
        row.author,
        sentence,
        icon,
        tone,
        quote=reads,
        quote_language=row.translation_language if translated else row.language,
        from_language=row.language if translated else None,
        href=f"/conversations/{row.conversation_id}",
    )


def _told(row: Any, staff: Staff) -> tuple[MomentKind, str, str, str]:
    family = row.title
    if row.kind == MessageKind.NOTE:
        return MomentKind.NOTE, "lock", "note", str(_("Staff note · %(who)s", who=row.author))
    if row.kind == MessageKind.INBOUND:
        return MomentKind.TEXT, "message", "", str(_("%(who)s texted", who=row.author or family))
    if row.kind == MessageKind.OUTBOUND:
        if row.status in {MessageStatus.FAILED, MessageStatus.BLOCKED}:
            return MomentKind.TEXT, "message-x", "failed", str(_("Text to %(who)s not delivered", who=family))
        if row.staff_id == staff.id:
            return MomentKind.TEXT, "message", "", str(_("You texted %(who)s", who=family))
        return MomentKind.TEXT, "message", "", str(_("%(author)s texted %(who)s", author=row.author, who=family))
    found = next((each for each in MomentKind if each == row.reference_type), MomentKind.TEXT)
    icon, tone = ICONS.get(found, ("info-circle", ""))
    return found, icon, tone, row.body
