"""How long a list is, as far as that is worth what it costs."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, func, literal, select

from app.core.database import db

MOST_COUNTED = 10_000
"""Entries. A longer list does not say how long it is: counting it would cost more than its pages do."""


def total_beside(rows: Sequence[Any], *, before: int, goes_on: bool, count: Callable[[], int]) -> int | None:
    """How long a list is of which a page has `rows` after `before` others.

    `count` is asked only where the page itself does not say it, and may stop at one more than MOST_COUNTED.
    """
    length = before + len(rows) if not goes_on and (rows or not before) else count()
    return length if length <= MOST_COUNTED else None


def counted(query: Select[*tuple[Any, ...]]) -> int:
    """How many rows a query finds, but no more than one beyond MOST_COUNTED."""
    some = query.order_by(None).with_only_columns(literal(1), maintain_column_froms=True).limit(MOST_COUNTED + 1)
    return db.session.scalars(select(func.count()).select_from(some.subquery())).one()
