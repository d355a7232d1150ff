"""Pages of a list by where one stands in it: as quick at the end of a million rows as at the start.

A cursor holds the sort keys of the row at the edge of a page. It is not signed: it can only point somewhere else in a
list that the query itself already limits to what the person may see.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Generic, TypeVar, TypeVarTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Row, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.errors import HomeroomError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MOST_ROWS = 500
_LONGEST_CURSOR = 400
_LARGEST_INT = 2**63 - 1
_MICROSECONDS = 1_000_000
_LATEST_MICROSECOND = int(datetime.max.replace(tzinfo=UTC).timestamp()) * _MICROSECONDS

SortKey = InstrumentedAttribute[Any]


class BadCursor(HomeroomError):
    """The cursor was cut off or made up."""

    code = "bad_cursor"
    status = HTTPStatus.BAD_REQUEST
    advice = _l("This page of the list no longer exists. Start again from the top.")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows in the order of the list, and the way on: None where the list ends."""

    rows: list[T]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class _Cursor:
    backwards: bool
    values: tuple[int | datetime | str, ...]


def page_of_rows(
    session: Session,
    statement: Select[*Ts],
    keys: Sequence[SortKey],
    *,
    limit: int = 50,
    cursor: str | None = None,
    descending: bool = True,
) -> Page[Row[*Ts]]:
    """The page of rows at `cursor`, or the first one; one query, whatever the depth.

    `keys` sort the list, all in one direction; together they must be unique and never NULL (end with the id), and must be
    among what the statement selects, under their own names. An index on them makes it quick. The statement brings its
    conditions, but no order and no limit. Raises BadCursor.
    """
    limit = max(1, min(limit, MOST_ROWS))
    position = _decoded(cursor, keys) if cursor else None
    backwards = position is not None and position.backwards
    downwards = descending != backwards
    query = statement if position is None else statement.where(_beyond(keys, position.values, downwards=downwards))
    query = query.order_by(*(key.desc() if downwards else key.asc() for key in keys)).limit(limit + 1)
    rows: list[Row[*Ts]] = list(session.execute(query))
    if backwards and not rows:  # what stood before is gone: this is the top now
        return page_of_rows(session, statement, keys, limit=limit, descending=descending)
    more = len(rows) > limit
    del rows[limit:]
    if backwards:
        rows.reverse()
    has_next = bool(rows) and (backwards or more)
    has_previous = bool(rows) and (more if backwards else position is not None)
    return Page(
        rows,
        cursor_after(rows[-1], keys) if has_next else None,
        cursor_before(rows[0], keys) if has_previous else None,
    )


def cursor_after(row: object, keys: Sequence[SortKey]) -> str:
    """The cursor of what follows `row` in the list."""
    return _encoded(row, keys, "a")


def cursor_before(row: object, keys: Sequence[SortKey]) -> str:
    """The cursor of what comes before `row` in the list."""
    return _encoded(row, keys, "b")


def _beyond(keys: Sequence[SortKey], values: tuple[Any, ...], *, downwards: bool) -> ColumnElement[bool]:
    place = tuple_(*values, types=[key.type for key in keys])
    return tuple_(*keys) < place if downwards else tuple_(*keys) > place


def _encoded(row: object, keys: Sequence[SortKey], direction: str) -> str:
    values = [direction, *(_plain(getattr(row, key.key)) for key in keys)]
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).rstrip(b"=").decode()


def _plain(value: object) -> int | str:
    if isinstance(value, datetime):
        return int(value.timestamp()) * _MICROSECONDS + value.microsecond
    if isinstance(value, int | str) and not isinstance(value, bool):
        return value
    message = f"a list cannot be sorted by {value!r}"
    raise TypeError(message)


def _decoded(cursor: str, keys: Sequence[SortKey]) -> _Cursor:
    if len(cursor) > _LONGEST_CURSOR:
        raise BadCursor
    try:
        direction, *plain = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise BadCursor from error
    if direction not in ("a", "b") or len(plain) != len(keys):
        raise BadCursor
    values = (_READERS[_kind(key)](value) for key, value in zip(keys, plain, strict=True))
    return _Cursor(direction == "b", tuple(values))


def _kind(key: SortKey) -> type:
    kind = getattr(key.type, "impl_instance", key.type).python_type
    return next(known for known in _READERS if issubclass(kind, known))


def _int(value: object) -> int:
    if type(value) is not int or abs(value) > _LARGEST_INT:
        raise BadCursor
    return value


def _moment(value: object) -> datetime:
    if type(value) is not int or not 0 <= value < _LATEST_MICROSECOND:
        raise BadCursor
    return datetime.fromtimestamp(value // _MICROSECONDS, UTC).replace(microsecond=value % _MICROSECONDS)


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise BadCursor
    return value


_READERS: dict[type, Callable[[object], int | datetime | str]] = {int: _int, datetime: _moment, str: _text}
