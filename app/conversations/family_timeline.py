"""The messages, notes and events of conversations, as moments in a family's timeline."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from app.accounts.models import Staff, StaffKind
from app.accounts.permissions import Permission, role_allows
from app.carrier.error_codes import explain
from app.conversations.models import Conversation, Message, MessageKind, MessageStatus
from app.conversations.queries import is_visible_to
from app.conversations.queries_message_row import MessageRow, message_texts, read_message
from app.conversations.signed import signed, system_of
from app.conversations.views.attached import shown
from app.conversations.views.timeline_lines import ICONS, Line, line_of
from app.core.database import db
from app.core.search_text import fold
from app.directory.timeline import Moment, MomentKind, MomentState, Picture, Wanted

IN_THE_LEDGER = ("opted_out", "opted_in")
"""Lines of threads that `directory.consent_timeline` shows, whichever of our numbers they were said to."""
UNDELIVERED = {MessageStatus.FAILED, MessageStatus.BLOCKED}


def moments(staff: Staff, wanted: Wanted) -> list[Moment]:
    """The newest messages of the guardians' direct conversations that this person sees; one query."""
    query = message_texts().add_columns(Conversation.title, Conversation.last_message_id, is_visible_to(staff).label("is_open"))
    query = query.join(Conversation, Conversation.id == Message.conversation_id).where(_is_of(staff, wanted.guardian_ids))
    if wanted.words:  # words that somebody may not read are not found either
        query = query.where(is_visible_to(staff))
    rows = db.session.execute(_narrow(query, wanted).order_by(Message.id.desc()).limit(wanted.limit)).all()
    found = [(read_message(row.message), row) for row in rows]
    return [
        _moment(message, row.title, staff, is_last=row.last_message_id == message.id)
        if row.is_open
        else _outline(message, row.title, staff)
        for message, row in found
    ]


def how_many(staff: Staff, guardian_ids: Collection[int]) -> tuple[int, datetime | None]:
    """How many messages there are, and when the first was."""
    query = select(func.count(), func.min(Message.created_at)).join(Conversation, Conversation.id == Message.conversation_id)
    number, first = db.session.execute(query.where(_is_of(staff, guardian_ids), Message.status != MessageStatus.CANCELLED)).one()
    return number, first


def _is_of(staff: Staff, guardian_ids: Collection[int]) -> Any:
    what = func.coalesce(Message.details["type"].as_string(), "")
    is_shown = or_(Message.kind != MessageKind.EVENT, what.not_in(IN_THE_LEDGER))
    return and_(Conversation.guardian_id.in_(list(guardian_ids)), or_(is_visible_to(staff), _is_a_programs(staff)), is_shown)


def _is_a_programs(staff: Staff) -> ColumnElement[bool]:
    """Texts with a program at the reader's schools: whoever sees the family is to know that there were some, though not the words."""
    if not role_allows(staff.role, Permission.READ_THREADS):
        return false()
    programs = select(Staff.id).where(Staff.district_id == staff.district_id, Staff.kind == StaffKind.APPLICATION)
    return and_(
        Conversation.district_id == staff.district_id,
        Conversation.school_id.in_(staff.school_ids),
        Conversation.deleted_at.is_(None),
        Conversation.created_by_id.in_(programs),
        Message.kind.in_([MessageKind.INBOUND, MessageKind.OUTBOUND]),
    )


def _outline(row: MessageRow, title: str, staff: Staff) -> Moment:
    """That there was a text, to somebody who may not open its thread."""
    kind, icon, tone, sentence = _told(row._replace(details={}), title, staff, with_photo=False)
    return Moment(row.id, row.created_at, kind, row.author, sentence, icon, tone)


