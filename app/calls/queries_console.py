"""What the page of a conference asks, again and again while it goes on: each a prepared statement, one query.

The rows that it gives are to be looked at: who wants to change a call reads it again, as every service does.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.accounts.behind import by_system, name_behind
from app.accounts.models import Staff
from app.calls.models import Call, CallLine, ConferenceCall, ConferenceParticipant, Recording
from app.calls.queries import is_visible_to
from app.conversations.readers import anyone, fixed, particulars_of
from app.core.errors import NotVisible
from app.core.prepared import Prepared, Raw, Record
from app.core.rows import columns, seen
from app.directory.models import PhoneNumber, School

REMEMBERED = 2_000
CALL, SETTINGS, LEG = columns(Call), columns(ConferenceCall), columns(ConferenceParticipant)


@dataclass(frozen=True, slots=True)
class ConferenceRow:
    """A conference as its page needs it."""

    call: Call
    settings: ConferenceCall
    starter: str
    zone: str
    number: str
    is_by_system: bool
    """A system began it in the starter's name."""


class LineRow(NamedTuple):
    """Something that happened, with the names of the leg and of who wanted it."""

    id: int
    what: str
    at: datetime
    staff_id: int | None
    leg: str | None
    person: str | None


def conference_visible_to(staff: Staff, call_id: int) -> ConferenceRow:
    """What stands above its people. Raises NotVisible."""
    statement = _conference(staff.role)
    found = statement.rows(particulars_of(staff) | {"id": call_id})
    if not found:
        raise NotVisible
    values = statement.read(found[0])
    call, settings = values[: len(CALL)], values[len(CALL) : -4]
    starter, system, zone, number = values[-4:]
    return ConferenceRow(seen(Call, call), seen(ConferenceCall, settings), by_system(starter, system), zone, number, system is not None)


def legs_of(call: Call) -> list[ConferenceParticipant]:
    """Everybody in it, in the order in which they were asked. Of a call that was fetched as visible."""
    return [_leg(row) for row in _legs().rows({"id": call.id})]


@lru_cache(maxsize=REMEMBERED)
def _leg(row: Raw) -> ConferenceParticipant:
    """Most legs are as they were when the page was told last."""
    return seen(ConferenceParticipant, _legs().read(row))


def lines_of(call: Call, *, limit: int) -> list[LineRow]:
    """What happened last, newest first. Of a call that was fetched as visible."""
    statement = _lines()
    return [LineRow(*statement.read(row)) for row in statement.rows({"id": call.id, "most": limit})]


def recordings_of(call: Call) -> list[Record]:
    """Id, state and length of what was recorded, oldest first. Of a call that was fetched as visible."""
    return _recordings().records({"id": call.id})


@cache
def _conference(role: str) -> Prepared:
    joined = (
        Call.__table__.join(ConferenceCall.__table__, ConferenceCall.call_id == Call.id)
        .join(Staff.__table__, Staff.id == Call.staff_id)
        .join(School.__table__, School.id == Call.school_id)
        .join(PhoneNumber.__table__, PhoneNumber.id == Call.phone_number_id)
    )
    asked = select(
        *CALL, *SETTINGS, Staff.name, name_behind(Call.bearer_id, Call.staff_id).label("system"), School.time_zone, PhoneNumber.address
    ).select_from(joined)
    return Prepared(asked.where(Call.id == bindparam("id"), is_visible_to(anyone(role))))


@cache
def _legs() -> Prepared:
    return Prepared(select(*LEG).where(ConferenceParticipant.call_id == bindparam("id")).order_by(ConferenceParticipant.id))


@cache
def _lines() -> Prepared:
    line, leg, person = CallLine.__table__.c, ConferenceParticipant.name.label("leg"), Staff.name.label("person")
    return Prepared(
        select(line.id, line.what, line.at, line.staff_id, leg, person)
        .outerjoin(ConferenceParticipant, ConferenceParticipant.id == CallLine.participant_id)
        .outerjoin(Staff, Staff.id == CallLine.staff_id)
        .where(CallLine.call_id == bindparam("id"))
        .order_by(CallLine.id.desc())
        .limit(bindparam("most"))
    )


@cache
def _recordings() -> Prepared:
    column = Recording.__table__.c
    wanted = select(column.id, column.state, column.seconds)
    return Prepared(wanted.where(Recording.call_id == bindparam("id"), Recording.kind != fixed("voicemail")).order_by(Recording.id))
