"""Office hours on the pages of people and schools: a week as form fields, in words, and as the table keeps it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from babel.dates import format_time, get_day_names
from flask_babel import get_locale
from flask_babel import gettext as _

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(slots=True)
class DayHours:
    """One day's fields."""

    key: str
    name: str
    opens: str = ""
    closes: str = ""
    error: str | None = None


def week_of(hours: dict[str, Any] | None) -> list[DayHours]:
    """The fields for kept hours; a day without any is closed."""
    week = _empty_week()
    for day in week:
        spans = (hours or {}).get(day.key) or []
        if spans:
            day.opens, day.closes = spans[0][0], spans[-1][1]
    return week


def week_from(form: Mapping[str, str]) -> list[DayHours]:
    """The fields as they were typed, each with its error."""
    week = _empty_week()
    for day in week:
        day.opens, day.closes = form.get(f"{day.key}-opens", "").strip()[:5], form.get(f"{day.key}-closes", "").strip()[:5]
        if not day.opens and not day.closes:
            continue
        if not TIME.fullmatch(day.opens) or not TIME.fullmatch(day.closes):
            day.error = _("Give both times, such as 08:00 and 15:30, or leave both empty.")
        elif day.opens >= day.closes:
            day.error = _("The end must be after the beginning.")
    return week


def kept(week: list[DayHours], before: dict[str, Any] | None = None) -> dict[str, list[list[str]]]:
    """A week as the table keeps it. A day with a break at noon keeps it as long as its beginning and end stay as they were."""
    return {day.key: _spans(day, (before or {}).get(day.key) or []) for day in week if day.opens and day.closes}


def _spans(day: DayHours, before: list[list[str]]) -> list[list[str]]:
    same = before and (before[0][0], before[-1][1]) == (day.opens, day.closes)
    return before if same else [[day.opens, day.closes]]


def in_words(week: list[DayHours]) -> str:
    """A week in one line, such as "Mon–Fri 7:45 AM–3:30 PM"; "" for one without hours."""
    reader = get_locale() or "en"
    names = get_day_names("abbreviated", locale=reader)
    runs: list[tuple[int, int, str]] = []
    for number, day in enumerate(week):
        if not (TIME.fullmatch(day.opens) and TIME.fullmatch(day.closes)):
            continue
        span = "–".join(format_time(time.fromisoformat(each), "short", locale=reader) for each in (day.opens, day.closes))
        if runs and runs[-1][1:] == (number - 1, span):
            runs[-1] = (runs[-1][0], number, span)
        else:
            runs.append((number, number, span))
    return ", ".join(f"{names[first]}{f'–{names[last]}' if last > first else ''} {span}" for first, last, span in runs)


def _empty_week() -> list[DayHours]:
    names = get_day_names("wide", locale=get_locale() or "en")
    return [DayHours(key, names[number][:1].upper() + names[number][1:]) for number, key in enumerate(DAYS)]
