"""The first few go ahead of the rest: what happens to them tells whether the rest should follow."""

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
PATIENCE = timedelta(seconds=30)
"""For news of arrivals, after the last of them was sent."""


@dataclass(frozen=True, slots=True)
class Canary:
    """How many go first."""

    size: int

    @classmethod
    def of(cls, announcement: Announcement) -> "Canary | None":
        """None where none is wanted, or needed, or it was through."""
        if not announcement.has_canary or announcement.canary_passed or announcement.category == Category.EMERGENCY:
            return None
        total = counts_of(announcement.id).together.total
        return cls(max(FEWEST, math.ceil(total * PART))) if total >= WORTH_IT else None

    def of_each(self, channels: int) -> int:
        """How many of them over one of so many channels: what is broken may be only one."""
        return math.ceil(self.size / max(channels, 1))

    def patience(self, per_second: float) -> timedelta:
        """How long their fate is awaited at most."""
        return PATIENCE + timedelta(seconds=self.size / max(per_second, 0.1))

    def verdict(self, counts: Counts, *, is_over: bool) -> bool | None:
        """Whether the rest may follow; None while nobody knows."""
        found = counts.together
        if found.failed >= max(FEWEST_FAILED, self.size * MOST_FAILED):
            return False
        settled = found.delivered + found.failed + found.blocked + found.cancelled
        return True if settled >= self.size or is_over else None
