"""When an announcement is through: from what waits over each channel, and the pace at which it really leaves."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.announcements import planner, sharing
from app.announcements.canary import Canary
from app.announcements.counts import Counts, counts_of_each
from app.announcements.models import Announcement, AnnouncementReach, AnnouncementState, Outcome
from app.announcements.nights import Load, course
from app.announcements.planner import ChannelPlan
from app.core.clock import now
from app.core.database import db
from app.core.quiet_hours import is_quiet, quiet_hours_of, release_time, zone_named

LATELY = timedelta(minutes=10)
"""What tells the real pace: less would jump with every wave of a busy number."""
ENOUGH_SECONDS, SURE_SECONDS = 20, 60
"""How long it is measured before it says anything, and before it says all."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asleep:
    """How many copies wait for the morning, by channel, and when the first of them leave."""

    copies: dict[str, int]
    until: datetime
    is_all: bool
    """Whether nothing else is still to leave."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How many copies left over a channel in how many seconds."""

    copies: int
    seconds: float

    def beside(self, planned: float) -> float:
        """Copies a second: the longer it was measured, the less the planned pace counts. Nothing jumps as soon as there is a measure."""
        share = min(1.0, self.seconds / SURE_SECONDS)
        return 1 / (share * self.seconds / self.copies + (1 - share) / planned)


def eta(announcement: Announcement, counts: Counts, others: Sequence[int]) -> datetime | None:
    """When the last of what waits leaves, if nothing else is sent than what goes out now; `others` are those `besides` it.

    None also where all had left before: each next try has a time of its own.
    """
    is_moving = announcement.state in {AnnouncementState.PREPARING, AnnouncementState.SENDING}
    if not is_moving or announcement.plan is None or announcement.finished_at is not None:
        return None
    planned = planner.read(announcement.plan)
    moment = now()
    begin = max(filter(None, (moment, announcement.canary_until)))
    paces, beside = _paces(announcement, moment), list(counts_of_each(others).values())
    ends = [begin]
    for name, channel in planned.channels.items():
        found = counts.channels.get(name)
        waiting = found.waiting if found is not None else channel.addresses
        if waiting <= 0 or not channel.per_second or not channel.addresses:
            continue
        full_pace = channel.per_second * channel.addresses / max(channel.units, 1)
        in_turn = sum(min(waiting, one.channels[name].waiting) for one in beside if name in one.channels)
        planned_pace = full_pace * waiting / (waiting + in_turn)
        measured = paces.get(name)
        pace = planned_pace if measured is None else min(full_pace, measured.beside(planned_pace))
        ends.append(_end(channel, waiting, pace, begin))
    return max(ends)


def asleep(announcement: Announcement, counts: Counts) -> Asleep | None:
    """What the night holds back just now of what goes out; None for nothing, and for what passes it."""
    copies, ends = dict[str, int](), list[datetime]()
    for name, (people, free) in _sleepers(announcement).items():
        found = counts.channels.get(name)
        held = min(people, found.waiting if found is not None else 0)
        if held > 0:
            copies[name] = held
            ends.append(free)
    return Asleep(copies, min(ends), sum(copies.values()) >= counts.waiting) if ends else None


def asleep_among(announcement_ids: Collection[int]) -> dict[int, Asleep]:
    """What the night holds back of each of those that go out just now; none, one or two queries."""
    if not announcement_ids:
        return {}
    rows = db.session.scalars(select(Announcement).where(Announcement.id.in_(announcement_ids)))
    held = {one.id: one for one in rows if _sleepers(one)}
    counts = counts_of_each(held)
    return {number: found for number, one in held.items() if (found := asleep(one, counts[number])) is not None}


def _sleepers(announcement: Announcement) -> dict[str, tuple[int, datetime]]:
    """By channel, how many of its people sleep just now, and when the first of them wake, as it was planned."""
    if announcement.state not in {AnnouncementState.PREPARING, AnnouncementState.SENDING} or announcement.plan is None:
        return {}
    moment, found = now(), dict[str, tuple[int, datetime]]()
    for name, channel in planner.read(announcement.plan).channels.items():
        window = quiet_hours_of({"quiet_hours": channel.quiet})
        zones = {zone: number for key, number in channel.zones.items() if (zone := zone_named(key)) is not None}
        sleeping = {zone: number for zone, number in zones.items() if number and is_quiet(moment, zone, window)}
        if sleeping:
            found[name] = sum(sleeping.values()), min(release_time(moment, zone, window) for zone in sleeping)
    return found


def besides(announcement: Announcement) -> list[int]:
    """The others that go out now over the same numbers, and with which it takes turns."""
    if announcement.state not in {AnnouncementState.PREPARING, AnnouncementState.SENDING} or announcement.is_fed:
        return []
    found = sharing.rivals(announcement)
    return found if found and not sharing.goes_ahead(announcement, is_few=sharing.is_few(announcement)) else []


def _end(channel: ChannelPlan, waiting: int, pace: float, begin: datetime) -> datetime:
    """When the last of those who wait leaves. Who sleeps now waits as a whole; the others wait in their zones as they were planned."""
    window = quiet_hours_of({"quiet_hours": channel.quiet})
    planned = {zone: number for name, number in channel.zones.items() if (zone := zone_named(name)) is not None}
    if not planned:
        return begin + timedelta(seconds=waiting / pace)
    asleep = sum(number for zone, number in planned.items() if is_quiet(begin, zone, window))
    awake = sum(planned.values()) - asleep
    stay = waiting if not awake else min(asleep, waiting)
    loads = {}
    for zone, number in planned.items():
        share = number * (stay / asleep if is_quiet(begin, zone, window) else (waiting - stay) / awake)
        loads[zone] = Load(share, share)
    return course(loads, pace, begin, window).finish_at


def _paces(announcement: Announcement, moment: datetime) -> dict[str, Measured]:
    """What really left over each channel lately: a busy number is shared, and a call takes its time.

    The first few and the wait for their news say nothing about the rest, which begins somewhere in a minute: it counts from the next.
    """
    began = announcement.started_at
    if began is None or announcement.canary_until is not None or (moment - began).total_seconds() < ENOUGH_SECONDS:
        return {}
    reach, first_few = AnnouncementReach, 0
    since = (moment - LATELY).replace(second=0, microsecond=0)
    canary = Canary.that_was(announcement) if began >= since else None
    if canary is not None:
        first_few = canary.of_each(len(announcement.channels))
    minutes: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for channel, minute, number in db.session.execute(
        select(reach.channel, reach.minute, func.sum(reach.n))
        .where(reach.announcement_id == announcement.id, reach.outcome == Outcome.HANDED_OVER, reach.minute >= since)
        .group_by(reach.channel, reach.minute)
        .order_by(reach.minute)
    ):
        minutes[channel].append((minute, int(number)))
    found = {}
    for channel, rows in minutes.items():
        rest = _after_the_first(rows, first_few)
        if rest:
            one = Measured(sum(number for _minute, number in rest), (moment - max(rest[0][0], began)).total_seconds())
            if one.copies > 0 and one.seconds >= ENOUGH_SECONDS:
                found[channel] = one
    return found


def _after_the_first(rows: list[tuple[datetime, int]], first_few: int) -> list[tuple[datetime, int]]:
    left = 0
    for index, (_minute, number) in enumerate(rows):
        left += number
        if left > first_few:
            return rows[index + 1 :] if first_few else rows[index:]
    return []
