"""How long to wait before an event is handed over again, and how long a receiver that takes nothing is left alone.

Both are spread, so that a thousand events that failed together do not come back together.
"""

import random
from datetime import datetime, timedelta

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=2)
"""Of an event: doubling, so some twenty tries in 24 hours."""
TOLERATED = 2
"""Failures in a row after which a receiver is still asked at once with another event, one at a time."""
FIRST_QUIET, LONGEST_QUIET = timedelta(seconds=5), timedelta(minutes=5)
"""Of a receiver: however many events wait, it is asked with one of them, then and again."""
MOST_ASKED_FOR = timedelta(hours=1)
"""A receiver may ask us by Retry-After to wait, but not for longer."""
_MOST_DOUBLINGS = 30


def pause_after(tries: int, *, asked_for: timedelta | None = None) -> timedelta:
    """The pause after so many tries of one event, and at least as long as the receiver asked for."""
    return max(_spread(_doubled(FIRST_PAUSE, tries - 1, LONGEST_PAUSE)), _polite(asked_for))


def quiet_after(failures: int, *, asked_for: timedelta | None = None) -> timedelta:
    """How long the receiver is left alone after so many failures in a row."""
    usual = _spread(_doubled(FIRST_QUIET, failures - TOLERATED - 1, LONGEST_QUIET)) if failures > TOLERATED else timedelta(0)
    return max(usual, _polite(asked_for))


def next_try(at: datetime, tries: int, gives_up_at: datetime, *, asked_for: timedelta | None = None) -> datetime | None:
    """When an event that failed at `at` for the time number `tries` is tried again; None if that was the last one."""
    if at >= gives_up_at:
        return None
    return min(at + pause_after(tries, asked_for=asked_for), gives_up_at)


def _doubled(first: timedelta, times: int, most: timedelta) -> timedelta:
    return min(first * int(2 ** min(max(times, 0), _MOST_DOUBLINGS)), most)


def _spread(usual: timedelta) -> timedelta:
    return usual * random.uniform(0.75, 1.25)


def _polite(asked_for: timedelta | None) -> timedelta:
    return min(max(asked_for or timedelta(0), timedelta(0)), MOST_ASKED_FOR)
