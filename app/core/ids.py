"""Identifiers: those that sort by the time they were made, and row numbers as people and programs send them."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from uuid6 import uuid7


def new_uuid() -> uuid.UUID:
    """A version 7 UUID: unique everywhere, and later ones sort after earlier ones."""
    return uuid.UUID(int=uuid7().int)


def made_at(number: uuid.UUID) -> datetime:
    """When a version 7 UUID was made: its first 48 bits are the milliseconds."""
    return datetime.fromtimestamp((number.int >> 80) / 1000, UTC)


def uuid_or_none(text: str) -> uuid.UUID | None:
    """What names a row, or nothing at all."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


LARGEST_NUMBER = 2**63 - 1
"""Of a row, in both databases."""
_MOST_DIGITS = len(str(LARGEST_NUMBER))


def row_number(text: str) -> int:
    """The number of a row that `text` names. Raises ValueError for what cannot be one, such as ``²``, ``-1`` or forty digits."""
    if not (text.isascii() and text.isdecimal()) or len(text) > _MOST_DIGITS or int(text) > LARGEST_NUMBER:
        raise ValueError("not the number of a row")
    return int(text)


def row_numbers(texts: Iterable[str]) -> list[int]:
    """Those of `texts` that can be row numbers, in their order."""
    return [number for number in map(row_number_or_none, texts) if number is not None]


def row_number_or_none(text: str | None) -> int | None:
    """The same for a form's field: None for what cannot be one."""
    try:
        return row_number(text or "")
    except ValueError:
        return None
