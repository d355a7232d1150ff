"""Counts over all recipients of a large announcement, kept for a moment: a page that is open asks for them again and again.

Small announcements are counted each time. Otherwise counting takes this process a twentieth of its time at most, whatever the
size and however many people look on.
"""

import math
import time
from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g

from app.announcements.models import Announcement

LARGE = 2_000
"""Recipients."""
AT_LEAST, TIMES_ITS_COST = 2.0, 20
"""Seconds that a count is kept."""
MOST_KEPT = 200
KEY = "announcement_counts"
Counted = TypeVar("Counted")


def for_a_moment(what: str, announcement: Announcement, count: Callable[[], Counted]) -> Counted:
    """What `count` gives, or gave a moment ago."""
    if (announcement.last_recipient_id or 0) - (announcement.first_recipient_id or 0) < LARGE:
        return count()
    kept: dict[tuple[str, int], tuple[float, Any]] = current_app.extensions.setdefault(KEY, {})
    key, begun = (what, announcement.id), time.monotonic()
    until, found = kept.get(key, (0.0, None))
    if begun < until:
        g.counted_in = max(float(g.get("counted_in", 0.0)), until - begun)
        remembered: Counted = found
        return remembered
    fresh, ended = count(), time.monotonic()
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[key] = (ended + max(AT_LEAST, TIMES_ITS_COST * (ended - begun)), fresh)
    return fresh


def counted_in() -> int:
    """In how many seconds this page's numbers could be newer; 0 where all were counted just now."""
    return math.ceil(float(g.get("counted_in", 0.0)))
