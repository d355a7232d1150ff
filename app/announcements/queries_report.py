"""The head of a report: how far an announcement is as a whole, and how it spread. Costs the same at any size."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.announcements import planner
from app.announcements.counts import Counts, counts_of
from app.announcements.models import Announcement, AnnouncementReach, AnnouncementState, Outcome
from app.announcements.momentary import for_a_moment
from app.announcements.queries import announcement_visible_to
from app.announcements.queries_fates import COUNTABLE, Fates, family_fates
from app.core.clock import now
from app.core.database import db


@dataclass(frozen=True, slots=True)
class Report:
    """The head of the page; four queries."""

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
    together = counts.together
    is_countable = announcement.is_expanded and together.total + sum(together.skipped.values()) <= COUNTABLE
    fates = for_a_moment("fates", announcement, lambda: family_fates(announcement_id)) if is_countable else None
    return Report(announcement, counts, fates, eta(announcement, counts))


def eta(announcement: Announcement, counts: Counts) -> datetime | None:
    """When the last of what waits leaves, if nothing else is sent."""
    if announcement.state not in {AnnouncementState.PREPARING, AnnouncementState.SENDING} or announcement.plan is None:
        return None
    planned = planner.read(announcement.plan)
    moment = now()
    ends = [moment]
    for name, channel in planned.channels.items():
        found = counts.channels.get(name)
        waiting = found.waiting if found is not None else channel.addresses
        if waiting and channel.per_second and channel.addresses:
            units = waiting * channel.units / channel.addresses
            ends.append(moment + timedelta(seconds=units / channel.per_second))
            ends += [datetime.fromisoformat(hold.until) for hold in channel.held]
    return max(ends)


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
