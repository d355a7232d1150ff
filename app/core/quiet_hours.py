"""Nobody's phone rings at night: the one gate that every outbound path passes.

It answers when a message may go. The hour is that of the recipient, not of the school and not of the sender.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from app.core.phone_numbers import time_zones
from app.core.postal_zones import zone_of_postal_code


@dataclass(frozen=True, slots=True)
class Window:
    """The quiet part of a day, from `start` up to and not with `end`, over midnight when `end` is earlier.

    A window that ends where it starts is empty: nothing is ever held.
    """

    start: time = time(21)
    end: time = time(8)

    def covers(self, clock: time) -> bool:
        """Whether a wall clock that shows `clock` is in the window."""
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


NIGHT = Window()
NO_QUIET = Window(time(0), time(0))


def quiet_hours_of(settings: dict[str, Any]) -> Window:
    """The district's quiet hours, from its settings: ["21:00", "08:00"], or an empty list for none."""
    given = settings.get("quiet_hours")
    if given is None:
        return NIGHT
    try:
        start, end = given
        return Window(time.fromisoformat(start), time.fromisoformat(end))
    except (TypeError, ValueError):
        return NO_QUIET if given == [] else NIGHT


class Passage(StrEnum):
    """What goes through at any hour. Who may call something an emergency is decided by permissions, not here."""

    EMERGENCY = "emergency"
    REPLY = "reply"  # within a conversation that is going on


def release_time(now: datetime, zone: ZoneInfo, window: Window = NIGHT, passage: Passage | None = None) -> datetime:
    """The first moment from `now` on at which something may go to a recipient in `zone`, in UTC; `now` when it may at once.

    Asked again at the moment it gave, it gives that moment, also across a change of the clocks.
    """
    if passage is not None or not is_quiet(now, zone, window):
        return now.astimezone(UTC)
    day = now.astimezone(zone).date()
    ends = (moment for distance in range(3) for moment in _moments(day + timedelta(days=distance), window.end, zone))
    return next(moment for moment in ends if moment > now and not is_quiet(moment, zone, window))


def next_quiet(now: datetime, zone: ZoneInfo, window: Window = NIGHT) -> datetime | None:
    """When the next quiet hours begin in `zone` after a moment that is not quiet, in UTC. None where there are none."""
    if window.start == window.end:
        return None
    day = now.astimezone(zone).date()
    begins = (moment for distance in range(3) for moment in _moments(day + timedelta(days=distance), window.start, zone))
    return next((moment for moment in begins if moment > now and is_quiet(moment, zone, window)), None)


def is_quiet(now: datetime, zone: ZoneInfo, window: Window = NIGHT) -> bool:
    """Whether it is a quiet hour in `zone`."""
    return window.covers(now.astimezone(zone).time())


def recipient_zone(school_zone: str, *, own: str | None = None, postal_code: str | None = None, phone: str | None = None) -> ZoneInfo:
    """The zone a recipient most probably lives in: the own setting, else the postal code, else the area code, else the school.

    A setting or school with a name that no zone has is passed over; the last resort is UTC.
    """
    by_code = zone_of_postal_code(postal_code) if postal_code else None
    by_phone = time_zones(phone) if phone else ()
    candidates = (own, by_code, _nearest(by_phone, school_zone), school_zone)
    return next((zone for name in candidates if name and (zone := zone_named(name))), _UTC)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo | None:
    """The zone with an IANA name, or None: names come from rosters and forms."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


_UTC = ZoneInfo("UTC")


def _nearest(zones: tuple[str, ...], school_zone: str) -> str | None:
    """An area code over two zones: the school's if it is one of them."""
    if school_zone in zones:
        return school_zone
    return zones[0] if zones else None


def _moments(day: date, clock: time, zone: ZoneInfo) -> list[datetime]:
    """When a wall clock shows `clock` on `day`: once, twice in autumn, or, skipped in spring, the moment it jumps over it."""
    local = datetime.combine(day, clock, zone)
    return sorted({local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)})
