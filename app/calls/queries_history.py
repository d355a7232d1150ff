"""The list of calls: one read model for every page that shows calls as rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, text
from sqlalchemy.orm import aliased

from app.accounts.behind import by_system, name_behind
from app.accounts.models import Staff
from app.calls.guesses import believed
from app.calls.models import (
    Call,
    CallKind,
    CallState,
    ConferenceParticipant,
    DirectCall,
    Outcome,
    PartRole,
    Recording,
    RecordingKind,
    Transcript,
)
from app.calls.models.calls import GOES_ON
from app.calls.queries import is_visible_to
from app.calls.queries_recordings import is_opened_to
from app.core.clock import now
from app.core.database import db
from app.core.keyset import Page, page_of_rows
from app.core.phone_numbers import for_people
from app.core.search_text import fold
from app.directory.models import Guardian, School

AT_ONCE = 30
MOST_WORDS = 8
COUNTED_AMONG, COUNTED_SINCE = 500, timedelta(days=14)
"""Missed calls are counted among so many of the newest, and not for ever."""
KEYS = (Call.id,)
_taker = aliased(Staff)
_later = aliased(DirectCall)
_later_call = aliased(Call)


class Narrow(StrEnum):
    """Which calls."""

    ALL = "all"
    MISSED = "missed"
    VOICEMAIL = "voicemail"
    RECORDED = "recorded"
    CONFERENCES = "conferences"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as a list shows it."""

    id: int
    kind: str
    is_inbound: bool
    title: str
    """Whom it was with."""
    number: str
    address: str
    status: str
    outcome: str | None
    stage: str | None
    """Of one that goes on."""
    staff_id: int | None
    staff: str
    """Who began it, or whom it was for; empty for the office."""
    is_by_system: bool
    """A system began it in their name."""
    taker_id: int | None
    taker: str
    """Who took a call that came in."""
    school: str
    zone: str
    at: datetime
    seconds: int | None
    """How long they talked, or how long the message is; None if neither."""
    is_over: bool
    rang_nobody: bool
    """One's own phone was rung first, and the family's never was."""
    is_missed: bool
    has_note: bool
    notes: str
    notes_version: int
    has_voicemail: bool
    has_recording: bool
    error_code: str | None
    conversation_id: int | None
    guardian_id: int | None
    point_id: int | None

    @property
    def is_conference(self) -> bool:
        """Several people."""
        return self.kind == CallKind.CONFERENCE

    def is_begun_by(self, staff_id: int) -> bool:
        """By their own hand."""
        return self.staff_id == staff_id and not self.is_by_system

    @property
    def was_not_reached(self) -> bool:
        """We called one phone, and nobody answered it."""
        return self.kind == CallKind.DIRECT and self.status in {CallState.NO_ANSWER, CallState.BUSY}


def history_of(staff: Staff, *, narrow: Narrow = Narrow.ALL, words: str = "", cursor: str | None = None) -> Page[CallRow]:
    """The calls that this person may see, newest first; one query, whatever the depth. Raises BadCursor."""
    query = _rows().where(is_visible_to(staff), *_narrowed(staff, narrow), *_with(staff, words))
    page = page_of_rows(db.session(), query, KEYS, limit=AT_ONCE, cursor=cursor)
    return Page([_row(row) for row in page.rows], page.next_cursor, page.previous_cursor)


def row_visible_to(staff: Staff, call_id: int) -> CallRow | None:
    """One of them; None where there is nothing for this person."""
    row = db.session.execute(_rows().where(Call.id == call_id, is_visible_to(staff))).one_or_none()
    return _row(row) if row is not None else None


def missed_count(staff: Staff) -> int:
    """How many missed calls wait for an answer: nobody called that phone since, and it did not call again."""
    newest = select(Call.id).where(is_visible_to(staff)).order_by(Call.id.desc()).limit(COUNTED_AMONG).subquery()
    followed = exists().where(
        _later.address == DirectCall.address, _later.call_id > DirectCall.call_id,
        _later_call.id == _later.call_id, _later_call.district_id == staff.district_id,
    )  # fmt: skip
    waiting = (
        select(func.count())
        .select_from(newest)
        .join(Call, Call.id == newest.c.id)
        .join(DirectCall, DirectCall.call_id == Call.id)
        .where(is_missed(), DirectCall.address != "", Call.created_at > now() - COUNTED_SINCE, ~followed)
    )
    return db.session.scalar(waiting) or 0


def is_missed() -> ColumnElement[bool]:
    """The condition on `Call` and `DirectCall`: somebody called, and was neither answered nor left a message."""
    return and_(DirectCall.is_inbound.is_(True), DirectCall.outcome.in_((Outcome.MISSED, Outcome.NO_MESSAGE)))


