"""Surveys by telephone: each is an announcement over voice."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from app.accounts.models import Staff
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.queries import announcement_is_visible_to
from app.api.courier.models import VoiceSurvey
from app.api.courier.queries.identifiers import uuids_of
from app.api.courier.queries.organizations import homes_of
from app.api.refusals import Refused, Why
from app.core.database import db

_STATES = {
    AnnouncementState.DRAFT: "created", AnnouncementState.AWAITING_APPROVAL: "created", AnnouncementState.FINISHED: "completed",
    AnnouncementState.HALTED: "failed", AnnouncementState.CANCELLED: "failed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownSurvey:
    """A survey with what its document shows."""

    row: VoiceSurvey
    author: UUID
    organization: UUID
    state: str


def surveys_of(staff: Staff) -> Select[VoiceSurvey]:
    """Those whose announcement the caller sees."""
    return (
        select(VoiceSurvey)
        .join(Announcement, Announcement.id == VoiceSurvey.announcement_id)
        .where(VoiceSurvey.district_id == staff.district_id, announcement_is_visible_to(staff))
    )


def survey_named(staff: Staff, number: UUID) -> VoiceSurvey:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(surveys_of(staff).where(VoiceSurvey.uuid == number))
    if found is None:
        raise Refused(Why.UNKNOWN, "There is no telephone survey of this id.")
    return found


def state_of(state: str) -> str:
    """In Courier's words."""
    return _STATES.get(AnnouncementState(state), "running")


def states_of(wanted: set[str]) -> list[str]:
    """The other way round."""
    return [state for state in AnnouncementState if state_of(state) in wanted]


def surveys_shown(staff: Staff, rows: Sequence[VoiceSurvey]) -> list[ShownSurvey]:
    """In their order, in four queries."""
    homes, authors = homes_of(staff.district_id, {row.school_id for row in rows}), uuids_of(Staff, {row.staff_id for row in rows})
    wanted = {row.announcement_id for row in rows}
    states = dict(db.session.execute(select(Announcement.id, Announcement.state).where(Announcement.id.in_(wanted))).all())
    return [ShownSurvey(row, authors[row.staff_id], homes[row.school_id], state_of(states[row.announcement_id])) for row in rows]
