"""The rows of a subquery as one JSON value, so that a page gets a list and what hangs on each item in one query.

SQLite and PostgreSQL name the functions differently. Moments come out as text: read them with `moment`.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ScalarSelect, Select, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _List(FunctionElement[Any]):
    """All rows of a group."""

    inherit_cache = True
    type = JSON()


class _Item(FunctionElement[Any]):
    """One row, as an object."""

    inherit_cache = True
    type = JSON()


@compiles(_List, "postgresql")
def _list_on_postgres(element: _List, compiler: SQLCompiler, **options: Any) -> str:
    return f"coalesce(json_agg({compiler.process(element.clauses, **options)}), '[]'::json)"


@compiles(_List)
def _list(element: _List, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **options)})"


@compiles(_Item, "postgresql")
def _item_on_postgres(element: _Item, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_build_object({compiler.process(element.clauses, **options)})"


@compiles(_Item)
def _item(element: _Item, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_object({compiler.process(element.clauses, **options)})"


def json_rows(source: Select[Any], **columns: ColumnElement[Any]) -> ScalarSelect[Any]:
    """`columns` of the rows of `source` (a select whose own columns are replaced) as a list of dictionaries, in no order."""
    pairs: list[ColumnElement[Any]] = []
    for name, column in columns.items():
        pairs += [literal_column(f"'{name}'"), column]
    return source.with_only_columns(_List(_Item(*pairs)), maintain_column_froms=True).scalar_subquery()


def moment(text: str) -> datetime:
    """A moment out of such a value; SQLite leaves the offset out."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