def _rows() -> Select[*tuple[Any, ...]]:
    message = exists().where(Recording.call_id == Call.id, Recording.kind == RecordingKind.VOICEMAIL)
    left = (Recording.call_id == Call.id, Recording.kind == RecordingKind.VOICEMAIL)
    length = select(Recording.seconds).where(*left).order_by(Recording.id.desc()).limit(1).scalar_subquery()
    return (
        select(
            Call.id,
            Call,
            DirectCall,
            School,
            Staff.name,
            name_behind(Call.bearer_id, Call.staff_id),
            _taker.name,
            message,
            _is_recorded(),
            length,
        )
        .join(School, School.id == Call.school_id)
        .outerjoin(DirectCall, DirectCall.call_id == Call.id)
        .outerjoin(Staff, Staff.id == Call.staff_id)
        .outerjoin(_taker, _taker.id == DirectCall.answered_by_id)
    )


def _is_recorded() -> ColumnElement[bool]:
    return exists().where(Recording.call_id == Call.id, Recording.kind != RecordingKind.VOICEMAIL)


def _narrowed(staff: Staff, narrow: Narrow) -> list[ColumnElement[bool]]:
    return {
        Narrow.ALL: [],
        Narrow.MISSED: [is_missed()],
        Narrow.VOICEMAIL: [DirectCall.outcome == Outcome.VOICEMAIL],
        Narrow.RECORDED: [_is_recorded()],
        Narrow.CONFERENCES: [Call.kind == CallKind.CONFERENCE],
        Narrow.MINE: [or_(Call.staff_id == staff.id, DirectCall.answered_by_id == staff.id)],
    }[narrow]


def _with(staff: Staff, words: str) -> list[ColumnElement[bool]]:
    """Each word stands in a name of those who took part, in the title or the number, or was said in a recording."""
    found: list[ColumnElement[bool]] = []
    for word in words.split()[:MOST_WORDS]:
        digits = "".join(letter for letter in word if letter.isascii() and letter.isdigit())
        known = exists().where(Guardian.id == Call.guardian_id, Guardian.search_text.contains(fold(word), autoescape=True))
        took_part = exists().where(
            ConferenceParticipant.call_id == Call.id, ConferenceParticipant.role != PartRole.MODERATOR,
            or_(ConferenceParticipant.provider_call_id.is_not(None), ConferenceParticipant.joined_at.is_not(None)),
            ConferenceParticipant.name.icontains(word, autoescape=True),
        )  # fmt: skip
        named = or_(Call.title.icontains(word, autoescape=True), known, took_part, _was_said(staff, fold(word)))
        found.append(or_(named, DirectCall.address.contains(digits)) if digits else named)
    return found


def _was_said(staff: Staff, word: str) -> ColumnElement[bool]:
    """Of a message after the beep only who may hear it may know, also where it was written down while the caller spoke."""
    says = Transcript.search_text.contains(word, autoescape=True)
    in_conference = and_(Call.kind == CallKind.CONFERENCE, exists().where(Transcript.call_id == Call.id, says))
    is_audible = or_(Recording.kind != RecordingKind.VOICEMAIL, is_opened_to(staff))
    in_recording = exists().where(Recording.call_id == Call.id, is_audible, Transcript.recording_id == Recording.id, says)
    return or_(in_conference, in_recording)


def _row(row: Row[*tuple[Any, ...]]) -> CallRow:
    call: Call = row[1]
    line: DirectCall | None = row[2]
    school: School = row[3]
    staff, system, taker, message, taped, message_length = row[4:]
    talked = int((call.ended_at - call.answered_at).total_seconds()) if call.answered_at and call.ended_at else None
    return CallRow(
        id=call.id, kind=call.kind, is_inbound=bool(line and line.is_inbound), title=call.title,
        number=for_people(line.address) if line and line.address else "", address=line.address if line else "", status=call.status,
        outcome=believed(call, line.outcome) if line else None,
        stage=line.stage if line else None, staff_id=call.staff_id, staff=by_system(staff or "", system),
        is_by_system=system is not None, taker_id=line.answered_by_id if line else None, taker=taker or "",
        school=school.short_name or school.name, zone=school.time_zone, at=call.created_at,
        seconds=message_length if talked is None or (line and line.outcome == Outcome.VOICEMAIL) else talked,
        is_over=call.is_over, rang_nobody=bool(line and line.rang_nobody),
        is_missed=bool(line and line.is_inbound and line.outcome == Outcome.MISSED), has_note=bool(call.notes),
        notes=call.notes,
        notes_version=call.notes_version,
        has_voicemail=message, has_recording=taped, error_code=line.error_code if line else None, conversation_id=call.conversation_id,
        guardian_id=call.guardian_id, point_id=line.contact_point_id if line else None,
    )  # fmt: skip


def own_that_goes_on(staff: Staff, call_id: int) -> CallRow | None:
    """A call of this person, while it goes on."""
    mine = or_(Call.staff_id == staff.id, DirectCall.answered_by_id == staff.id)
    query = _rows().where(Call.id == call_id, Call.district_id == staff.district_id, mine, text(f"calls.{GOES_ON}"))
    row = db.session.execute(query).one_or_none()
    return _row(row) if row is not None else None
