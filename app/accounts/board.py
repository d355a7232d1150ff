"""Today's board on the sign-in page: the date, and when the offices are open. Everybody may read it, so it names no person."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from babel.dates import format_skeleton
from flask_babel import format_date, format_time, get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.hours import DAYS
from app.accounts.tenancy import closures, districts, schools
from app.core import phone_numbers
from app.core.clock import now
from app.core.database import db
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
        select(closures.c.day, closures.c.name)
        .join(schools, schools.c.id == closures.c.school_id)
        .where(schools.c.district_id == district.id, closures.c.day >= today, closures.c.day <= today + AHEAD)
        .distinct()
        .order_by(closures.c.day)
        .limit(MOST_LINES)
    ).all()
    shut_today = any(row.day == today for row in closed)
    open_lines = (
        [] if shut_today else [line for house in houses if (line := _hours_line(house.short_name or house.name, house.office_hours, today))]
    )
    lines = (*open_lines, *(Line(_day_name(row.day, today), row.name) for row in closed))
    only = houses[0] if len(houses) == 1 else None
    foot = only.name if only is not None else district.name
    if only is not None and only.phone:
        foot = _("%(school)s · Office %(phone)s", school=only.name, phone=phone_numbers.for_people(only.phone))
    return Board(
        _greeting(local),
        str(format_date(today, "EEEE", rebase=False)).capitalize(),
        str(format_skeleton("MMMMd", today, locale=get_locale() or "en")),
        lines[:MOST_LINES],
        foot,
        only.name if only is not None else district.name,
    )


def _greeting(local: datetime) -> str:
    if local.hour < NOON:
        return str(_("Good morning"))
    return str(_("Good afternoon") if local.hour < EVENING else _("Good evening"))


def _hours_line(school: str, hours: dict[str, list[list[str]]] | None, today: date) -> Line | None:
    spans = (hours or {}).get(DAYS[today.weekday()]) or []
    if not spans:
        return None
    opens, closes = time.fromisoformat(spans[0][0]), time.fromisoformat(spans[-1][1])
    return Line(_clock(opens), _("%(school)s opens, until %(time)s", school=school, time=_clock(closes)))


def _clock(moment: time) -> str:
    return str(format_time(moment, "short", rebase=False)).replace("\u202f", " ")


def _day_name(day: date, today: date) -> str:
    if day == today:
        return str(_("Today"))
    week = timedelta(days=7)
    return str(format_date(day, "EEEE" if day - today < week else "MMM d", rebase=False)).capitalize()
