"""Moments, days and times of day as every contract takes them: written as RFC 3339 has it, and such as a clock of ours shows.

The RFC also knows leap seconds and the year 0, which no calendar here does; and at the ends of time a moment has no day in every zone.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import jsonschema_rs

FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Years beyond make no sense, and some of their moments are none in every zone."""
Read = Callable[[str], int]
"""The year that a text names; another one if it names none. Raises ValueError, OverflowError."""


def _format(name: str, read: Read) -> Callable[[str], bool]:
    is_written_well = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True).is_valid

    def is_one(text: str) -> bool:
        try:
            return is_written_well(text) and FIRST_YEAR <= read(text) <= LAST_YEAR
        except (ValueError, OverflowError):
            return False

    return is_one


def _year_of_time(text: str) -> int:
    time.fromisoformat(text)
    return FIRST_YEAR


FORMATS: dict[str, Callable[[str], bool]] = {
    "date-time": _format("date-time", lambda text: datetime.fromisoformat(text).astimezone(UTC).year),
    "date": _format("date", lambda text: date.fromisoformat(text).year),
    "time": _format("time", _year_of_time),
}
"""What validators ask in place of what they would find themselves."""
