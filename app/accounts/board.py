"""Today's board on the sign-in page: the date, and when the offices are open. Everybody may read it, so it names no person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_skeleton
from flask_babel import format_date, format_time, get_locale
from flask_babel import gettext as _
from sqlalchemy import Row, select

from app.accounts.hours import DAYS
from app.accounts.tenancy import closures, districts, schools
from app.core import phone_numbers
from app.core.clock import now
from app.core.database import db
from app.core.office_hours import wall_clock
from app.core.presentation import local_time

MOST_LINES = 4
AHEAD = timedelta(days=14)
NOON, EVENING = 12, 17


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of the day."""

    when: str
    what: str


@dataclass(frozen=True, slots=True)
class Board:
    """What the page shows. An installation with several districts shows neither name nor hours of any."""

    greeting: str
    weekday: str = ""
    day: str = ""
    lines: tuple[Line, ...] = ()
    foot: str = ""
    place: str = ""


def todays_board() -> Board:
    """The board of the only district; a bare greeting where there is none or several."""
    found = db.session.execute(select(districts.c.id, districts.c.name, districts.c.time_zone).limit(2)).all()
    if len(found) != 1:
        return Board(_("Welcome"))
    district = found[0]
    local = local_time(now(), district.time_zone)
    houses = db.session.execute(
        select(schools.c.id, schools.c.name, schools.c.short_name, schools.c.phone, schools.c.office_hours)
        .where(schools.c.district_id == district.id, schools.c.is_active.is_(True))
        .order_by(schools.c.name)
        .limit(MOST_LINES)
    ).all()
    today = local.date()
    closed = db.session.execute(
        select(closures.c.day, closures.c.name, closures.c.school_id)
        .join(schools, schools.c.id == closures.c.school_id)
        .where(schools.c.district_id == district.id, closures.c.day >= today, closures.c.day <= today + AHEAD)
        .order_by(closures.c.day)
    ).all()
    shut = {(row.school_id, row.day) for row in closed}
    holidays = dict.fromkeys((row.day, row.name) for row in closed)
    lines = (
        *(_opening_line(house, today, shut) for house in houses),
        *(Line(_day_name(day, today), name) for day, name in holidays),
    )
    only = houses[0] if len(houses) == 1 else None
    foot = only.name if only is not None else district.name
    if only is not None and only.phone:
        foot = _("%(school)s · Office %(phone)s", school=only.name, phone=phone_numbers.for_people(only.phone))
    return Board(
        _greeting(local),
        str(format_date(today, "EEEE", rebase=False)).capitalize(),
        str(format_skeleton("MMMMd", today, locale=get_locale() or "en")),
        tuple(line for line in lines if line is not None)[:MOST_LINES],
        foot,
        only.name if only is not None else district.name,
    )


def _greeting(local: datetime) -> str:
    if local.hour < NOON:
        return str(_("Good morning"))
    return str(_("Good afternoon") if local.hour < EVENING else _("Good evening"))


def _opening_line(house: Row[Any, Any, Any, Any, Any], today: date, shut: set[tuple[int, date]]) -> Line | None:
    """When a school's office is open: today, or on the next day that is neither free nor a holiday."""
    for ahead in range(AHEAD.days):
        day = today + timedelta(days=ahead)
        spans = (house.office_hours or {}).get(DAYS[day.weekday()]) or []
        if not spans or (house.id, day) in shut:
            continue
        name, opens, closes = house.short_name or house.name, _clock(spans[0][0]), _clock(spans[-1][1])
        if ahead == 0:
            return Line(opens, _("%(school)s opens, until %(time)s", school=name, time=closes))
        return Line(_day_name(day, today), _("%(school)s opens at %(time)s", school=name, time=opens))
    return None


def _clock(hour: str) -> str:
    return str(format_time(wall_clock(hour), "short", rebase=False)).replace("\u202f", " ")


def _day_name(day: date, today: date) -> str:
    if day == today:
        return str(_("Today"))
    week = timedelta(days=7)
    return str(format_date(day, "EEEE" if day - today < week else "MMM d", rebase=False)).capitalize()
