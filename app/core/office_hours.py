"""When a teacher or an office answers: weekly hours less the days the school is closed.

Hours are wall-clock times in the school's zone, so they stay the same for people when the clocks change.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.core.errors import HomeroomError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS_AHEAD = 400  # a longer closure than this means that nobody is coming back

Stretch = tuple[time, time]


class BadOfficeHours(HomeroomError):
    """The hours as entered make no sense."""

    code = "bad_office_hours"


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Stretches of open time per weekday (0 is Monday) and the dates without any. No hours at all means never open."""

    zone: ZoneInfo
    weekly: Mapping[int, Sequence[Stretch]]
    closures: frozenset[date] = field(default=frozenset())

    def is_open(self, now: datetime) -> bool:
        """Whether somebody answers at this moment."""
        return next((start <= now for start, _end in self._stretches(now)), False)

    def next_open(self, now: datetime) -> datetime | None:
        """The first open moment from `now` on, in the school's zone; `now` itself when open, None when never again."""
        return next((max(start, now.astimezone(UTC)).astimezone(self.zone) for start, _end in self._stretches(now)), None)

    def _stretches(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open stretches in UTC that end after `now`, in order, from the day before on (one may pass midnight)."""
        today = now.astimezone(self.zone).date()
        for distance in range(-1, _DAYS_AHEAD):
            day = today + timedelta(days=distance)
            if day in self.closures:
                continue
            for opens, closes in self.weekly.get(day.weekday(), ()):
                start = datetime.combine(day, opens, self.zone).astimezone(UTC)
                until = day if closes > opens else day + timedelta(days=1)
                end = datetime.combine(until, closes, self.zone).astimezone(UTC)
                if start < end and end > now:
                    yield start, end


def from_stored(zone: ZoneInfo, stored: Mapping[str, Sequence[Sequence[str]]], closures: Sequence[date] = ()) -> OfficeHours:
    """Read ``{"mon": [["08:00", "15:30"]]}``, as kept in settings and sent by forms. ``24:00`` closes at midnight.

    Raises BadOfficeHours for an unknown day, a time that is none, or stretches that touch or overlap.
    """
    weekly: dict[int, list[Stretch]] = {}
    for name, stretches in stored.items():
        if name not in WEEKDAYS:
            raise BadOfficeHours(_("%(day)s is not a day of the week.", day=name))
        weekly[WEEKDAYS.index(name)] = _checked([_stretch(stretch) for stretch in stretches])
    return OfficeHours(zone, weekly, frozenset(closures))


def wall_clock(text: str) -> time:
    """A time as it is stored; midnight for ``24:00``. Raises ValueError."""
    return time.fromisoformat("00:00" if text == "24:00" else text)


def _stretch(texts: Sequence[str]) -> Stretch:
    try:
        opens, closes = (wall_clock(text) for text in texts)
    except (ValueError, TypeError) as error:
        raise BadOfficeHours(_("Give an opening and a closing time, like 08:00 and 15:30.")) from error
    if opens.tzinfo or closes.tzinfo or (opens >= closes and closes != time(0)):
        raise BadOfficeHours(_("The closing time must be after the opening time."))
    return opens, closes


def _checked(stretches: list[Stretch]) -> list[Stretch]:
    ordered = sorted(stretches)
    for (_opens, closes), (opens, _closes) in pairwise(ordered):
        if closes == time(0) or closes >= opens:
            raise BadOfficeHours(_("Two stretches of one day overlap. Join them, or leave a gap."))
    return ordered
