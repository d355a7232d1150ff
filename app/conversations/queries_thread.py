"""What a thread shows: its head, a page of messages with what hangs on them, and its people. Each is one query."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, exists, false, func, or_, select

from app.accounts.models import Staff, StaffKind
from app.conversations.models import (
    Attachment,
    Conversation,
    Draft,
    Message,
    MessageKind,
    Participant,
    Receipt,
    ScheduledMessage,
)
from app.conversations.models.helpers import ScheduleState
from app.conversations.queries import is_visible_to
from app.conversations.queries_inbox import CountColumns, count_columns
from app.conversations.queries_message_row import FILE, MessageRow, MessageRun, message_texts, run_of
from app.conversations.readers import anyone, fixed, particulars_of
from app.core.database import db
from app.core.errors import NotVisible
from app.core.json_rows import json_rows
from app.core.prepared import Prepared, Record
from app.directory.models import ConsentKind, ContactPoint, District, Guardian, PhoneNumber, School
from app.directory.queries import newest_wish

PAGE_SIZE = 40

conversations, messages, people = Conversation.__table__, Message.__table__, Participant.__table__
districts = District.__table__
ours = PhoneNumber.__table__
schools, guardians, points, staff_table = School.__table__, Guardian.__table__, ContactPoint.__table__, Staff.__table__
mine, drafts = people.alias("mine"), Draft.__table__
owner, assignee = staff_table.alias("owner"), staff_table.alias("assignee")
c, m, p = conversations.c, messages.c, people.c

HAS_WRITTEN = case(
    (
        points.c.opted_out_at.is_not(None),
        exists().where(m.conversation_id == p.conversation_id, m.participant_id == p.id, m.kind == fixed(MessageKind.INBOUND)),
    ),
    else_=false(),
)
"""Whether somebody who stopped one of our numbers wrote to the one of this conversation; asked about nobody else."""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages in the order of time; whether there are earlier and later ones."""

    run: MessageRun
    has_older: bool
    has_newer: bool = False

    @property
    def rows(self) -> list[MessageRow]:
        """The messages."""
        return self.run.rows


def thread_head(staff: Staff, conversation_id: int, *, with_counts: bool = False) -> Record:
    """The conversation with its school, its people in charge, and the asker's part in it, draft and files beside it. Raises NotVisible.

    `with_counts`: the last columns are those that `queries_inbox.counts_out_of` reads, so that a page asks once.
    """
    columns, values = count_columns(staff) if with_counts else ((), {})
    found = _head(staff.role, columns).records(values | particulars_of(staff) | {"id": conversation_id})
    if not found:
        raise NotVisible
    return found[0]


def thread_people(conversation_id: int) -> list[Record]:
    """Who takes part, with what is known of their numbers and how far they have read. For a conversation that was visible."""
    return _people().records({"id": conversation_id})


def onlookers(conversation_id: int) -> list[Row[Any]]:
    """Every colleague of the district by id and name, for saying who looks at a conversation that was visible."""
    joined = staff_table.join(conversations, conversations.c.district_id == staff_table.c.district_id)
    statement: Select[*tuple[Any, ...]] = select(staff_table.c.id, staff_table.c.name).select_from(joined)
    return list(db.session.execute(statement.where(c.id == conversation_id)).all())


def newest_messages(conversation_id: int, *, before: int | None = None, size: int = PAGE_SIZE) -> MessagePage:
    """The newest messages, or the newest ones before one that is shown already."""
    values = {"id": conversation_id, "size": size + 1, "edge": before}
    found = tuple([text for (text,) in _messages("newest" if before is None else "before").rows(values)])
    return MessagePage(run_of(found[:size][::-1]), has_older=len(found) > size, has_newer=before is not None)


def messages_after(conversation_id: int, after: int, *, size: int = PAGE_SIZE) -> MessagePage:
    """The messages that follow one that is shown already."""
    found = tuple([text for (text,) in _messages("after").rows({"id": conversation_id, "size": size + 1, "edge": after})])
    return MessagePage(run_of(found[:size]), has_older=True, has_newer=len(found) > size)


def messages_around(conversation_id: int, message_id: int, *, size: int = PAGE_SIZE) -> MessagePage:
    """A message with its surroundings, for a jump to it."""
    half = size // 2
    earlier = newest_messages(conversation_id, before=message_id, size=half)
    later = messages_after(conversation_id, message_id - 1, size=half)
    return MessagePage(run_of(earlier.run.texts + later.run.texts), earlier.has_older, later.has_newer)


def one_message(staff: Staff, message_id: int) -> Record:
    """One `message` (see `read_message`) with what is known of its conversation. Raises NotVisible."""
    found = _message(staff.role).records(particulars_of(staff) | {"message": message_id})
    if not found:
        raise NotVisible
    return found[0]


def fresh_messages(staff: Staff, conversation_id: int, after: int, *, size: int = PAGE_SIZE) -> list[Record]:
    """The messages after one that is shown, and that one first, if the asker may see them (see `read_message`)."""
    return _fresh(staff.role).records(particulars_of(staff) | {"id": conversation_id, "edge": after, "size": size + 1})


def school_zone(school_id: int) -> str:
    """The zone of a school: forms speak of the time on its wall."""
    return str(db.session.execute(select(schools.c.time_zone).where(schools.c.id == school_id)).scalar_one())


