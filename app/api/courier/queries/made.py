"""When a row was made, out of its identifier."""

from datetime import UTC, datetime
from uuid import UUID

_MILLISECONDS = 80
"""Bits behind the milliseconds of a UUIDv7."""


def made_at(uuid: UUID) -> datetime:
    """The moment that a UUIDv7 carries."""
    return datetime.fromtimestamp((uuid.int >> _MILLISECONDS) / 1000, UTC)
