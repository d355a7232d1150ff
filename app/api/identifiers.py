"""Identifiers as the faces write them.

Every row has a version 7 UUID. RingPlan's 24 hexadecimal digits are the first 96 bits of it: the moment it was made and 42 random
bits, so they sort by time, need no column of their own, and are found by the index of the UUID.
"""

import re
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

DIGITS = 24
_ID24 = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
_REST = 32 - DIGITS


def id24(uuid: UUID) -> str:
    """The 24 hexadecimal digits by which RingPlan names the row of `uuid`."""
    return uuid.hex[:DIGITS]


def within_id24(column: InstrumentedAttribute[UUID], text: str) -> ColumnElement[bool]:
    """The condition that finds the row named `text`. Raises ValueError for what is no such id."""
    return column.between(*span_of_id24(text))


def span_of_id24(text: str) -> tuple[UUID, UUID]:
    """The first and the last UUID that begin with these digits. Raises ValueError for what is no such id."""
    if not _ID24.fullmatch(text):
        raise ValueError("not 24 hexadecimal digits")
    return UUID(text + "0" * _REST), UUID(text + "f" * _REST)
