"""What stands in a calendar, whoever keeps it."""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `link` opens its meeting, or else the event itself."""

    title: str
    starts_at: datetime
    ends_at: datetime
    is_all_day: bool
    link: str | None


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when is asked, and by whose clock a whole day begins."""

    start: datetime
    end: datetime
    zone: tzinfo

    def midnight(self, day: date) -> datetime:
        """Where a whole day begins."""
        return datetime.combine(day, time(), self.zone)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read; incomplete where there was more than is read at once."""

    entries: list[Entry]
    is_complete: bool


def web_address(given: object) -> str | None:
    """An address of the web, and nothing else."""
    return given if isinstance(given, str) and given.startswith(("https://", "http://")) else None
