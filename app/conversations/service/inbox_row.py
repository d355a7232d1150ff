"""Keeps the row of the inbox true at write time, so that reading a list costs one index walk.

`hold` comes first in every change: it makes writers of one conversation queue (SQLite's writers queue anyway).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, or_, select, update

from app.accounts.models import Role, Staff, StaffSchool
from app.accounts.permissions import PERMISSIONS, Permission
from app.conversations.events import ConversationChanged, ConversationsChanged, MessageAdded, UnreadChanged
from app.conversations.models import (
    Conversation,
    ConversationState,
    Message,
    MessageKind,
    MessageStatus,
    Participant,
)
from app.conversations.queries import has_waited_since
from app.conversations.signed import stored
from app.core import rows
from app.core.database import connection, db, open_events
from app.core.prepared import Prepared

LONGEST_PREVIEW = 160
SEES_SCHOOL = [role for role, held in PERMISSIONS.items() if Permission.READ_SCHOOL_THREADS in held and role != Role.DISTRICT_ADMIN]


_HELD = select(Conversation).where(Conversation.id == bindparam("id")).with_for_update().execution_options(populate_existing=True)
_STAFF_PLACES = Participant.__table__.c


def hears_school(school_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition on `Staff`: whether this person hears everything of a school, and each conversation with it."""
    at_school = exists().where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id == school_id)
    return or_(Staff.role == Role.DISTRICT_ADMIN, and_(or_(*[Staff.role == role for role in SEES_SCHOOL]), at_school))


_LISTENERS = (
    select(Participant.staff_id)
    .join(Staff, Staff.id == Participant.staff_id)
    .where(Participant.conversation_id == bindparam("id"), Participant.left_at.is_(None), ~hears_school(bindparam("school")))
    .order_by(Participant.staff_id)
)
_REPEATED = (
    update(Participant)
    .where(_STAFF_PLACES.conversation_id == bindparam("here"), _STAFF_PLACES.staff_id.is_not(None))
    .values(state=bindparam("new_state"), last_message_id=bindparam("newest"))
)
_OF_OTHERS = case((_STAFF_PLACES.staff_id == bindparam("reader"), 0), else_=_STAFF_PLACES.unread_count)
_REPEAT, _REPEAT_AND_READ = Prepared(_REPEATED), Prepared(_REPEATED.values(unread_count=_OF_OTHERS))
"""Statements of every change, built once."""


def hold(conversation_id: int) -> Conversation:
    """The conversation as it is now, and nobody else's until the commit."""
    return db.session.scalars(_HELD, {"id": conversation_id}).one()


def hold_all(conversation_ids: Collection[int]) -> list[Conversation]:
    """The same for many, in one query; taken in the order of their numbers, so that two who do this never wait for each other."""
    held = select(Conversation).where(Conversation.id.in_(conversation_ids)).order_by(Conversation.id).with_for_update()
    return list(db.session.scalars(held.execution_options(populate_existing=True)))


def about(conversation: Conversation, listeners: Iterable[int | None] | None = None) -> dict[str, Any]:
    """What every fact of a conversation says; see `ConversationFact`. `listeners` for who knows them already."""
    if listeners is None:
        listeners = db.session.scalars(_LISTENERS, {"id": conversation.id, "school": conversation.school_id})
    return {
        "district_id": conversation.district_id,
        "school_id": conversation.school_id,
        "conversation_id": conversation.id,
        "version": conversation.version,
        "listeners": tuple(listeners),
    }


def changed(conversation: Conversation) -> None:
    """Say that the row or the head of the page looks different."""
    conversation.version += 1
    open_events().append(ConversationChanged(**about(conversation)))


