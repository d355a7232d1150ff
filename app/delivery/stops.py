"""Whose deliveries nobody may take any more. The rooms that own them know; a dispatcher asks in the transaction of its claim.

What is stopped stays in the outbox, put aside until its owner lets it go on or takes it back. What other systems asked for is taken back
as soon as it is called off; what a dispatcher had in hand at that moment, and a carrier then put off, is taken back when it is due again.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from app.core.database import db
from app.delivery.models import Delivery

Asked = Callable[[Collection[int]], Collection[int]]
Ended = Callable[[int], bool]
_asked: dict[str, Asked] = {}
_ended: dict[str, Ended] = {}


class TakenBack(NamedTuple):
    """How a room has taken back what a system asked for: until when, by owner, and how what comes back later is ended."""

    until: Callable[[Collection[int]], Mapping[int, datetime]]
    end: Callable[[Collection[int]], object]


_taken_back: dict[str, TakenBack] = {}
ASIDE = datetime(9000, 1, 1, tzinfo=UTC)
"""Due then: never."""


def register(owner_kind: str, stopped_among: Asked, is_ended: Ended) -> None:
    """Have `stopped_among(owner ids)` say which of them are stopped, and `is_ended(owner id)` whether one is for good.

    Called from a room's init_app.
    """
    _asked[owner_kind], _ended[owner_kind] = stopped_among, is_ended


def register_taken_back(owner_kind: str, taken_back: TakenBack) -> None:
    """The same for what other systems asked for. Asked only of what was in hand before: all else was taken back at that moment."""
    _taken_back[owner_kind] = taken_back


def end_taken_back(rows: Iterable[Any]) -> set[int]:
    """Which of `rows` were in hand when they were called off; their rooms have ended them now. Part of the running transaction.

    What somebody has sent again since then, by hand, goes.
    """
    came_back: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.was_in_hand and row.owner_kind in _taken_back:
            came_back[row.owner_kind].append(row)
    ended = set[int]()
    for kind, found in came_back.items():
        until = _taken_back[kind].until({row.owner_id for row in found})
        theirs = {row.id: row.owner_id for row in found if row.owner_id in until}
        made = select(Delivery.id, Delivery.created_at).where(Delivery.id.in_(theirs))
        over = [number for number, created_at in db.session.execute(made) if created_at <= until[theirs[number]]] if theirs else []
        if over:
            _taken_back[kind].end({theirs[number] for number in over})
            ended.update(over)
    return ended


def stopped(rows: Iterable[Any]) -> set[tuple[str, int]]:
    """The owners of `rows` whose deliveries must not leave."""
    owners: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.owner_kind in _asked:
            owners[row.owner_kind].add(row.owner_id)
    return {(kind, owner) for kind, ids in owners.items() for owner in _asked[kind](ids)}


def is_ended(owner_kind: str, owner_id: int) -> bool:
    """Whether nothing of this owner may leave ever again, so that nobody can have it tried again."""
    return owner_kind in _ended and _ended[owner_kind](owner_id)
