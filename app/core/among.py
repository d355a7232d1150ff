"""`column IN (many values)` as one parameter, so that the statement stays the same however many there are.

Written out value by value, a statement for 256 rows costs more to prepare than to run.
"""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Dialect, String, TypeDecorator, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class Many(TypeDecorator[Collection[Any]]):
    """A list of numbers or texts: an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def __init__(self, of: type[BigInteger] | type[String]) -> None:
        """`of` is the type of one value."""
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """As each database takes a list."""
        return dialect.type_descriptor(ARRAY(self.of()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        """The values, in any order."""
        values = list(value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)


class among(FunctionElement[bool]):  # noqa: N801  # used like a function
    """Whether `column` is one of the values given under `name` at execution."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        """Texts if the column holds texts, else numbers."""
        super().__init__(column, bindparam(name, type_=Many(String if isinstance(column.type, String) else BigInteger)))

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
    return f"{compiler.process(column, **more)} = ANY({compiler.process(values, **more)})"