def all_changed(conversations: Collection[Conversation]) -> None:
    """The same of many, with one query for those who hear of them."""
    listeners = listeners_of(conversations)
    by_district: dict[int, list[ConversationChanged]] = {}
    for conversation in conversations:
        conversation.version += 1
        fact = ConversationChanged(**about(conversation, listeners.get(conversation.id, ())))
        by_district.setdefault(conversation.district_id, []).append(fact)
    open_events().extend(ConversationsChanged(district_id, tuple(facts)) for district_id, facts in by_district.items())


def listeners_of(conversations: Collection[Conversation]) -> dict[int, list[int | None]]:
    """Who hears of each of these conversations beside its school, in one query; see `ConversationFact`."""
    heard = db.session.execute(
        select(Participant.conversation_id, Participant.staff_id)
        .join(Conversation, Conversation.id == Participant.conversation_id)
        .join(Staff, Staff.id == Participant.staff_id)
        .where(
            Participant.conversation_id.in_([conversation.id for conversation in conversations]),
            Participant.left_at.is_(None),
            ~hears_school(Conversation.__table__.c.school_id),
        )
        .order_by(Participant.staff_id)
    )
    listeners: dict[int, list[int | None]] = {}
    for conversation_id, staff_id in heard:
        listeners.setdefault(conversation_id, []).append(staff_id)
    return listeners


@dataclass(frozen=True, slots=True)
class Growth:
    """What one conversation's timeline grew by. `changes` are other columns of the conversation that change with it."""

    conversation: Conversation
    message: Message
    listeners: Iterable[int | None] | None = None
    """For who knows them already; see `about`."""
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def comes_to_the_top(self) -> bool:
        """What people write does, in every list."""
        return self.message.kind != MessageKind.EVENT and not self.message.is_automatic


def added(conversation: Conversation, message: Message) -> None:
    """Say that the timeline grew."""
    all_added([Growth(conversation, message)])


def all_added(growths: Sequence[Growth], *, reader_id: int | None = None) -> None:
    """The same for several conversations, with one statement for what changes in each table. `reader_id` has read all of it."""
    db.session.flush()
    rows.change_all(
        [
            (
                each.conversation,
                {"version": each.conversation.version + 1}
                | (_shown(each.message, each.conversation) if each.comes_to_the_top else {})
                | dict(each.changes),
            )
            for each in growths
        ]
    )
    if shown := [each.conversation for each in growths if each.comes_to_the_top]:
        _repeat_for_staff(shown, reader_id)
    open_events().extend(
        MessageAdded(**about(each.conversation, each.listeners), message_id=each.message.id, kind=each.message.kind) for each in growths
    )


def set_state(conversation: Conversation, state: ConversationState, until: datetime | None = None) -> bool:
    """Put the conversation into a state, for everybody in it. Answers whether anything changed."""
    if conversation.state == state and conversation.snoozed_until == until:
        return False
    conversation.state, conversation.snoozed_until = state, until
    _repeat_for_staff([conversation])
    return True


def look_again(conversation: Conversation) -> None:
    """Work the row out from the messages again, after one of them was taken back."""
    waiting = has_waited_since(conversation.id)
    conversation.waits_since = waiting.created_at if waiting and conversation.state != ConversationState.DONE else None
    last = db.session.scalar(_written(conversation).limit(1))
    if last is None:
        conversation.last_message_id, conversation.last_message_at = 0, conversation.created_at
        conversation.preview = conversation.preview_kind = ""
        conversation.preview_author = conversation.preview_language = None
    else:
        text = db.session.scalar(_written(conversation).where(Message.kind != MessageKind.NOTE).limit(1))
        if text is not None:
            _show(conversation, text)
        _show(conversation, last)
    _repeat_for_staff([conversation])


def _written(conversation: Conversation) -> Select[Message]:
    """What people wrote, the newest first."""
    return (
        select(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.kind != MessageKind.EVENT,
            Message.is_automatic.is_(False),
            Message.status != MessageStatus.CANCELLED,
        )
        .order_by(Message.id.desc())
    )


