"""Statements that every page asks: SQLAlchemy writes them once, and from then on the driver gets them straight.

For a small question SQLAlchemy's execution costs more than the database does. What is left out is its cache of statements, the
result object, and the conversion of every value; what stays is the transaction of the request's session, whoever listens to
statements, and errors in the words of SQLAlchemy. Only where a profile asks for it; for writing, see `core.rows`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Dialect, Float, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.visitors import iterate

from app.core.database import Line, db, in_transaction, leave_database, line
from app.core.rested_connections import doubt

Raw = tuple[Any, ...]
"""A row as the driver brings it: moments are text on SQLite. It can be a key, unless a column is JSON."""
Record = Any
"""A row by the names of its columns, with the values that our types make of it."""
Convert = Callable[[Any], Any]
Statement = Select[Any] | Insert | Update


class Prepared:
    """A statement whose parameters have names. Each database, and each length of its lists of numbers or texts, has a form of it."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.writes = not isinstance(statement, Select)
        self.lists = tuple({each.key for each in iterate(statement) if isinstance(each, BindParameter) and each.expanding})
        self._forms: dict[tuple[object, ...], _Form] = {}
        self._converts: dict[str, list[tuple[int, Convert]]] = {}

    def rows(self, values: Mapping[str, Any]) -> list[Raw]:
        """All rows as the driver brings them. `values` may hold more than the statement asks for."""
        return self._rows(line(with_session=self.writes), values)

    def _rows(self, here: Line, values: Mapping[str, Any]) -> list[Raw]:
        dialect = here.engine.dialect
        key = (dialect.name, *[len(values[name]) for name in self.lists])
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = _form_of(self.statement, dialect, {name: values[name] for name in self.lists})
        return form.run(here, values)

    def records(self, values: Mapping[str, Any]) -> list[Record]:
        """All rows with names."""
        here = line(with_session=self.writes)
        return [self.named(*self._read(here.engine.dialect, row)) for row in self._rows(here, values)]

    @cached_property
    def named(self) -> Callable[..., Record]:
        """What gives a row its names."""
        names = [(str(column.key), Any) for column in _columns_of(self.statement)]
        return NamedTuple("Record", names)  # type: ignore[return-value]  # known at run time only

    def read(self, row: Raw) -> list[Any]:
        """A row with the values that our types make of it."""
        return self._read(line().engine.dialect, row)

    def _read(self, dialect: Dialect, row: Raw) -> list[Any]:
        converts = self._converts.get(dialect.name)
        if converts is None:
            converts = self._converts[dialect.name] = _converts_of(self.statement, dialect)
        values = list(row)
        for place, convert in converts:
            values[place] = convert(values[place])
        return values


@dataclass(frozen=True, slots=True)
class _Form:
    """What a driver gets: the text, and parameters in `order`, or by name."""

    text: str
    order: tuple[str, ...]
    by_name: bool
    fixed: dict[str, Any]
    lists: dict[str, list[str]]
    writes: dict[str, Convert]
    """What makes a value of our types fit for the driver, by parameter."""

    def run(self, here: Line, values: Mapping[str, Any]) -> list[Raw]:
        given = {**self.fixed, **values}
        for name, keys in self.lists.items():
            given.update(zip(keys, values[name], strict=True))
        for name, write in self.writes.items():
            given[name] = write(given[name])
        parameters: Any = {key: given[key] for key in self.order} if self.by_name else tuple([given[key] for key in self.order])
        try:
            cursor = here.driver.cursor()
            for listener in here.engine.dispatch.before_cursor_execute:
                listener(here.session_side, cursor, self.text, parameters, None, False)  # noqa: FBT003  # not with many sets of values
            cursor.execute(self.text, parameters)
            found: list[Raw] = cursor.fetchall() if cursor.description else []  # type: ignore[assignment]  # both drivers bring tuples in a list
            cursor.close()
        except here.engine.dialect.loaded_dbapi.Error as error:
            raise _in_other_words(error, self.text, here) from error
        return found


def _form_of(statement: Statement, dialect: Dialect, lists: Mapping[str, Any]) -> _Form:
    compiled = statement.compile(dialect=dialect)
    writes = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for bind, name in compiled.bind_names.items()}
    if any(writes.get(name) is not None for name in lists):
        message = f"only numbers and texts can be listed in a prepared statement: {', '.join(lists)}"
        raise TypeError(message)
    fixed = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
    expanded = compiled.construct_expanded_state({**dict.fromkeys(compiled.bind_names.values()), **fixed, **lists})
    longer = {name: expanded.parameter_expansion.get(name, []) for name in lists}
    names = [each for name in compiled.bind_names.values() for each in longer.get(name, [name])]
    return _Form(
        expanded.statement,
        tuple(expanded.positiontup or names),
        not compiled.positional,
        fixed,
        longer,
        {name: write for name, write in writes.items() if write is not None},
    )


def _columns_of(statement: Statement) -> list[Any]:
    """What its rows are made of; writing answers with what it returns."""
    return list(statement.selected_columns if isinstance(statement, Select) else statement.exported_columns)


def _converts_of(statement: Statement, dialect: Dialect) -> list[tuple[int, Convert]]:
    types = [column.type for column in _columns_of(statement)]  # both drivers bring floats as they are
    found = [None if isinstance(each, Float) else each.dialect_impl(dialect).result_processor(dialect, None) for each in types]
    return [(place, convert) for place, convert in enumerate(found) if convert is not None]


def _in_other_words(error: Exception, text: str, here: Line) -> BaseException:
    """The error as SQLAlchemy would raise it. A line that broke is not used again."""
    dialect = here.engine.dialect
    is_lost = dialect.is_disconnect(error, here.driver, None)  # type: ignore[arg-type]  # an error of the driver
    if is_lost:
        doubt(here.engine)
        (here.session_side or here.driver).invalidate(error)
    if not in_transaction() and (here.session_side is None or not db.session().in_transaction()):
        leave_database()  # nobody else would end what failed here
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(text, None, error, base, hide_parameters=True, connection_invalidated=is_lost, dialect=dialect)
