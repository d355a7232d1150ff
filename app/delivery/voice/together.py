"""Which deliveries say the same to a family, although each may have words of its own. The rooms that own them know."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

IsTogether = Callable[[Any, int], ColumnElement[bool]]
_asked: dict[str, IsTogether] = {}


def register(owner_kind: str, is_together: IsTogether) -> None:
    """Have `is_together(a column of owner ids, an owner id)` say in SQL that both are of one message. Called from a room's init_app."""
    _asked[owner_kind] = is_together


def says_the_same(other: Any, row: Any) -> ColumnElement[bool]:
    """Whether `other`, an alias of `Delivery`, says what the delivery `row` says."""
    ask = _asked.get(row.owner_kind)
    same_message = and_(other.owner_kind == row.owner_kind, ask(other.owner_id, row.owner_id)) if ask else false()
    return or_(other.content_id == row.content_id, same_message)
