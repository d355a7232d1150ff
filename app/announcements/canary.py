"""The first few go ahead of the rest: what happens to them tells whether the rest should follow.

Where many of them fail it pauses. Whoever lets it go on sends the next few first, more of them than before.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from app.announcements.counts import Counts, counts_of
from app.announcements.models import Announcement, Category

PART, FEWEST = 0.01, 20
WORTH_IT = 100
"""Fewer recipients are simply sent to."""
MOST_FAILED = 0.1
FEWEST_FAILED = 3
MORE_EACH_TIME = 4
"""So many times as large are the next few, so that somebody who knows better is asked a few times and not for each per cent."""
PATIENCE = timedelta(seconds=30)
"""For news of arrivals, after the last of them was sent. Afterwards it is enough to know of some that they were sent at least."""
ENOUGH = 0.5
SILENCE = timedelta(minutes=10)
"""After the last hand-over. Who has said nothing by then will not."""


@dataclass(frozen=True, slots=True)
class Canary:
    """How many go first."""

    size: int
    failed_before: int = 0
    settled_before: int = 0
    sent_before: int = 0
    """Of those before, who say nothing about these."""

    @classmethod
    def of(cls, announcement: Announcement) -> "Canary | None":
        """None where none is wanted, or needed, or it was through."""
        return None if announcement.canary_passed else cls.that_was(announcement)

    @classmethod
    def that_was(cls, announcement: Announcement) -> "Canary | None":
        """The same, also once it is through."""
        if not announcement.has_canary or announcement.category == Category.EMERGENCY:
            return None
        total = counts_of(announcement.id).together.total
        if total < WORTH_IT:
            return None
        seen = announcement.canary_seen or {}
        size = max(FEWEST, math.ceil(total * PART)) * MORE_EACH_TIME ** seen.get("times", 0)
        return cls(size, seen.get("failed", 0), seen.get("settled", 0), seen.get("sent", 0))

    def of_each(self, channels: int) -> int:
        """How many of them over one of so many channels: what is broken may be only one."""
        return math.ceil(self.size / max(channels, 1))

    def patience(self, per_second: float) -> timedelta:
        """How long their fate is awaited at most."""
        return PATIENCE + timedelta(seconds=self.size / max(per_second, 0.1))

    def verdict(self, counts: Counts, *, is_over: bool) -> bool | None:
        """Whether the rest may follow; None while nobody knows. That the patience `is_over` alone says nothing: they may be asleep."""
        found = counts.together
        if found.failed - self.failed_before >= max(FEWEST_FAILED, self.size * MOST_FAILED):
            return False
        settled, sent = _settled(counts) - self.settled_before, found.sent - self.sent_before
        first = self._first(counts)
        if settled >= first:
            return True
        return True if is_over and found.sent + found.delivered and settled + sent >= first * ENOUGH else None

    def _first(self, counts: Counts) -> int:
        """How many of them there are at least: some channels have fewer people than their share."""
        share = self.of_each(len(counts.channels))
        left = counts.together.total - self.settled_before - self.sent_before
        return min(self.size, left, sum(min(share, one.total) for one in counts.channels.values()))


def wait_for_first(total: int, per_second: float) -> timedelta:
    """How long the rest of so many waits at most for news of the first few, if these are awake."""
    return Canary(max(FEWEST, math.ceil(total * PART))).patience(per_second) if total >= WORTH_IT else timedelta()


def seen_now(announcement: Announcement) -> dict[str, int]:
    """What to remember when somebody lets it go on."""
    counts, before = counts_of(announcement.id), announcement.canary_seen or {}
    found = counts.together
    return {"times": before.get("times", 0) + 1, "failed": found.failed, "settled": _settled(counts), "sent": found.sent}


def _settled(counts: Counts) -> int:
    found = counts.together
    return found.delivered + found.failed + found.blocked + found.cancelled