def show_again(conversation: Conversation, message: Message) -> None:
    """A file of a message arrived: the row may show the message differently, if it is the newest."""
    if conversation.last_message_id == message.id:
        _show(conversation, message)
        changed(conversation)


def more_unread(conversation: Conversation, *, except_staff_id: int | None = None, only: Collection[int] | None = None) -> None:
    """One more unread entry for everybody in the conversation, or for `only` these people."""
    whom = [
        Participant.conversation_id == conversation.id,
        Participant.staff_id.is_not(None),
        Participant.left_at.is_(None),
    ]
    if except_staff_id is not None:
        whom.append(Participant.staff_id != except_staff_id)
    if only is not None:
        whom.append(Participant.staff_id.in_(only))
    db.session.execute(update(Participant).where(*whom).values(unread_count=Participant.unread_count + 1))
    tell_unread(conversation, [staff_id for staff_id in db.session.scalars(select(Participant.staff_id).where(*whom)) if staff_id])


def tell_unread(conversation: Conversation, staff_ids: Collection[int]) -> None:
    """Say to each of these people what they have not read now."""
    if not staff_ids:
        return
    here = case((Participant.conversation_id == conversation.id, Participant.unread_count), else_=0)
    rows = db.session.execute(
        select(Participant.staff_id, func.sum(here).label("unread"), func.count().label("total"))
        .where(
            Participant.staff_id.in_(staff_ids),
            Participant.unread_count > 0,
            Participant.left_at.is_(None),
        )
        .group_by(Participant.staff_id)
    )
    known = {row.staff_id: (int(row.unread), int(row.total)) for row in rows}
    for staff_id in sorted(staff_ids):
        unread, total = known.get(staff_id, (0, 0))
        open_events().append(UnreadChanged(conversation.district_id, staff_id, conversation.id, unread, total))


def tell_all_read(conversations: Sequence[Conversation], staff_id: int) -> None:
    """Say to one person that nothing is unread any more in these conversations."""
    unread = select(func.count()).where(Participant.staff_id == staff_id, Participant.unread_count > 0, Participant.left_at.is_(None))
    total = db.session.scalar(unread) or 0
    open_events().extend(UnreadChanged(each.district_id, staff_id, each.id, 0, total) for each in conversations)


def _show(conversation: Conversation, message: Message) -> None:
    for name, value in _shown(message, conversation).items():
        setattr(conversation, name, value)


def _shown(message: Message, conversation: Conversation) -> dict[str, Any]:
    """The columns of a row that shows this message. While a family waits, a note among staff does not hide what it wrote."""
    place = {"last_message_id": message.id, "last_message_at": message.created_at}
    if message.kind == MessageKind.NOTE and conversation.waits_since is not None:
        return place
    words, kind = _words_and_kind(message)
    return place | {
        "preview": words,
        "preview_kind": kind,
        "preview_author": stored(message.author, message.details),
        "preview_language": message.language,
    }


def _words_and_kind(message: Message) -> tuple[str, str]:
    """What the row shows of a message; of one without words, what was attached."""
    words = " ".join(message.body.split())[:LONGEST_PREVIEW]
    if words or not message.attachments:
        return words, message.kind
    pictures = all(attachment.content_type.startswith("image/") for attachment in message.attachments)
    return "", "photo" if pictures else "file"


def _repeat_for_staff(conversations: Collection[Conversation], reader_id: int | None = None) -> None:
    db.session.flush()
    repeat = _REPEAT if reader_id is None else _REPEAT_AND_READ
    places = [{"here": each.id, "new_state": each.state, "newest": each.last_message_id, "reader": reader_id} for each in conversations]
    if len(places) == 1:
        repeat.rows(places[0])
    else:
        connection().execute(repeat.statement, places)
    changed_here = {each.id for each in conversations}
    rows.forget(Participant, ("state", "last_message_id", "unread_count"), lambda place: place.conversation_id in changed_here)
