"""When it is to go out: a wall clock at the school, read with care for the nights in which clocks change."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.core.clock import now
from app.core.database import db
from app.directory.models import School, SchoolClosure

LATEST = timedelta(days=366)


class Trouble(StrEnum):
    """Why nothing can go out then."""

    NOTHING = "nothing"
    """No day and time at all."""
    SKIPPED = "skipped"
    """That night the clocks jump over it."""
    PAST = "past"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall clock's time as a moment. None for what is no moment, with the trouble."""

    moment: datetime | None
    trouble: Trouble | None = None
    comes_twice: bool = False
    """The clocks are put back that night: the first time is taken."""


def read_wall(text: str, zone: ZoneInfo) -> Wall:
    """What ``2026-03-08T02:30`` means in a zone."""
    try:
        wall = datetime.fromisoformat(text).replace(tzinfo=None)
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        again = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    except (ValueError, OverflowError):
        return Wall(None, Trouble.NOTHING)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        return Wall(None, Trouble.SKIPPED)
    if moment <= now():
        return Wall(moment, Trouble.PAST)
    return Wall(moment, Trouble.FAR if moment > now() + LATEST else None, comes_twice=again != moment)


def closure_on(day: date, school_id: int | None, district_id: int) -> str | None:
    """What a day is called on which the school is closed; for a whole district, on which any of its schools is."""
    found = (
        select(SchoolClosure.name)
        .join(School, School.id == SchoolClosure.school_id)
        .where(SchoolClosure.day == day, School.district_id == district_id, School.is_active.is_(True))
        .order_by(SchoolClosure.id)
        .limit(1)
    )
    if school_id is not None:
        found = found.where(SchoolClosure.school_id == school_id)
    return db.session.scalar(found)
