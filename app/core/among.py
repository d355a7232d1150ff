"""`column IN (many values)` as one parameter, so that the statement stays the same however many there are.

Written out value by value, a statement for 256 rows costs more to prepare than to run.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, String, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeEngine


def written_array(values: Collection[Any]) -> str:
    """Numbers or texts as PostgreSQL writes an array of them. The driver looks at each value eight times before it does."""
    return "{" + ",".join([str(value) if isinstance(value, int) else _quoted(value) for value in values]) + "}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Many(TypeDecorator[Collection[Any]]):
    """A list of numbers or texts: an array on PostgreSQL, JSON on SQLite; either is written down here."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL hears what it is from the statement: an array it is from then on, where a text would be one to read for each row."""
        return dialect.type_descriptor(NullType() if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        """The values, in any order."""
        values = list(value or ())
        return written_array(values) if dialect.name == "postgresql" else json.dumps(values)


class among(FunctionElement[bool]):  # noqa: N801  # used like a function
    """Whether `column` is one of the values given under `name` at execution."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        """Texts if the column holds texts, else numbers."""
        super().__init__(column, bindparam(name, type_=Many()))

    def self_group(self, against: Any = None) -> Any:
        """Beside other conditions it stays a comparison: compared with true, as other functions are, it would be asked row by row."""
        return self


@compiles(among, "sqlite")
def _on_sqlite(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **more)} IN (SELECT value FROM json_each({compiler.process(values, **more)}))"  # noqa: S608  # compiled


@compiles(among, "postgresql")
def _on_postgres(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, values = element.clauses
    kind = "TEXT" if isinstance(column.type, String) else "BIGINT"
    return f"{compiler.process(column, **more)} = ANY(CAST({compiler.process(values, **more)} AS {kind}[]))"
