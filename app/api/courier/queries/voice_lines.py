"""The lines of numbers, who is signed on to them, and the tasks that were run on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select, text

from app.accounts.models import Staff
from app.api.courier.models import VoiceTask
from app.api.courier.queries.identifiers import uuids_of
from app.api.courier.queries.organizations import homes_of
from app.api.refusals import Refused, Why
from app.calls.models import Call, DirectCall, LineAgent, NumberLine
from app.calls.models.calls import GOES_ON
from app.core.clock import now
from app.core.database import db
from app.directory.models import MessagingService, PhoneNumber
from app.directory.queries.numbers import speaks_for_schools_of


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with what its document shows."""

    row: NumberLine
    number: PhoneNumber
    account: UUID
    organization: UUID


@dataclass(frozen=True, slots=True)
class ShownAgent:
    """Somebody who is signed on, with what their document shows."""

    row: LineAgent
    person: UUID
    line: UUID
    call: UUID | None
    """The one that they speak in now."""


def lines_of(staff: Staff) -> Select[NumberLine]:
    """Those whose numbers belong to a text account and to no other school."""
    return (
        select(NumberLine)
        .join(PhoneNumber, PhoneNumber.id == NumberLine.phone_number_id)
        .where(NumberLine.district_id == staff.district_id, PhoneNumber.messaging_service_id.is_not(None), speaks_for_schools_of(staff))
    )


def line_named(staff: Staff, number: str | UUID, *, field: str | None = None) -> NumberLine:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(lines_of(staff).where(NumberLine.uuid == UUID(str(number))))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no voice setting of this id. GET /v1/voice-settings/ lists yours.", field=field)
    return found


def agents_of(staff: Staff) -> Select[LineAgent]:
    """Who is signed on now to one of these."""
    return select(LineAgent).where(
        LineAgent.number_line_id.in_(lines_of(staff).with_only_columns(NumberLine.id)), LineAgent.ends_at > now()
    )


def agent_named(staff: Staff, number: UUID) -> LineAgent:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(agents_of(staff).where(LineAgent.uuid == number))
    if found is None:
        raise Refused(Why.UNKNOWN, "Nobody of this id is signed on.")
    return found


def task_named(staff: Staff, number: UUID) -> VoiceTask:
    """Raises Refused: UNKNOWN."""
    lines = lines_of(staff).with_only_columns(NumberLine.id)
    found = db.session.scalar(select(VoiceTask).where(VoiceTask.uuid == number, VoiceTask.number_line_id.in_(lines)))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no task of this id.")
    return found


def lines_shown(staff: Staff, rows: Sequence[NumberLine]) -> list[ShownLine]:
    """In their order, in four queries."""
    wanted = {row.phone_number_id for row in rows}
    numbers = {each.id: each for each in db.session.scalars(select(PhoneNumber).where(PhoneNumber.id.in_(wanted)))}
    accounts = uuids_of(MessagingService, {number.messaging_service_id for number in numbers.values()})
    homes = homes_of(staff.district_id, {number.school_id for number in numbers.values()})
    found = []
    for row in rows:
        number = numbers[row.phone_number_id]
        found.append(ShownLine(row, number, accounts[number.messaging_service_id or 0], homes[number.school_id]))
    return found


def agents_shown(rows: Sequence[LineAgent]) -> list[ShownAgent]:
    """In their order, in three queries."""
    people, lines = uuids_of(Staff, {row.staff_id for row in rows}), uuids_of(NumberLine, {row.number_line_id for row in rows})
    speaking = db.session.execute(
        select(DirectCall.answered_by_id, Call.uuid)
        .join(Call, Call.id == DirectCall.call_id)
        .where(text(f"calls.{GOES_ON}"), DirectCall.answered_by_id.in_(people))
        .order_by(Call.id)
    )
    calls_now = {row[0]: row[1] for row in speaking}
    return [ShownAgent(row, people[row.staff_id], lines[row.number_line_id], calls_now.get(row.staff_id)) for row in rows]
