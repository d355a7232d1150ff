"""Kinds of columns that mean the same on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, TypeDecorator

BigId = BigInteger().with_variant(Integer, "sqlite")
"""Integer keys: 64 bits on PostgreSQL, and the row id itself on SQLite."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its offset on both databases. SQLite keeps none, so UTC is added when reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without an offset: it would mean something else on each machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a moment without an offset: {value!r}"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """The same for SQLite in one step: lists read hundreds of moments."""
        return moment_of_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def moment_of_text(text: str | None) -> datetime | None:
    """A moment as SQLite keeps it."""
    return None if text is None else datetime.fromisoformat(text + "+00:00")
