"""Moments as JSON has them."""

from datetime import UTC, datetime


def moment(at: datetime | None) -> str | None:
    """In UTC, or nothing."""
    return None if at is None else at.astimezone(UTC).isoformat()
