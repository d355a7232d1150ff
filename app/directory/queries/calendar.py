"""Closed days as people speak of them: a holiday is one stretch, however many days it has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from app.core.database import db
from app.directory.models import School, SchoolClosure


@dataclass(slots=True)
class Stretch:
    """Closed days in a row that bear one name."""

    first: date
    last: date
    name: str
    closure_ids: list[int]


def stretches(closures: Iterable[SchoolClosure]) -> list[Stretch]:
    """The closed days in order, each run of one name as one."""
    found: list[Stretch] = []
    for closure in sorted(closures, key=lambda each: each.day):
        before = found[-1] if found else None
        if before is not None and before.name == closure.name and closure.day - before.last == timedelta(days=1):
            before.last = closure.day
            before.closure_ids.append(closure.id)
        else:
            found.append(Stretch(closure.day, closure.day, closure.name, [closure.id]))
    return found


def closed_ahead(school: School, today: date) -> list[Stretch]:
    """The stretches that are not over."""
    return [each for each in stretches(school.closures) if each.last >= today]


def next_closed(schools: Iterable[School], today: date) -> dict[int, date]:
    """The next closed day of each school that has one, in one query."""
    rows = db.session.execute(
        select(SchoolClosure.school_id, func.min(SchoolClosure.day))
        .where(SchoolClosure.school_id.in_([school.id for school in schools]), SchoolClosure.day >= today)
        .group_by(SchoolClosure.school_id)
    )
    return {row[0]: row[1] for row in rows}
