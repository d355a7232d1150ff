"""The head of a report: how far an announcement is as a whole, and how it spread. Costs the same at any size."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import case, func, literal, select

from app.accounts.models import Staff
from app.announcements.counts import Counts, counts_of
from app.announcements.models import CALLED_OFF, Announcement, AnnouncementReach, Outcome
from app.announcements.momentary import for_a_moment
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.fates import Fates, Spoken, Why, answered, by_language, family_fates, is_countable
from app.announcements.queries.further import reasons_of
from app.announcements.queries.pace import Asleep, asleep, besides, eta
from app.announcements.sweeping import deliveries_of
from app.core.database import at_one_moment, db
from app.delivery.models import Delivery


@dataclass(frozen=True, slots=True)
class ReachPoint:
    """How many were handed over, delivered and failed by `at`."""

    at: datetime
    handed_over: int
    delivered: int
    failed: int


@dataclass(frozen=True, slots=True)
class Numbers:
    """All of one moment, so that those of a page agree."""

    counts: Counts
    fates: Fates | None
    """Families, over all channels and steps; None while they are written down, and where they are too many to count."""
    why: list[Why]
    languages: list[Spoken]
    answers: int | None
    """People who replied; None where families are not counted."""
    points: list[ReachPoint]


@dataclass(frozen=True, slots=True)
class Report:
    """The head of the page."""

    announcement: Announcement
    numbers: Numbers
    eta: datetime | None
    """When the last one is handed over at the numbers' pace; None when nothing is on its way."""
    asleep: Asleep | None
    """What waits for the morning."""
    beside: int
    """How many others go out over the same numbers meanwhile, with which it takes turns."""

    @property
    def counts(self) -> Counts:
        """Of copies, by channel."""
        return self.numbers.counts

    @property
    def fates(self) -> Fates | None:
        """Of families."""
        return self.numbers.fates


def report(staff: Staff, announcement_id: int) -> Report:
    """The numbers as they are now. Raises NotVisible."""
    at_one_moment()
    announcement = announcement_visible_to(staff, announcement_id)
    numbers = for_a_moment(f"numbers {announcement.state}", announcement, lambda: _numbers(announcement))
    others = besides(announcement)
    counts = numbers.counts
    return Report(announcement, numbers, eta(announcement, counts, others), asleep(announcement, counts), len(others))


def _numbers(announcement: Announcement) -> Numbers:
    counts = _as_stopped(announcement, counts_of(announcement.id))
    fates = family_fates(announcement.id) if announcement.is_expanded and is_countable(counts) else None
    return Numbers(
        counts, fates,
        why=reasons_of(announcement, counts) if announcement.is_expanded else [],
        languages=by_language(announcement.id) if fates else [],
        answers=answered(announcement) if fates else None,
        points=reach(announcement.id),
    )  # fmt: skip


def _as_stopped(announcement: Announcement, counts: Counts) -> Counts:
    """Of what was called off nothing is in a queue: it is stopped, but for the little that was just being handed over."""
    if announcement.state not in CALLED_OFF or counts.waiting <= 0:
        return counts
    kind, processing = case((Delivery.channel == "mms", "sms"), else_=Delivery.channel), literal("processing", literal_execute=True)
    rows = db.session.execute(
        select(kind, func.count()).where(Delivery.state == processing, deliveries_of(announcement)).group_by(kind)
    ).all()
    leaving = {str(row[0]): int(row[1]) for row in rows}
    channels = {}
    for name, one in counts.channels.items():
        left = min(leaving.get(name, 0), one.waiting)
        channels[name] = replace(one, handed_over=one.handed_over + left, cancelled=one.cancelled + one.waiting - left)
    return replace(counts, channels=channels)


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
    return _that_stayed(list(points.values()))


def _that_stayed(points: list[ReachPoint]) -> list[ReachPoint]:
    """Without what came back to be tried again: that had not left for good, and nothing goes down."""
    found: list[ReachPoint] = []
    for point in reversed(points):
        after = found[-1] if found else point
        found.append(replace(point, handed_over=min(point.handed_over, after.handed_over), failed=min(point.failed, after.failed)))
    return found[::-1]
