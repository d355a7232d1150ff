"""Who waits in the line of a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select, text

from app.accounts.models import Staff
from app.api.refusals import Refused, Why
from app.calls import service as calls
from app.calls.models import Call, DirectCall, NumberLine
from app.calls.models.direct import IN_LINE
from app.calls.queries import is_visible_to
from app.core.database import db


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who called, with what their document shows."""

    call: Call
    direct: DirectCall
    place: int
    """In the line; 0 for who waits no more."""


def waiting_in(staff: Staff, line: NumberLine) -> Select[Call]:
    """First come first."""
    in_line = (Call.phone_number_id == line.phone_number_id, text(f"direct_calls.{IN_LINE}"))
    return _incoming(staff).where(*in_line).order_by(Call.id)


def caller_named(staff: Staff, number: UUID) -> Call:
    """One, also after it was answered or over. Raises Refused: UNKNOWN."""
    found = db.session.scalar(_incoming(staff).where(Call.uuid == number))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no caller of this id.")
    return found


def callers_shown(rows: Sequence[Call]) -> list[Caller]:
    """In their order, in two queries."""
    found = {each.call_id: each for each in db.session.scalars(select(DirectCall).where(DirectCall.call_id.in_([row.id for row in rows])))}
    places = calls.places_in_line(rows)
    return [Caller(row, found[row.id], places.get(row.id, 0)) for row in rows]


def _incoming(staff: Staff) -> Select[Call]:
    return select(Call).join(DirectCall, DirectCall.call_id == Call.id).where(DirectCall.is_inbound.is_(True), is_visible_to(staff))
