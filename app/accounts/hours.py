"""Office hours on the profile page: a week as form fields, and as the table keeps it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.dates import get_day_names
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


def kept(week: list[DayHours]) -> dict[str, list[list[str]]]:
    """A week as the table keeps it."""
    return {day.key: [[day.opens, day.closes]] for day in week if day.opens and day.closes}


def _empty_week() -> list[DayHours]:
    names = get_day_names("wide", locale=get_locale() or "en")
    return [DayHours(key, names[number][:1].upper() + names[number][1:]) for number, key in enumerate(DAYS)]
