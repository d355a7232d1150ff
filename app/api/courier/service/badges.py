"""Badges: a row for each number, which is set by other systems where the house does not count itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Staff
from app.api.courier.models import BadgeCount
from app.api.courier.queries.counts import COUNTED, KINDS
from app.api.refusals import Refused, Why
from app.core.clock import now
from app.core.database import db, transaction


@dataclass(frozen=True, slots=True)
class Wanted:
    """One number to be set."""

    staff: Staff
    kind: str
    number: int
    school_id: int | None
    at: datetime | None
    field: str


def badges_of(staff: Staff, school_id: int | None) -> list[BadgeCount]:
    """One for each kind, made where there was none, so that each has an id."""
    found = _known(staff, school_id)
    if len(found) < len(KINDS):
        with transaction():
            _hold(staff)
            known = _known(staff, school_id)
            for kind in KINDS:
                if kind not in known:
                    db.session.add(BadgeCount(staff_id=staff.id, school_id=school_id or 0, kind=kind))
            db.session.flush()
            found = _known(staff, school_id)
    return [found[kind] for kind in KINDS]


def set_badges(wanted: Sequence[Wanted]) -> list[BadgeCount]:
    """Set all of them, or none. Raises Refused for what the house counts itself."""
    for each in wanted:
        if each.kind not in KINDS:
            raise Refused(Why.RULE, f"A badge is one of: {', '.join(KINDS)}.", field=each.field)
        if each.kind in COUNTED:
            sentence = f"Homeroom counts “{each.kind}” itself. Acknowledge what is unread; the number follows."
            raise Refused(Why.STATE, sentence, code="counted_here", field=each.field)
    done = []
    with transaction():
        for each in wanted:
            _hold(each.staff)
            badge = _known(each.staff, each.school_id).get(each.kind)
            if badge is None:
                badge = BadgeCount(staff_id=each.staff.id, school_id=each.school_id or 0, kind=each.kind)
                db.session.add(badge)
            badge.number, badge.counted_at, badge.changed_at = each.number, each.at, now()
            db.session.flush()
            done.append(badge)
    return done


def _hold(staff: Staff) -> None:
    """Two first ones would be two."""
    db.session.execute(select(Staff.id).where(Staff.id == staff.id).with_for_update())


def _known(staff: Staff, school_id: int | None) -> dict[str, BadgeCount]:
    query = select(BadgeCount).where(BadgeCount.staff_id == staff.id, BadgeCount.school_id == (school_id or 0))
    return {each.kind: each for each in db.session.scalars(query.execution_options(populate_existing=True))}
