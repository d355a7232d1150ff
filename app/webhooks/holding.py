"""Which callback addresses are still written down somewhere: faces, which are above, say so in which columns."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.database import db

_columns: list[InstrumentedAttribute[Any]] = []


def hold(*columns: InstrumentedAttribute[Any]) -> None:
    """An endpoint whose id stands in one of these is kept."""
    _columns.extend(column for column in columns if column not in _columns)


def held(ids: Collection[int]) -> set[int]:
    """Those of `ids` that are."""
    found: set[int] = set()
    for column in _columns:
        found.update(db.session.scalars(select(column).where(column.in_(ids)).distinct()))
    return found
