"""The one clock. Time is UTC inside the house; only pages turn it into a school's zone."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current moment, always with its UTC offset."""
    return datetime.now(UTC)
