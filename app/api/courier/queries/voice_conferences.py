"""Conference calls that somebody sees, whose phones they call, and how long each was in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select

from app.accounts.models import Staff
from app.api.courier.queries.identifiers import uuids_of
from app.api.courier.queries.organizations import homes_of
from app.api.courier.queries.people import Named, main_contacts
from app.api.refusals import Refused, Why
from app.calls.models import Call, CallKind, CallState, ConferenceParticipant, LegState
from app.calls.queries import is_visible_to
from app.conversations.queries_reach import contact_points_within_reach
from app.core.clock import now
from app.core.database import db
from app.directory.models import ContactHealth, ContactKind, ContactPoint, Guardian

STATES = {
    CallState.PENDING: "created", CallState.RINGING: "running", CallState.IN_PROGRESS: "running", CallState.FINISHED: "completed",
}  # fmt: skip
FAILED = "failed"
PHONES = (ContactKind.MOBILE, ContactKind.LANDLINE, ContactKind.VOIP)
NOT_WORKING = (ContactHealth.DEAD, ContactHealth.WRONG)


@dataclass(frozen=True, slots=True)
class ShownConference:
    """A conference with what its document shows."""

    call: Call
    author: UUID | None
    organization: UUID


@dataclass(frozen=True, slots=True)
class ShownLeg:
    """A phone that was called, with what its document shows."""

    row: ConferenceParticipant
    call: Call
    person: UUID | None
    organization: UUID
    seconds: int


def phones_of(staff: Staff, people: Named) -> list[ContactPoint]:
    """The first phone of each guardian, and of the main contact of each student, that this person may call."""
    guardians = list(dict.fromkeys([*people.guardians, *main_contacts([each.id for each in people.students])]))
    usable = (ContactPoint.kind.in_(PHONES), ContactPoint.is_active.is_(True), ContactPoint.health.not_in(NOT_WORKING))
    wanted = {each.id for each in guardians}
    points = select(ContactPoint.guardian_id, ContactPoint.id).where(ContactPoint.guardian_id.in_(wanted), *usable)
    first: dict[int, int] = {}
    for guardian_id, point_id in db.session.execute(points.order_by(ContactPoint.priority, ContactPoint.id)):
        first.setdefault(guardian_id, point_id)
    chosen = [first[each.id] for each in guardians if each.id in first]
    return contact_points_within_reach(staff, chosen) if chosen else []


def conferences_of(staff: Staff) -> Select[Call]:
    """The calls of several phones that somebody sees."""
    return select(Call).where(Call.kind == CallKind.CONFERENCE, is_visible_to(staff))


def conference_named(staff: Staff, number: UUID) -> Call:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(conferences_of(staff).where(Call.uuid == number))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no conference call of this id.")
    return found


def legs_of(staff: Staff) -> Select[ConferenceParticipant]:
    """The phones of calls that somebody sees."""
    return select(ConferenceParticipant).join(Call, Call.id == ConferenceParticipant.call_id).where(is_visible_to(staff))


def is_of(individual: UUID) -> ColumnElement[bool]:
    """The condition on `ConferenceParticipant`: it is the phone of this person."""
    return or_(
        ConferenceParticipant.staff_id.in_(select(Staff.id).where(Staff.uuid == individual)),
        ConferenceParticipant.guardian_id.in_(select(Guardian.id).where(Guardian.uuid == individual)),
    )


def takes_part(individual: UUID) -> ColumnElement[bool]:
    """The condition on `Call`: one of its phones is this person's."""
    return exists().where(ConferenceParticipant.call_id == Call.id, is_of(individual))


def leg_named(staff: Staff, number: UUID) -> ConferenceParticipant:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(legs_of(staff).where(ConferenceParticipant.uuid == number))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no dialled phone of this id.")
    return found


def conferences_shown(staff: Staff, rows: Sequence[Call]) -> list[ShownConference]:
    """In their order, in three queries."""
    homes, authors = homes_of(staff.district_id, {row.school_id for row in rows}), uuids_of(Staff, {row.staff_id for row in rows})
    return [ShownConference(row, authors.get(row.staff_id or 0), homes[row.school_id]) for row in rows]


def legs_shown(staff: Staff, rows: Sequence[ConferenceParticipant]) -> list[ShownLeg]:
    """In their order, in five queries."""
    calls = {each.id: each for each in db.session.scalars(select(Call).where(Call.id.in_({row.call_id for row in rows})))}
    homes = homes_of(staff.district_id, {call.school_id for call in calls.values()})
    colleagues, guardians = uuids_of(Staff, {row.staff_id for row in rows}), uuids_of(Guardian, {row.guardian_id for row in rows})
    found = []
    for row in rows:
        person = colleagues.get(row.staff_id or 0) or guardians.get(row.guardian_id or 0)
        call = calls[row.call_id]
        found.append(ShownLeg(row, call, person, homes[call.school_id], _seconds_of(row)))
    return found


def _seconds_of(leg: ConferenceParticipant) -> int:
    """How long the newest attempt was in."""
    if leg.joined_at is None:
        return 0
    until = now() if leg.state == LegState.JOINED else leg.since
    return max(0, int((until - leg.joined_at).total_seconds()))
