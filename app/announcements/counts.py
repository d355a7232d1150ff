"""The numbers of an announcement. What waits is worked out and never kept, so that they add up at every instant."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.announcements.models import AnnouncementCount, Outcome
from app.core.database import db

SKIP = "skip:"


@dataclass(frozen=True, slots=True)
class ChannelCounts:
    """One channel, or all together: total = waiting + handed_over + sent + delivered + failed + blocked + cancelled."""

    total: int = 0
    handed_over: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    blocked: int = 0
    """Skipped at the last moment: opted out, or no longer permitted."""
    cancelled: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    """By SkipReason; not part of the total."""

    @property
    def waiting(self) -> int:
        """Not handed over yet, or tried again."""
        return self.total - self.left - self.failed - self.blocked - self.cancelled

    @property
    def left(self) -> int:
        """At the carrier, or further."""
        return self.handed_over + self.sent + self.delivered


@dataclass(frozen=True, slots=True)
class Counts:
    """All numbers of an announcement."""

    channels: dict[str, ChannelCounts]
    changed_at: datetime | None

    @property
    def together(self) -> ChannelCounts:
        """Over all channels."""
        return together(self.channels.values())

    @property
    def waiting(self) -> int:
        """Over all channels."""
        return self.together.waiting


def together(counted: Collection[ChannelCounts]) -> ChannelCounts:
    """All of them in one."""
    skipped: dict[str, int] = defaultdict(int)
    for one in counted:
        for reason, number in one.skipped.items():
            skipped[reason] += number
    names = ("total", "handed_over", "sent", "delivered", "failed", "blocked", "cancelled")
    return ChannelCounts(**{name: sum(getattr(one, name) for one in counted) for name in names}, skipped=dict(skipped))


_FIELDS = {
    Outcome.TOTAL: "total",
    Outcome.HANDED_OVER: "handed_over",
    Outcome.SENT: "sent",
    Outcome.DELIVERED: "delivered",
    Outcome.FAILED: "failed",
    Outcome.BLOCKED: "blocked",
    Outcome.CANCELLED: "cancelled",
}


def counts_of(announcement_id: int) -> Counts:
    """The numbers as they are now; one query for a dozen rows, whatever the size of the announcement."""
    return counts_of_each([announcement_id])[announcement_id]


def counts_of_each(announcement_ids: Collection[int]) -> dict[int, Counts]:
    """The same of several; one query, or none for none."""
    if not announcement_ids:
        return {}
    rows = db.session.execute(
        select(
            AnnouncementCount.announcement_id, AnnouncementCount.channel, AnnouncementCount.outcome, AnnouncementCount.n,
            AnnouncementCount.changed_at,
        ).where(AnnouncementCount.announcement_id.in_(announcement_ids))
    ).all()  # fmt: skip
    by_id: dict[int, list[Any]] = {number: [] for number in announcement_ids}
    for of, *row in rows:
        by_id[of].append(row)
    return {number: _counts(found) for number, found in by_id.items()}


def _counts(rows: list[Any]) -> Counts:
    plain: dict[str, dict[str, int]] = defaultdict(dict)
    skipped: dict[str, dict[str, int]] = defaultdict(dict)
    for channel, outcome, number, _at in rows:
        if outcome.startswith(SKIP):
            skipped[channel][outcome.removeprefix(SKIP)] = number
        else:
            plain[channel][_FIELDS[Outcome(outcome)]] = number
    channels = {name: ChannelCounts(**plain[name], skipped=skipped[name]) for name in sorted({*plain, *skipped})}
    return Counts(channels, max((row[3] for row in rows if row[3] is not None), default=None))
