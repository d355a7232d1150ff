"""Rows written straight into their tables, for the few changes that happen all day.

The unit of work looks at every object of a session before each statement, which costs several times the statement. Here the
statement is built once, and what was written comes back as an object of the session that knows all its columns: nothing is read again.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Insert, Table, bindparam, insert, update
from sqlalchemy.orm.attributes import instance_dict, instance_state, manager_of_class, set_committed_value
from sqlalchemy.orm.util import identity_key

from app.core.database import Base, connection, db
from app.core.prepared import Prepared

Row = TypeVar("Row", bound=Base)
Fill = tuple[str, Callable[[], Any]]


def added(kind: type[Row], values: Mapping[str, Any]) -> Row:
    """One new row. Columns that are not among `values` get the model's own defaults. Belongs into a transaction."""
    return _added(kind, _filled(kind, values))


def added_all(kind: type[Row], many: Sequence[Mapping[str, Any]]) -> list[Row]:
    """New rows of a table whose rows have a uuid, in their order, with one statement."""
    full = [_filled(kind, values) for values in many]
    if len(full) == 1:
        return [_added(kind, full[0])]
    if not full:
        return []
    numbers = {row.uuid: row.id for row in connection().execute(_insert_many(kind), full)}
    return [_known(kind, {"id": numbers[values["uuid"]]} | values) for values in full]


def add_each(kind: type[Base], many: Sequence[Mapping[str, Any]]) -> None:
    """New rows of which nobody needs the objects now."""
    full = [_filled(kind, values) for values in many]
    if len(full) == 1:
        _insert(kind).rows({f"new_{name}": value for name, value in full[0].items()})
    elif full:
        connection().execute(insert(_table(kind)), full)


def change(row: Any, **values: Any) -> None:
    """Change columns of one row, here and in its table. Belongs into a transaction that holds the row."""
    if instance_state(row).modified:  # then the unit of work has something to write anyway
        for name, value in values.items():
            setattr(row, name, value)
        db.session.flush()
        return
    _write(type(row), row.id, values)
    for name, value in values.items():
        set_committed_value(row, name, value)


def change_all(changes: Sequence[tuple[Any, Mapping[str, Any]]]) -> None:
    """The same for rows of one table, with a statement for each set of columns."""
    if len(changes) == 1:
        [(row, values)] = changes
        change(row, **values)
        return
    db.session.flush()
    alike: dict[tuple[str, ...], list[tuple[Any, Mapping[str, Any]]]] = {}
    for row, values in changes:
        alike.setdefault(tuple(values), []).append((row, values))
    for names, same in alike.items():
        _write_each(type(same[0][0]), [(row.id, values) for row, values in same])
        for row, values in same:
            for name in names:
                set_committed_value(row, name, values[name])


def change_each(kind: type[Base], changes: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """The same columns of several rows of which only the keys are at hand."""
    if not changes:
        return
    _write_each(kind, changes)
    numbers = {number for number, _values in changes}
    forget(kind, tuple(changes[0][1]), lambda row: row.id in numbers)


def _write_each(kind: type[Base], changes: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    if len(changes) == 1:
        _write(kind, *changes[0])
        return
    values = [{"row": number} | {f"new_{name}": value for name, value in new.items()} for number, new in changes]
    connection().execute(_update(kind, tuple(changes[0][1])).statement, values)


def _write(kind: type[Base], number: int, values: Mapping[str, Any]) -> None:
    _update(kind, tuple(values)).rows({"row": number} | {f"new_{name}": value for name, value in values.items()})


def forget(kind: type[Base], names: Sequence[str], is_meant: Callable[[Any], bool]) -> None:
    """Have the session read `names` again of those objects whose rows a statement changed behind its back."""
    for row in list(db.session.identity_map.values()):
        if isinstance(row, kind) and is_meant(row):
            db.session.expire(row, names)


def _filled(kind: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] if name in values else fill() for name, fill in _fills(kind)}


def _added(kind: type[Row], values: dict[str, Any]) -> Row:
    [(number,)] = _insert(kind).rows({f"new_{name}": value for name, value in values.items()})
    return _known(kind, {"id": number} | values)


def columns(kind: type[Base]) -> tuple[Any, ...]:
    """The columns of a table for a prepared statement, of which `loaded` makes objects."""
    return tuple(_table(kind).columns)


def loaded(kind: type[Row], values: Sequence[Any]) -> Row:
    """The object of the session for a row that was just read, with what was read. Flush before reading: what was not written is lost."""
    found = dict(zip(_names(kind), values, strict=True))
    there: Row | None = db.session.identity_map.get(identity_key(kind, values[0]))
    if there is None:
        return _known(kind, found)
    for name, value in found.items():
        set_committed_value(there, name, value)
    return there


def seen(kind: type[Row], values: Sequence[Any]) -> Row:
    """The object for a row that was just read, to be looked at only: it belongs to no session, and all who read the same may share it."""
    row = manager_of_class(kind).new_instance()
    instance_dict(row).update(zip(_names(kind), values, strict=True))
    instance_state(row).key = identity_key(kind, values[0])
    return row


def _known(kind: type[Row], values: dict[str, Any]) -> Row:
    """An object as if it had just been loaded: nothing is to be written, and what it lacks, such as relationships, is loaded when asked.

    It enters the session as the library's own loader lets it in; `session.add` would look through all that hangs on it.
    """
    session = db.session()
    row = manager_of_class(kind).new_instance()
    instance_dict(row).update(values)
    state = instance_state(row)
    state.key, state.session_id = identity_key(kind, values[_key(kind)]), session.hash_key
    session.identity_map.add(state)
    return row


@cache
def _key(kind: type[Base]) -> str:
    """The name of its first column, which is its key."""
    return _names(kind)[0]


@cache
def _names(kind: type[Base]) -> tuple[str, ...]:
    return tuple(column.key for column in _table(kind).columns)


@cache
def _fills(kind: type[Base]) -> tuple[Fill, ...]:
    """Every column but the key, with what it is when nobody says."""
    return tuple((column.key, _default_of(column)) for column in _table(kind).columns if not column.primary_key)


def _default_of(column: Any) -> Callable[[], Any]:
    default = column.default
    if default is None:
        return lambda: None
    if default.is_callable:
        return lambda: default.arg(None)
    return lambda: default.arg


@cache
def _insert(kind: type[Base]) -> Prepared:
    table = _table(kind)
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name, _fill in _fills(kind)}
    return Prepared(insert(table).values(values).returning(table.c.id))


@cache
def _insert_many(kind: type[Base]) -> Insert:
    table = _table(kind)
    return insert(table).returning(table.c.id, table.c.uuid)


@cache
def _update(kind: type[Base], names: tuple[str, ...]) -> Prepared:
    table = _table(kind)
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return Prepared(update(table).where(table.c.id == bindparam("row")).values(values))


def _table(kind: type[Base]) -> Table:
    return cast("Table", kind.__table__)
