"""When how many leave: at the pace of their senders, and to nobody whose phone would ring at night."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.core.quiet_hours import Window, is_quiet, next_quiet, release_time

LONGEST = timedelta(days=366)
"""What takes longer is not foreseen in detail."""


@dataclass(slots=True)
class Load:
    """What is for the people of one zone: what is left of it, and how many people that are."""

    people: float
    units: float


@dataclass(slots=True)
class Course:
    """How it goes."""

    finish_at: datetime
    held: Counter[datetime] = field(default_factory=Counter)
    """How many leave only after a night that ended then. Everybody counts once."""


@dataclass(slots=True)
class _Zone:
    """The people of one zone on their way. Who is fed next is drawn from all that are awake."""

    people: float
    units: float
    left: float = 1.0
    told: int = 0
    since: datetime | None = None
    """When their last night ended, if one held them."""

    def leave(self, left: float, held: Counter[datetime]) -> None:
        """Only `left` of them, a part of all, are still there."""
        self.left = left
        gone = round(self.people * (1 - left))
        if self.since is not None and gone > self.told:
            held[self.since] += gone - self.told
        self.told = gone


def course_after_first(loads: Mapping[ZoneInfo, Load], per_second: float, at: datetime, window: Window, wait: timedelta) -> Course:
    """How they leave where the rest waits for news of the first few: from `at` on, or, where these sleep, from their morning on."""
    going = course(loads, per_second, at + wait, window)
    if wait and all(is_quiet(at, zone, window) for zone in loads):
        going.finish_at += wait
    return going


def course(loads: Mapping[ZoneInfo, Load], per_second: float, at: datetime, window: Window) -> Course:
    """How the loads leave from `at` on, at `per_second` units for all zones together, which is more than nothing."""
    zones = {zone: _Zone(load.people, load.units) for zone, load in loads.items() if load.people > 0}
    found = Course(at)
    while zones and found.finish_at < at + LONGEST:
        moment = found.finish_at
        frees = {zone: release_time(moment, zone, window) for zone in zones}
        for zone, free in frees.items():
            zones[zone].since = free if free > moment else zones[zone].since
        awake = {zone: one for zone, one in zones.items() if frees[zone] <= moment}
        ends = [free for free in frees.values() if free > moment]
        ends += [night for zone in awake if (night := next_quiet(moment, zone, window)) is not None]
        units = sum(one.units * one.left for one in awake.values())
        done = moment + min(timedelta(seconds=units / per_second), LONGEST) if awake else None
        until = min(ends, default=None)
        if done is not None and (until is None or done <= until):
            part, found.finish_at = 0.0, done
        elif until is not None:
            part, found.finish_at = (1 - (until - moment).total_seconds() * per_second / units if awake else 1.0), until
        for zone, one in awake.items():
            one.leave(one.left * part, found.held)
            if part <= 0:
                del zones[zone]
    for one in zones.values():
        one.leave(0, found.held)
    return found