@lru_cache(maxsize=256)
def _head(role: str, counts: CountColumns) -> Prepared:
    me: ColumnElement[int] = bindparam("me")
    later = ScheduledMessage.__table__
    joined = (
        conversations.join(schools, schools.c.id == c.school_id)
        .join(districts, districts.c.id == c.district_id)
        .outerjoin(mine, and_(mine.c.conversation_id == c.id, mine.c.staff_id == me))
        .outerjoin(drafts, and_(drafts.c.conversation_id == c.id, drafts.c.staff_id == me))
        .outerjoin(owner, owner.c.id == c.created_by_id)
        .outerjoin(assignee, assignee.c.id == c.assigned_to_id)
    )
    scheduled = json_rows(
        select(later.c.id).where(later.c.conversation_id == c.id, later.c.state == fixed(ScheduleState.WAITING)).correlate(conversations),
        id=later.c.id,
        staff_id=later.c.staff_id,
        body=later.c.body,
        translation=later.c.translation,
        due_at=later.c.due_at,
        problem=later.c.problem,
    )
    file = Attachment.__table__.c
    unsent = select(file.id).where(
        file.conversation_id == c.id,
        file.staff_id == me,
        file.message_id.is_(None),
        file.scheduled_message_id.is_(None),
        file.file_key.is_not(None),
    )
    beside = json_rows(unsent.correlate(conversations), uuid=file.uuid, **FILE)
    return Prepared(
        select(
            c.id, c.district_id, c.school_id, c.kind, c.guardian_id, c.created_by_id, c.is_office, c.assigned_to_id, c.state,
            c.snoozed_until, c.title, c.subtitle, c.language, c.last_message_id, c.waits_since, c.version, c.going_on,
            schools.c.name.label("school"), schools.c.time_zone, schools.c.short_name, districts.c.settings,
            owner.c.name.label("owner"), assignee.c.name.label("assignee"),
            mine.c.id.label("my_part"), mine.c.unread_count, mine.c.is_muted,
            drafts.c.body.label("draft"), drafts.c.is_note.label("draft_is_note"),
            scheduled.label("scheduled"), beside.label("unsent"), *counts,
        )
        .select_from(joined)
        .where(c.id == bindparam("id"), is_visible_to(anyone(role)))
    )  # fmt: skip


@lru_cache(maxsize=1)
def _people() -> Prepared:
    receipt = Receipt.__table__
    whose = (receipt.c.staff_id == p.staff_id) | (receipt.c.participant_id == p.id)
    joined = (
        people.outerjoin(staff_table, staff_table.c.id == p.staff_id)
        .outerjoin(guardians, guardians.c.id == p.guardian_id)
        .outerjoin(points, points.c.id == p.contact_point_id)
        .outerjoin(receipt, and_(receipt.c.conversation_id == p.conversation_id, whose))
        .outerjoin(ours, ours.c.id == func.coalesce(p.answers_from_id, p.phone_number_id))
    )
    has_stopped = newest_wish(ContactPoint.district_id, ContactPoint.address) == fixed(ConsentKind.OPTED_OUT)
    return Prepared(
        select(
            p.id, p.staff_id, p.guardian_id, p.contact_point_id, p.address, p.phone_number_id, p.pairing_deactivated_at, p.left_at,
            staff_table.c.name.label("staff_name"), staff_table.c.job_title,
            guardians.c.given_name, guardians.c.family_name, guardians.c.language, guardians.c.time_zone, guardians.c.postal_code,
            ours.c.address.label("our_number"), p.answers_from_id,
            case((points.c.opted_out_at.is_not(None), has_stopped), else_=false()).label("has_stopped_ours"),
            HAS_WRITTEN.label("has_written"),
            points.c.kind, points.c.health, points.c.opted_out_at, points.c.language.label("point_language"),
            receipt.c.message_id.label("read_up_to"), receipt.c.read_at,
            or_(receipt.c.is_private, staff_table.c.kind == fixed(StaffKind.APPLICATION)).label("is_private"),  # programs read nothing
        )
        .select_from(joined)
        .where(p.conversation_id == bindparam("id"))
        .order_by(p.id)
    )  # fmt: skip


@lru_cache(maxsize=4)
def _messages(which: str) -> Prepared:
    statement = message_texts().where(m.conversation_id == bindparam("id")).limit(bindparam("size"))
    if which == "after":
        return Prepared(statement.where(m.id > bindparam("edge")).order_by(m.id))
    if which == "before":
        statement = statement.where(m.id < bindparam("edge"))
    return Prepared(statement.order_by(m.id.desc()))


@lru_cache(maxsize=16)
def _message(role: str) -> Prepared:
    joined = messages.join(conversations, c.id == m.conversation_id).join(schools, schools.c.id == c.school_id)
    address = (
        select(p.address)
        .where(p.conversation_id == c.id, p.contact_point_id.is_not(None), p.left_at.is_(None))
        .order_by(p.id.desc())
        .limit(fixed(1))
        .correlate(conversations)
        .scalar_subquery()
    )
    about = (c.id.label("conversation_id"), c.kind.label("conversation_kind"), c.guardian_id, c.title, schools.c.time_zone)
    seen = message_texts().select_from(joined).add_columns(*about, address.label("partner_address"))
    return Prepared(seen.where(m.id == bindparam("message"), is_visible_to(anyone(role))))


@lru_cache(maxsize=16)
def _fresh(role: str) -> Prepared:
    joined = messages.join(conversations, c.id == m.conversation_id).join(schools, schools.c.id == c.school_id)
    seen = message_texts().select_from(joined).add_columns(c.kind.label("conversation_kind"), c.title, schools.c.time_zone)
    return Prepared(
        seen.where(m.conversation_id == bindparam("id"), m.id >= bindparam("edge"), is_visible_to(anyone(role)))
        .order_by(m.id)
        .limit(bindparam("size"))
    )
