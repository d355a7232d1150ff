"""Whether somebody can be reached by a call now: in a browser that was heard a moment ago, or on their own phone within their hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, text

from app.accounts.models import Staff, StaffSession
from app.calls.models import Call, DirectCall, Softphone, Stage, Way
from app.calls.models.calls import GOES_ON
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


def hold_browser(staff_id: int) -> None:
    """Whoever else wants to put a call through to this person waits until the commit: of two that come at once one finds the other."""
    db.session.execute(select(Staff.id).where(Staff.id == staff_id).with_for_update(key_share=True))


def is_on_a_call(staff_id: int) -> bool:
    """Whether their browser has a call already, or rings: it takes one at a time. `hold_browser` comes before who acts upon it."""
    return bool(calls_in_browser(staff_id))


def calls_in_browser(staff_id: int) -> Sequence[int]:
    """The ids of those calls. Asked with each key that a caller presses: out of the calls that go on, whatever is in the history."""
    whose = func.coalesce(DirectCall.answered_by_id, Call.staff_id) == staff_id
    in_browser = func.coalesce(DirectCall.way, Way.BROWSER) == Way.BROWSER
    return db.session.scalars(
        select(Call.id)
        .join(DirectCall, DirectCall.call_id == Call.id)
        .where(text(f"calls.{GOES_ON}"), DirectCall.stage.in_(IN_BROWSER), whose, in_browser)
        .order_by(Call.id)
    ).all()


def who_listens(staff_ids: Sequence[int]) -> set[int]:
    """Those of these people who have a browser registered that was heard lately, and are signed in there still."""
    rows = db.session.execute(
        select(Softphone.staff_id, StaffSession)
        .join(StaffSession, StaffSession.id == Softphone.session_id)
        .where(Softphone.staff_id.in_(staff_ids), Softphone.heard_at > now() - HEARD_WITHIN)
    )
    return {row.staff_id for row in rows if row.StaffSession.holds_at(now())}
