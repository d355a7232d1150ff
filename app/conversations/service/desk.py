"""What a writer has in front of them: all that writing into a conversation must know, with one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, select

from app.accounts.models import Staff
from app.conversations.models import Conversation, Draft, Message, MessageKind, Participant, Receipt
from app.conversations.service.inbox_row import hears_school
from app.conversations.service.recipients import PEOPLE, Recipient, around_participant, recipient_of
from app.core.clock import now
from app.core.database import db
from app.core.json_rows import json_rows
from app.core.prepared import Prepared

ACTIVE_FOR = timedelta(hours=24)
"""An answer within this time after the guardian wrote passes quiet hours."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Of one writer in one held conversation; true until the commit, as whoever changes any of it holds the conversation first."""

    recipients: list[Recipient]
    earlier_id: int | None
    """The message that the same request made before."""
    takes_part: bool
    unread: int
    receipt_id: int | None
    read_up_to: int
    draft_is_note: bool | None
    heard_at: datetime | None
    """When the guardians last wrote."""
    listeners: tuple[int, ...]
    """As in `ConversationFact`."""

    @property
    def is_active(self) -> bool:
        """Whether somebody wrote lately, so that a text now is an answer."""
        return self.heard_at is not None and self.heard_at > now() - ACTIVE_FOR


def lay(conversation: Conversation, writer: Staff, uuid: UUID | None) -> Desk:
    """Read it, after the conversation is held: what somebody else committed before is seen. `uuid` names the request."""
    asked = {"id": conversation.id, "me": writer.id, "school": conversation.school_id, "uuid": uuid}
    db.session.flush()
    rows = [_DESK.read(row) for row in _DESK.rows(asked)]
    return _desk_of(rows[0], [recipient_of(row[OWN:]) for row in rows if row[OWN] is not None])


def lay_all(conversations: Sequence[Conversation], writer: Staff) -> list[Desk]:
    """The same for some conversations of one school, in their order, with one question."""
    ids = [conversation.id for conversation in conversations]
    asked = {"ids": ids, "me": writer.id, "school": conversations[0].school_id, "uuid": None}
    db.session.flush()
    found: dict[int, list[Sequence[Any]]] = {}
    for row in _DESKS.rows(asked):
        number, *rest = _DESKS.read(row)
        found.setdefault(number, []).append(rest)
    return [_desk_of(found[number][0], [recipient_of(row[OWN:]) for row in found[number] if row[OWN] is not None]) for number in ids]


def _desk_of(row: Sequence[Any], recipients: list[Recipient]) -> Desk:
    earlier, place, left_at, unread, receipt, read_up_to, draft_is_note, heard_at, listeners = row[:OWN]
    takes_part = place is not None and left_at is None
    heard_by = tuple(sorted(each["staff_id"] for each in listeners))
    return Desk(recipients, earlier, takes_part, unread or 0, receipt, read_up_to or 0, draft_is_note, heard_at, heard_by)


_people = Participant.__table__
_mine, _listening = _people.alias("mine"), _people.alias("listening")
_receipts, _drafts, _messages, _staff = Receipt.__table__, Draft.__table__, Message.__table__, Staff.__table__


def _statement() -> Select[Any]:
    me: ColumnElement[int] = bindparam("me")
    here = Conversation.id
    listeners = (
        select(_listening.c.staff_id)
        .select_from(_listening.join(_staff, _staff.c.id == _listening.c.staff_id))
        .where(_listening.c.conversation_id == here, _listening.c.left_at.is_(None), ~hears_school(bindparam("school")))
        .correlate(Conversation)
    )
    heard = (
        select(_messages.c.created_at)
        .where(_messages.c.conversation_id == here, _messages.c.kind == MessageKind.INBOUND)
        .order_by(_messages.c.id.desc())
        .limit(1)
    )
    own = (
        select(_messages.c.id).where(_messages.c.uuid == bindparam("uuid")).scalar_subquery(),
        _mine.c.id, _mine.c.left_at, _mine.c.unread_count, _receipts.c.id, _receipts.c.message_id, _drafts.c.is_note,
        heard.correlate(Conversation).scalar_subquery(), json_rows(listeners, staff_id=_listening.c.staff_id),
    )  # fmt: skip
    hearing = and_(Participant.conversation_id == here, Participant.left_at.is_(None), Participant.contact_point_id.is_not(None))
    joined = (
        select(*own, *PEOPLE)
        .select_from(Conversation)
        .outerjoin(_mine, and_(_mine.c.conversation_id == here, _mine.c.staff_id == me))
        .outerjoin(_receipts, and_(_receipts.c.conversation_id == here, _receipts.c.staff_id == me))
        .outerjoin(_drafts, and_(_drafts.c.conversation_id == here, _drafts.c.staff_id == me))
        .outerjoin(Participant, hearing)
    )
    return around_participant(joined).order_by(Participant.id)


_DESK = Prepared(_statement().where(Conversation.id == bindparam("id")))
_ONE_OF_THEM = Conversation.id.in_(bindparam("ids", expanding=True))
_DESKS = Prepared(_statement().with_only_columns(Conversation.id.label("of"), *_statement().selected_columns).where(_ONE_OF_THEM))
OWN = 9
"""Columns of the writer's own; the rest of each row is one recipient, or nobody."""
