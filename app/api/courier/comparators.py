"""Filters of time: a comparator followed by a timestamp, such as ``>=2026-11-18T18:00:00Z``; two of them make a window."""

import operator
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_

from app.api.refusals import Refused, Why

_FILTER = re.compile(r"(>=|<=|>|<)([^|]+)(\|null)?")
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}


def compared(column: Any, filters: Iterable[str] | None, field: str) -> list[ColumnElement[bool]]:
    """The conditions on a column that some filters name. Raises Refused for what is no moment.

    A trailing ``|null`` also keeps rows without a value.
    """
    return [_condition(column, text, field) for text in filters or ()]


def _condition(column: Any, text: str, field: str) -> ColumnElement[bool]:
    found = _FILTER.fullmatch(text)
    at = moment_from(found[2], field) if found else None
    if found is None or at is None:
        raise _unreadable(field)
    condition: ColumnElement[bool] = _COMPARE[found[1]](column, at)
    return or_(condition, column.is_(None)) if found[3] else condition


def moment_from(text: str, field: str) -> datetime:
    """A moment as it was sent; without an offset it is UTC. Raises Refused."""
    try:
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _unreadable(field) from error


def _unreadable(field: str) -> Refused:
    return Refused(Why.INVALID, "This is no moment. Send one such as 2026-11-18T18:00:00+00:00.", field=field)
