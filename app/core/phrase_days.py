"""Days as nine languages say them, so that "on Friday" in a phrase becomes "el viernes"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

_LARGEST_DAY = 31


class Day(NamedTuple):
    """What a day means in any language: today, tomorrow, a weekday (0 is Monday), or a month (from 0) and its day."""

    kind: Literal["today", "tomorrow", "weekday", "month"]
    number: int = 0
    day_of_month: int = 0


@dataclass(frozen=True, slots=True)
class DayWords:
    """How one language says days: every wording that is understood, the first of each for speaking."""

    today: list[str]
    tomorrow: list[str]
    weekdays: list[list[str]]
    months: list[str]
    in_month: list[str]

    def say(self, day: Day) -> str:
        """The day in words, with the preposition that a sentence needs."""
        if day.kind == "weekday":
            return self.weekdays[day.number][0]
        if day.kind == "month":
            return self.in_month[0].format(month=self.months[day.number], day=day.day_of_month)
        return self.today[0] if day.kind == "today" else self.tomorrow[0]

    def wordings(self) -> Iterator[tuple[str, Day]]:
        """Every wording without a number in it, and its meaning."""
        yield from ((wording, Day("today")) for wording in self.today)
        yield from ((wording, Day("tomorrow")) for wording in self.tomorrow)
        for number, wordings in enumerate(self.weekdays):
            yield from ((wording, Day("weekday", number)) for wording in wordings)

    def dated(self) -> Iterator[tuple[str, int]]:
        """Every wording for a day of a month with ``{day}`` left open, and the month from 0."""
        for number, month in enumerate(self.months):
            yield from ((wording.replace("{month}", month), number) for wording in self.in_month)


def read_day_words(stored: Mapping[str, Any]) -> DayWords:
    """The words of one language as the data file keeps them."""
    return DayWords(
        today=stored["today"],
        tomorrow=stored["tomorrow"],
        weekdays=stored["days"],
        months=stored["months"],
        in_month=stored["day_of_month"],
    )


def month_day(month: int, text: str) -> Day | None:
    """A day of a month; None for a 45th of March."""
    number = int(text)
    return Day("month", month, number) if 1 <= number <= _LARGEST_DAY else None
