"""Times as people read them: in a school's zone and the reader's manner. Cheap enough for every row of a list."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import dates
from flask_babel import get_locale
from flask_babel import gettext as _

from app.core.clock import now

WEEK = 7
_YEAR_AT_THE_END = re.compile(r"(?:,| 'de'| 'del')? y+$")


@lru_cache(maxsize=128)
def zone_of(name: str) -> ZoneInfo:
    """A zone by its name; the names in our tables are checked when they are written."""
    return ZoneInfo(name)


@lru_cache(maxsize=8192)
def _clock(hour: int, minute: int, reader: str) -> str:
    return str(dates.format_time(time(hour, minute), "short", locale=reader)).replace("\u202f", " ")


@lru_cache(maxsize=64)
def _long_day(reader: str) -> str:
    """The reader's way to write weekday, day and month in full."""
    return _YEAR_AT_THE_END.sub("", str(dates.get_date_format("full", locale=reader).pattern))


@lru_cache(maxsize=4096)
def _day_in_full(day: date, reader: str) -> str:
    return str(dates.format_date(day, _long_day(reader), locale=reader))


@lru_cache(maxsize=4096)
def _day(day: date, skeleton: str, reader: str) -> str:
    return str(dates.format_skeleton(skeleton, datetime.combine(day, time()), locale=reader))


@dataclass(frozen=True, slots=True)
class LocalClock:
    """What one page needs to show moments: made once, asked for each row. Equal ones show every moment alike."""

    zone: ZoneInfo
    reader: str
    today: date

    def local(self, moment: datetime) -> datetime:
        """The moment on the school's wall."""
        return moment.astimezone(self.zone)

    def time(self, moment: datetime) -> str:
        """Such as 8:02 AM."""
        local = moment.astimezone(self.zone)
        return _clock(local.hour, local.minute, self.reader)

    def day(self, day: date) -> str:
        """Today, Yesterday, or the day in words."""
        distance = (self.today - day).days
        if distance == 0:
            return str(_("Today"))
        if distance == 1:
            return str(_("Yesterday"))
        return _day_in_full(day, self.reader) if day.year == self.today.year else _day(day, "yMMMMd", self.reader)

    def short(self, moment: datetime) -> str:
        """For a list: the time today, the weekday within a week, else the date."""
        local = moment.astimezone(self.zone)
        distance = (self.today - local.date()).days
        if distance <= 0:
            return _clock(local.hour, local.minute, self.reader)
        if distance < WEEK:
            return _day(local.date(), "E", self.reader)
        return _day(local.date(), "MMMd" if local.year == self.today.year else "yMd", self.reader)

    def ahead(self, moment: datetime) -> str:
        """For what is to come: "6:00 PM", "tomorrow, 6:00 PM", "Thu, Nov 26, 6:00 PM"."""
        local = moment.astimezone(self.zone)
        clock = _clock(local.hour, local.minute, self.reader)
        distance = (local.date() - self.today).days
        if distance == 0:
            return clock
        if distance == 1:
            return str(_("tomorrow, %(time)s", time=clock))
        return f"{_day(local.date(), 'MMMEd', self.reader)}, {clock}"

    def full(self, moment: datetime) -> str:
        """Day and time, unmistakable: Sat, Nov 21, 8:02 AM."""
        local = moment.astimezone(self.zone)
        skeleton = "MMMEd" if local.year == self.today.year else "yMMMEd"
        return f"{_day(local.date(), skeleton, self.reader)}, {_clock(local.hour, local.minute, self.reader)}"


def clock_for_records(zone: str) -> LocalClock:
    """The same for paper and files, which are read in other years: every day has its date in full, and none is today."""
    return replace(local_clock(zone), today=date.min)


def local_clock(zone: str, reader: str | None = None) -> LocalClock:
    """The clock of a school for the reader of this request, whose language a caller may know already."""
    place = zone_of(zone)
    return LocalClock(place, reader or str(get_locale() or "en"), now().astimezone(place).date())
