"""When things happened in the invented district: in school hours, and never in the future."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.demo.schools import ZONE

MONTHS = 84
"""Days back to the start of the school year."""
FIRST_HOUR, LAST_HOUR, CLOSING = 9, 21, 16


def last_in_school_hours(moment: datetime) -> datetime:
    """`moment`, or the afternoon before it when families sleep: nobody believes a teacher who writes at two in the morning."""
    local = moment.astimezone(ZoneInfo(ZONE))
    if FIRST_HOUR <= local.hour < LAST_HOUR:
        return moment
    day = local if local.hour >= LAST_HOUR else local - timedelta(days=1)
    return day.replace(hour=CLOSING, minute=12).astimezone(UTC)


def school_moment(rng: random.Random, newest: datetime, days_ago: int) -> datetime:
    """A moment in school hours, at least a day before `newest`; the demo's zone is 8 hours behind UTC."""
    day = newest - timedelta(days=max(1, days_ago))
    return day.replace(hour=16, minute=0) + timedelta(minutes=rng.randint(0, 400))


def early_afternoon(newest: datetime, days_ago: int) -> datetime:
    """Twenty past one at school, so many days before `newest`."""
    return (newest - timedelta(days=days_ago)).astimezone(ZoneInfo(ZONE)).replace(hour=13, minute=20).astimezone(UTC)
