"""Whose deliveries nobody may take any more. The rooms that own them know; a dispatcher asks in the transaction of its claim.

What is stopped stays in the outbox, put aside until its owner lets it go on or takes it back.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from typing import Any

Asked = Callable[[Collection[int]], Collection[int]]
Ended = Callable[[int], bool]
_asked: dict[str, Asked] = {}
_ended: dict[str, Ended] = {}

ASIDE = datetime(9000, 1, 1, tzinfo=UTC)
"""Due then: never."""


def register(owner_kind: str, stopped_among: Asked, is_ended: Ended) -> None:
    """Have `stopped_among(owner ids)` say which of them are stopped, and `is_ended(owner id)` whether one is for good.

    Called from a room's init_app.
    """
    _asked[owner_kind], _ended[owner_kind] = stopped_among, is_ended


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
