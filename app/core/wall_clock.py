"""When something is to go out: a wall clock at the school, read with care for the nights in which clocks change."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.core.clock import now
from app.core.presentation import gettext as _

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


def trouble_words(trouble: Trouble) -> str:
    """Why nothing can go out then, and what to do."""
    return {
        Trouble.NOTHING: _("Choose a day and a time."),
        Trouble.SKIPPED: _("There is no such time: that night the clocks jump over it. Choose an hour later."),
        Trouble.PAST: _("This time has passed. Choose one that is still to come."),
        Trouble.FAR: _("This is more than a year ahead. Choose an earlier day."),
    }[trouble]
