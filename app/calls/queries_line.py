"""Who waits in the office's line, and who is on the other end of a call: read models for the softphone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, func, select, text

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.rail_counts import Carried, noted
from app.calls.models import Call, DirectCall, Stage, Way
from app.calls.models.calls import GOES_ON
from app.calls.models.direct import IN_LINE
from app.calls.queries import is_visible_to
from app.conversations.queries_reach import children_of
from app.conversations.readers import anyone, particulars_of
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible
from app.core.phone_numbers import for_people
from app.core.prepared import Prepared
from app.directory.models import School

PLACE = "calls"
"""On the rail."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call in the line, first come first."""

    call_id: int
    name: str
    number: str
    school: str
    position: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Party:
    """The other end of a call."""

    call_id: int
    name: str
    number: str
    children: str
    language: str
    conversation_id: int | None
    guardian_id: int | None
    seconds: int | None = None
    """How long they have talked; None if they do not."""
    is_taken: bool = False
    """This person took it out of the office's line, and waits for it to be put through."""


def waiting_count(staff: Staff) -> int:
    """How many wait in the lines that this person answers."""
    if not role_allows(staff.role, Permission.TRIAGE):
        return 0
    carried = noted(PLACE)
    return carried if carried is not None else int(_count(staff.role).rows(particulars_of(staff))[0][0])


def carried_count() -> Carried:
    """The same number for the query that counts for the rail of every page."""
    return Carried(PLACE, Permission.TRIAGE, lambda staff: _count_column(staff.role), particulars_of)


@cache
def _count_column(role: str) -> ColumnElement[int]:
    reader = anyone(role)
    where = [Call.district_id == reader.district_id]
    if role != Role.DISTRICT_ADMIN:
        where.append(Call.school_id.in_(reader.school_ids))
    waits = select(func.count()).select_from(DirectCall).join(Call, Call.id == DirectCall.call_id)
    return waits.where(text(f"direct_calls.{IN_LINE}"), *where).scalar_subquery().label("waiting_in_line")


@cache
def _count(role: str) -> Prepared:
    return Prepared(select(_count_column(role)))


def line_visible_to(staff: Staff) -> Sequence[Waiting]:
    """The calls that wait for the offices of this person's schools."""
    if not role_allows(staff.role, Permission.TRIAGE):
        return ()
    rows = db.session.execute(
        select(Call, DirectCall, School)
        .join(DirectCall, DirectCall.call_id == Call.id)
        .join(School, School.id == Call.school_id)
        .where(text(f"direct_calls.{IN_LINE}"), Call.district_id == staff.district_id)
        .where(Call.school_id.in_(staff.school_ids) if staff.role != Role.DISTRICT_ADMIN else Call.id > 0)
        .order_by(Call.id)
        .limit(100)
    ).all()
    places: dict[int, int] = {}
    found = []
    for row in rows:
        places[row.School.id] = places.get(row.School.id, 0) + 1
        line = row.DirectCall
        seconds = max(0, int((now() - row.Call.created_at).total_seconds()))
        number = for_people(line.address) if line.address else ""
        found.append(Waiting(row.Call.id, line.name, number, row.School.name, places[row.School.id], seconds))
    return found


def party_visible_to(staff: Staff, call_id: int) -> Party:
    """Who is on the other end; also whoever is being rung may know. Raises NotVisible."""
    row = db.session.execute(
        select(Call, DirectCall)
        .join(DirectCall, DirectCall.call_id == Call.id)
        .where(Call.id == call_id, is_visible_to(staff) | (DirectCall.answered_by_id == staff.id))
    ).one_or_none()
    if row is None or row.Call.district_id != staff.district_id:
        raise NotVisible
    call, line = row.Call, row.DirectCall
    children = ", ".join(student.shown_name for student, _bond in children_of(call.guardian_id)) if call.guardian_id else ""
    number = for_people(line.address) if line.address else ""
    talks_since = call.answered_at if line.stage == Stage.TALKING else None
    seconds = max(0, int((now() - talks_since).total_seconds())) if talks_since else None
    is_taken = line.is_inbound and line.stage == Stage.BROWSER and call.staff_id is None and line.answered_by_id == staff.id
    return Party(call.id, line.name, number, children, line.language, call.conversation_id, call.guardian_id, seconds, is_taken)


def own_line_of(staff: Staff, call: Call) -> DirectCall:
    """The two phones of a call that this person began, or that is for them. Raises NotVisible, also for a conference."""
    line = db.session.get(DirectCall, call.id)
    if line is None or call.staff_id != staff.id:
        raise NotVisible
    return line


def who_rings(staff: Staff) -> list[Party]:
    """Whose calls ring in this person's browser now, the newest first."""
    rows = db.session.scalars(
        select(Call.id)
        .join(DirectCall, DirectCall.call_id == Call.id)
        .where(
            text(f"calls.{GOES_ON}"),
            DirectCall.stage.in_([Stage.BROWSER, Stage.TALKING]),
            DirectCall.is_inbound.is_(True),
            func.coalesce(DirectCall.answered_by_id, Call.staff_id) == staff.id,
        )
        .order_by(DirectCall.since.desc())
        .limit(3)
    )
    return [party_visible_to(staff, call_id) for call_id in rows]


def on_the_line_of(staff: Staff, provider_call_id: str) -> Party | None:
    """Who is on the line with this person's browser, in the call that the carrier knows by this id; None if nobody is."""
    speaks = func.coalesce(DirectCall.answered_by_id, Call.staff_id) == staff.id
    found = db.session.scalar(
        select(Call.id)
        .join(DirectCall, DirectCall.call_id == Call.id)
        .where(
            text(f"calls.{GOES_ON}"),
            DirectCall.stage.in_([Stage.OWN, Stage.FAR, Stage.BROWSER, Stage.TALKING]),
            func.coalesce(DirectCall.way, Way.BROWSER) == Way.BROWSER,
            speaks,
        )
        .order_by((func.coalesce(DirectCall.own_call_id, "") == provider_call_id).desc(), DirectCall.since.desc())
        .limit(1)
    )
    return party_visible_to(staff, found) if found is not None else None
