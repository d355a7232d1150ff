"""A conference as one person sees it now: what is the same for everybody is read once, whoever it is shown to."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass

from app.accounts.models import Staff
from app.calls import queries_console
from app.calls.durations import clock
from app.calls.models import Call, ConferenceParticipant, LegState, PartRole
from app.calls.queries_console import ConferenceRow, LineRow
from app.calls.views.lines_shown import Line, lines_shown
from app.calls.views.practice import handset_address
from app.calls.views.shown import Head, Leg, head_shown, leg_shown
from app.core.phone_numbers import for_people
from app.core.prepared import Record
from app.core.presentation import short_when

NEWEST = 4
"""Lines of what happened that a page learns with one leg's row; it keeps the others."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Who is in it, what happened last, and what was recorded."""

    legs: Sequence[ConferenceParticipant]
    lines: Sequence[LineRow]
    recordings: Sequence[Record]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one person is shown."""

    call: Call
    head: Head
    legs: list[Leg]
    lines: list[Line]
    around: dict[str, Hashable]
    """What else the templates of the head ask for."""
    spoken: list[str]
    """The languages of who takes part."""


def parts_of(call: Call, *, newest: int) -> Parts:
    """Of a call that was fetched as visible."""
    return Parts(queries_console.legs_of(call), queries_console.lines_of(call, limit=newest), queries_console.recordings_of(call))


def seen_by(staff: Staff, row: ConferenceRow, parts: Parts, *, only: Collection[int] = ()) -> Seen:
    """The conference, which this person may see, in the reader's language; all of its legs, or `only` these."""
    head = head_shown(row, parts.legs, parts.lines, staff)
    shown = [leg_shown(leg, staff, handset_address(leg.address), head) for leg in parts.legs if not only or leg.id in only]
    around: dict[str, Hashable] = {
        "starter": row.starter,
        "is_mine": row.call.staff_id == staff.id and not row.is_by_system,
        "started": short_when(row.call.created_at, row.zone),
        "number": for_people(row.number),
        "recordings": tuple(parts.recordings),
        "length_of": clock,
        "zone": row.zone,
        "may_brief": any(leg.role == PartRole.INTERPRETER and leg.state == LegState.JOINED for leg in parts.legs),
    }
    return Seen(row.call, head, shown, lines_shown(parts.lines, row.zone, staff), around, [leg.language for leg in parts.legs])
