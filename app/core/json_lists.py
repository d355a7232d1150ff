"""Whether a list that is kept as JSON holds a value, asked where the rows are."""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists, func, literal, literal_column, select
from sqlalchemy.dialects.postgresql import JSONB

from app.core.database import db


def lists(column: Any, value: int | str, *, under: str | None = None) -> ColumnElement[bool]:
    """The condition that a JSON column is a list with this value, or has one `under` a name."""
    if db.engine.dialect.name == "sqlite":
        path = "$" if under is None else f'$."{under}"'
        each = func.json_each(cast(column, String), path).table_valued("value")
        return exists(select(literal_column("1")).select_from(each).where(each.c.value == value))
    document = cast(column, JSONB)
    found = document if under is None else document[under]
    return func.coalesce(found.contains(literal([value], JSONB)), False)