def _narrow(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.before_id is not None:
        query = query.where(Message.id < wanted.before_id)
    for word in fold(wanted.words).split():
        query = query.where(Message.search_text.contains(word, autoescape=True))
    if wanted.kind is MomentKind.TEXT:
        return query.where(Message.kind.in_([MessageKind.INBOUND, MessageKind.OUTBOUND]))
    if wanted.kind is MomentKind.NOTE:
        beside_a_call = func.coalesce(Message.details["notes"].as_string(), "") != ""
        return query.where(or_(Message.kind == MessageKind.NOTE, and_(Message.kind == MessageKind.EVENT, beside_a_call)))
    if wanted.kind is not None:
        return query.where(Message.kind == MessageKind.EVENT, Message.reference_type == wanted.kind if wanted.kind else false())
    return query


def _moment(row: MessageRow, family: str, staff: Staff, *, is_last: bool) -> Moment:
    translated = row.kind == MessageKind.INBOUND and bool(row.translation)
    files = shown(row.attachments, staff.id) if row.attachments else []
    pictures = [Picture(each.href, each.source, each.name, each.width, each.height) for each in files if each.is_picture]
    line = line_of(row) if row.kind == MessageKind.EVENT else None
    reads_schools = role_allows(staff.role, Permission.READ_SCHOOL_THREADS)
    kind, icon, tone, sentence = _told_by_line(row, line) if line else _told(row, family, staff, with_photo=bool(pictures))
    return Moment(
        row.id,
        row.created_at,
        kind,
        row.author,
        sentence,
        icon,
        tone,
        quote=line.quote if line else (row.translation or row.body) if translated else row.body,
        quote_language=row.translation_language if translated else row.language,
        from_language=row.language if translated else None,
        href=(line and line.opened_to(row, staff.id, reads_schools=reads_schools)) or f"/conversations/{row.conversation_id}",
        pictures=pictures,
        files=[each.name for each in files if not each.is_picture],
        state=_state(row),
        asks_for_reply=is_last and row.kind == MessageKind.INBOUND,
    )


def _told(row: MessageRow, title: str, staff: Staff, *, with_photo: bool) -> tuple[MomentKind, str, str, str]:
    family = title.split(" ", maxsplit=1)[0]
    if row.kind == MessageKind.NOTE:
        return MomentKind.NOTE, "lock", "note", str(_("Staff note · %(who)s", who=signed(row.author, row.details)))
    if row.kind == MessageKind.INBOUND:
        return MomentKind.TEXT, "photo" if with_photo else "message", "", _told_by_family(row, family, with_photo=with_photo)
    if row.status in UNDELIVERED:
        return MomentKind.TEXT, "message-x", "failed", str(_("Text to %(who)s not delivered", who=family))
    if system := system_of(row.details):
        said = str(_("%(system)s texted %(who)s for %(author)s", system=system, who=family, author=row.author))
        return MomentKind.TEXT, "message", "", said
    if row.staff_id == staff.id:
        return MomentKind.TEXT, "message", "", str(_("You texted %(who)s", who=family))
    return MomentKind.TEXT, "message", "", str(_("%(author)s texted %(who)s", author=row.author, who=family))


def _told_by_line(row: MessageRow, line: Line) -> tuple[MomentKind, str, str, str]:
    found = next((each for each in MomentKind if each == row.reference_type), MomentKind.TEXT)
    icon, tone = ICONS.get(found, (line.glyph or "info-circle", line.tone))
    return found, icon, tone, line.text


def _told_by_family(row: MessageRow, family: str, *, with_photo: bool) -> str:
    answers = row.details.get("answers")
    if answers and answers.get("choice"):
        return str(_("%(who)s answered “%(title)s”: %(choice)s", who=family, title=answers["title"], choice=answers["choice"]))
    if answers:
        return str(_("%(who)s answered “%(title)s”", who=family, title=answers["title"]))
    return str(_("%(who)s sent a photo", who=family) if with_photo else _("%(who)s texted", who=family))


def _state(row: MessageRow) -> MomentState | None:
    """What became of a text, where that is worth a word: why it did not arrive, or that it was opened."""
    if row.kind != MessageKind.OUTBOUND:
        return None
    if row.status in UNDELIVERED:
        return MomentState(str(explain(row.error_code).meaning))
    return MomentState("", opened_at=row.read_at) if row.read_at else None
