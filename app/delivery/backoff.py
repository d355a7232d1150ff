"""How long to wait before another try."""

import random
from datetime import timedelta

MOST_ATTEMPTS = 10
"""Hand-overs that the carrier surely did not take, before a person is asked: about a quarter of an hour."""
LONGEST_PAUSE = 300.0
UNREACHABLE_PAUSES = (timedelta(minutes=5), timedelta(minutes=30))
"""A phone that is off is tried again so many times, after so long."""


def pause_after(attempts: int, at_least: float | None = None) -> timedelta:
    """The pause after so many attempts: doubling, spread by half either way, and never shorter than the carrier asked for."""
    usual = min(2.0 ** max(0, attempts - 1), LONGEST_PAUSE) * random.uniform(0.5, 1.5)
    return timedelta(seconds=max(usual, at_least or 0.0))
