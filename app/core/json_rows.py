"""Rows as JSON, in one value.

Those of a subquery as a list, so that a page gets a list and what hangs on each item in one query; and a single row as one
text, because a driver takes as long for thirty small values as for a long one.

SQLite and PostgreSQL name the functions differently. Moments come out as text: read them with `moment`.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ColumnElement, ScalarSelect, Select, Text, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.core.columns import UtcDateTime


class _List(FunctionElement[Any]):
    """All rows of a group."""

    inherit_cache = True
    type = JSON()


class _Item(FunctionElement[Any]):
    """One row, as an object."""

    inherit_cache = True
    type = JSON()


class _Values(FunctionElement[str]):
    """Some values, as a list."""

    inherit_cache = True
    type = Text()


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


@compiles(_Values, "postgresql")
def _values_on_postgres(element: _Values, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_build_array({compiler.process(element.clauses, **options)})::text"


@compiles(_Values)
def _values(element: _Values, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array({compiler.process(element.clauses, **options)})"


def json_rows(source: Select[Any], **columns: ColumnElement[Any]) -> ScalarSelect[Any]:
    """`columns` of the rows of `source` (a select whose own columns are replaced) as a list of dictionaries, in no order."""
    pairs: list[ColumnElement[Any]] = []
    for name, column in columns.items():
        pairs += [literal_column(f"'{name}'"), column]
    return source.with_only_columns(_List(_Item(*pairs)), maintain_column_froms=True).scalar_subquery()


def json_row(columns: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    """The values of one row as one text, which is also a good key: equal rows have equal texts."""
    return _Values(*columns)


def reader_of(columns: Sequence[ColumnElement[Any]]) -> Callable[[str], list[Any]]:
    """What makes the values of `columns` out of such a text."""
    kinds: dict[type, Callable[[Any], Any]] = {Boolean: bool, UtcDateTime: moment, JSON: _content}
    converts = [(place, kinds[type(each.type)]) for place, each in enumerate(columns) if type(each.type) in kinds]

    def read(text: str) -> list[Any]:
        values: list[Any] = json.loads(text)
        for place, convert in converts:
            if values[place] is not None:
                values[place] = convert(values[place])
        return values

    return read


def _content(value: Any) -> Any:
    """What a JSON column holds: SQLite puts it into a row as a text."""
    return json.loads(value) if isinstance(value, str) else value


def moment(text: str) -> datetime:
    """A moment out of such a value; SQLite leaves the offset out."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
