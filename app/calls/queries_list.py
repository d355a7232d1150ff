"""The calls that go on, and the conferences that were: read models for the first page of this room."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, literal, select, text

from app.accounts.behind import by_system, name_behind
from app.accounts.models import Staff
from app.calls.models import Call, CallKind, ConferenceParticipant, DirectCall, LegState, Recording, RecordingKind
from app.calls.models.calls import GOES_ON
from app.calls.queries import is_visible_to
from app.core.database import db
from app.core.keyset import Page, page_of_rows
from app.directory.models import School

AT_ONCE = 25
MOST_LIVE = 50
KEYS = (Call.id,)


@dataclass(frozen=True, slots=True)
class ListedCall:
    """A call as a list shows it."""

    id: int
    kind: str
    title: str
    status: str
    stage: str | None
    """Of a call between two: where it is."""
    starter: str
    is_own: bool
    """Begun, or to be taken, by the reader's own hand."""
    at: datetime
    answered_at: datetime | None
    seconds: int | None
    """How long it was; None if nobody talked, or while it goes on."""
    zone: str
    people: int
    """Who are in, or took part."""
    has_notes: bool
    is_recorded: bool


Listed = Row[*tuple[Any, ...]]


def live_calls(staff: Staff) -> list[ListedCall]:
    """What goes on now, of every kind, the newest first."""
    rows = db.session.execute(_listed(staff, _inside()).where(text(f"calls.{GOES_ON}")).order_by(Call.id.desc()).limit(MOST_LIVE))
    return [_row(row, staff) for row in rows]


def past_conferences(staff: Staff, cursor: str | None = None) -> Page[ListedCall]:
    """Those that are over, the newest first. Raises BadCursor."""
    over = _listed(staff, _took_part()).where(Call.kind == CallKind.CONFERENCE, Call.ended_at.is_not(None))
    page = page_of_rows(db.session(), over, KEYS, limit=AT_ONCE, cursor=cursor)
    return Page([_row(row, staff) for row in page.rows], page.next_cursor, page.previous_cursor)


def _listed(staff: Staff, people: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    is_recorded = exists().where(Recording.call_id == Call.id, Recording.kind != RecordingKind.VOICEMAIL)
    return (
        select(
            Call.id, Call, Staff.name, name_behind(Call.bearer_id, Call.staff_id), School.time_zone, people, is_recorded, DirectCall.stage
        )
        .join(School, School.id == Call.school_id)
        .outerjoin(Staff, Staff.id == Call.staff_id)
        .outerjoin(DirectCall, DirectCall.call_id == Call.id)
        .where(is_visible_to(staff))
    )


def _inside() -> ColumnElement[int]:
    return _count(ConferenceParticipant.state == LegState.JOINED)


def _took_part() -> ColumnElement[int]:
    return _count(ConferenceParticipant.joined_at.is_not(None))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """People, as `ConferenceParticipant.person` tells them apart: who is in on two phones counts once."""
    of = ConferenceParticipant
    person = case(
        (of.guardian_id.is_not(None), literal("guardian ").concat(of.guardian_id)),
        (of.staff_id.is_not(None), literal("staff ").concat(of.staff_id)),
        else_=of.address,
    )
    return select(func.count(person.distinct())).where(ConferenceParticipant.call_id == Call.id, condition).scalar_subquery()


def _row(row: Listed, staff: Staff) -> ListedCall:
    _number, call, starter, system, zone, people, is_recorded, stage = row
    talked = call.answered_at is not None and call.ended_at is not None
    seconds = int((call.ended_at - call.answered_at).total_seconds()) if talked and call.ended_at and call.answered_at else None
    return ListedCall(
        call.id, call.kind, call.title, call.status, stage, by_system(starter or "", system), call.staff_id == staff.id and not system,
        call.created_at, call.answered_at, seconds, zone, people, bool(call.notes), is_recorded,
    )  # fmt: skip
