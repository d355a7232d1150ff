"""The head of a report: how far an announcement is as a whole, and how it spread. Costs the same at any size."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.announcements import planner
from app.announcements.counts import Counts, counts_of
from app.announcements.models import Announcement, AnnouncementReach, AnnouncementState, Outcome
from app.announcements.momentary import for_a_moment
from app.announcements.nights import Load, course
from app.announcements.planner import ChannelPlan
from app.announcements.queries import announcement_visible_to
from app.announcements.queries_fates import Fates, family_fates, is_countable
from app.core.clock import now
from app.core.database import db
from app.core.quiet_hours import is_quiet, quiet_hours_of, zone_named

LATELY, ENOUGH_SECONDS = timedelta(minutes=3), 20
"""What tells the real pace, and how long that takes at least."""


@dataclass(frozen=True, slots=True)
class Report:
    """The head of the page; five queries."""

    announcement: Announcement
    counts: Counts
    fates: Fates | None
    """Families, over all channels and steps; None while they are written down, and where they are too many to count."""
    eta: datetime | None
    """When the last one is handed over at the numbers' pace; None when nothing is on its way."""


@dataclass(frozen=True, slots=True)
class ReachPoint:
    """How many were handed over, delivered and failed by `at`."""

    at: datetime
    handed_over: int
    delivered: int
    failed: int


def report(staff: Staff, announcement_id: int) -> Report:
    """The numbers as they are now. Raises NotVisible."""
    announcement = announcement_visible_to(staff, announcement_id)
    counts = counts_of(announcement_id)
    are_counted = announcement.is_expanded and is_countable(counts)
    fates = for_a_moment("fates", announcement, lambda: family_fates(announcement_id)) if are_counted else None
    return Report(announcement, counts, fates, eta(announcement, counts))


def eta(announcement: Announcement, counts: Counts) -> datetime | None:
    """When the last of what waits leaves, if nothing else is sent."""
    if announcement.state not in {AnnouncementState.PREPARING, AnnouncementState.SENDING} or announcement.plan is None:
        return None
    planned = planner.read(announcement.plan)
    moment = now()
    begin = max(filter(None, (moment, announcement.canary_until)))
    paces = _paces(announcement, moment)
    ends = [begin]
    for name, channel in planned.channels.items():
        found = counts.channels.get(name)
        waiting = found.waiting if found is not None else channel.addresses
        if waiting <= 0 or not channel.per_second or not channel.addresses:
            continue
        pace = min(paces.get(name, math.inf), channel.per_second * channel.addresses / max(channel.units, 1))
        ends.append(_end(channel, waiting, pace, begin))
    return max(ends)


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


def _paces(announcement: Announcement, moment: datetime) -> dict[str, float]:
    """How many copies a second really left over each channel lately: a busy number is shared, and a call takes its time."""
    began = announcement.started_at
    if began is None or announcement.canary_until is not None or (moment - began).total_seconds() < ENOUGH_SECONDS:
        return {}
    since = (moment - LATELY).replace(second=0, microsecond=0)
    reach = AnnouncementReach
    rows = db.session.execute(
        select(reach.channel, func.min(reach.minute), func.sum(reach.n))
        .where(reach.announcement_id == announcement.id, reach.outcome == Outcome.HANDED_OVER, reach.minute >= since)
        .group_by(reach.channel)
    ).all()
    seconds = {name: (moment - max(first, began)).total_seconds() for name, first, _number in rows}
    return {name: number / seconds[name] for name, _first, number in rows if number > 0 and seconds[name] >= ENOUGH_SECONDS}


def reach(announcement_id: int, *, most: int = 60) -> list[ReachPoint]:
    """How it spread, in at most `most` even steps; as many rows as it took minutes. For an announcement that was fetched as visible."""
    minutes = db.session.execute(
        select(AnnouncementReach.minute, AnnouncementReach.outcome, func.sum(AnnouncementReach.n))
        .where(AnnouncementReach.announcement_id == announcement_id)
        .group_by(AnnouncementReach.minute, AnnouncementReach.outcome)
        .order_by(AnnouncementReach.minute)
    ).all()
    if not minutes:
        return []
    first, last = minutes[0][0], minutes[-1][0]
    step = timedelta(minutes=max(1, -(-(int((last - first).total_seconds()) // 60 + 1) // most)))
    so_far = dict.fromkeys((Outcome.HANDED_OVER, Outcome.DELIVERED, Outcome.FAILED), 0)
    points: dict[datetime, ReachPoint] = {}
    for minute, outcome, number in minutes:
        so_far[Outcome(outcome)] += int(number)
        end = first + ((minute - first) // step + 1) * step
        points[end] = ReachPoint(end, so_far[Outcome.HANDED_OVER], so_far[Outcome.DELIVERED], so_far[Outcome.FAILED])
    return list(points.values())
