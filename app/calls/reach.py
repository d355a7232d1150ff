"""Whether somebody can be reached by a call now: in a browser that was heard a moment ago, or on their own phone within their hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, func, select

from app.accounts.models import Staff, StaffSession
from app.calls.models import Call, CallState, DirectCall, Softphone, Stage, Way
from app.conversations.service.after_hours import hours_of_person
from app.core.clock import now
from app.core.database import db

IN_BROWSER = (Stage.OWN, Stage.FAR, Stage.BROWSER, Stage.TALKING)
HEARD_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Reach:
    """`is_open`: it is within their hours, or nobody said which these are."""

    browser: bool
    phone: bool
    is_open: bool


def reach_of(staff: Staff, school_id: int) -> Reach:
    """Of one person at a school. Who takes calls in a browser takes them at any hour: it was switched on."""
    is_open = is_open_at(school_id, staff)
    return Reach(bool(who_listens([staff.id])) and not is_on_a_call(staff.id), bool(staff.phone) and is_open, is_open)


def is_open_at(school_id: int, staff: Staff | None = None) -> bool:
    """Whether it is within this person's hours, or the school's."""
    hours = hours_of_person(staff, school_id)
    return hours is None or hours.is_open(now())


def is_on_a_call(staff_id: int) -> bool:
    """Whether their browser has a call already, or rings: it takes one at a time."""
    going = (Call.status.in_([CallState.PENDING, CallState.RINGING, CallState.IN_PROGRESS]), DirectCall.stage.in_(IN_BROWSER))
    whose = func.coalesce(DirectCall.answered_by_id, Call.staff_id) == staff_id
    in_browser = func.coalesce(DirectCall.way, Way.BROWSER) == Way.BROWSER
    return bool(db.session.scalar(select(exists().where(DirectCall.call_id == Call.id, *going, whose, in_browser))))


def who_listens(staff_ids: Sequence[int]) -> set[int]:
    """Those of these people who have a browser registered that was heard lately, and are signed in there still."""
    rows = db.session.execute(
        select(Softphone.staff_id, StaffSession)
        .join(StaffSession, StaffSession.id == Softphone.session_id)
        .where(Softphone.staff_id.in_(staff_ids), Softphone.heard_at > now() - HEARD_WITHIN)
    )
    return {row.staff_id for row in rows if row.StaffSession.holds_at(now())}
