"""The pace that dispatchers keep together: who speaks next for a sender reserves the turns of what it takes.

A row of `paces` says when a sender, or its messaging service, may speak next. On PostgreSQL its lock is also the lock on
the sender's share of the outbox; SQLite has one writer anyway.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.core.database import db
from app.delivery.models import Pace
from app.delivery.senders import Sender

HORIZON = 0.3
"""Seconds for which turns are reserved ahead."""
CATCHING_UP = 0.5
"""Seconds by which a sender that never stopped may be behind its pace without losing them."""
LEFT_ALONE = 0.25
"""Seconds after its last turn during which a sender stays with the dispatcher that gave it: only one can see to the
millisecond how late its own threads are."""
HELD_ELSEWHERE = 0.1
"""Seconds until it is worth while to ask again for a sender that another dispatcher speaks for."""
MINUTE = 60.0
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SAME_MOMENT = 1e-5
HEAVIEST = 40
"""Segments of the longest text."""

paces: Table = Pace.__table__  # type: ignore[assignment]  # declarative tables are Tables


def paces_of(sender: Sender) -> dict[str, float]:
    """The keys under which a sender's pace is kept, each with its segments a second."""
    mine = {f"number:{sender.id}": sender.segments_per_second}
    if sender.service_id and sender.segments_per_minute:
        mine[f"service:{sender.service_id}"] = sender.segments_per_minute / MINUTE
    return mine


class Speaker(Protocol):
    """Whoever keeps a pace: one of our numbers, or the mail server."""

    @property
    def id(self) -> int: ...  # noqa: D102  # the name says it


Rates = Callable[[Any], dict[str, float]]
"""The keys under which a speaker's pace is kept, each with its turns a second."""


@dataclass(slots=True)
class Pacer:
    """One row of `paces` while we hold it: `next_at` moves on with each turn, in seconds since 1970."""

    key: str
    per_second: float
    next_at: float

    def room(self, now: float) -> int:
        """How many turns may be reserved at `now`."""
        left = HORIZON - (self.next_at - now)
        return int(left * self.per_second) + 1 if left > 0 else 0

    def reserve(self, weight: int) -> float:
        """The next turn."""
        turn = self.next_at
        self.next_at += weight / self.per_second
        return turn


class Turns:
    """All pacers of one sender: the slowest decides."""

    def __init__(self, pacers: list[Pacer]) -> None:
        """At least one."""
        self._pacers = pacers

    @property
    def next_at(self) -> float:
        """When the sender may speak next."""
        return max(pacer.next_at for pacer in self._pacers)

    def room(self, now: float) -> int:
        """How many turns may be reserved at `now`."""
        return min(pacer.room(now) for pacer in self._pacers)

    def reserve(self, weight: int) -> float:
        """The next turn for a text of `weight` segments."""
        return max(pacer.reserve(weight) for pacer in self._pacers)


class TurnBook:
    """What one dispatcher remembers of the paces that it wrote last."""

    def __init__(self, rates: Rates = paces_of) -> None:
        """Nothing yet."""
        self._rates = rates
        self._last_written: dict[str, float] = {}
        self._held: dict[str, Pacer] = {}

    def free_again(self, sender: Speaker, now: float) -> float | None:
        """When to look at a sender again that surely has no turn to give now; None for one that may have."""
        soonest = max(self._last_written.get(key, 0.0) for key in self._rates(sender))
        slowest = min(self._rates(sender).values())
        is_ahead = now + HORIZON < soonest <= now + HORIZON + HEAVIEST / slowest
        return soonest - HORIZON / 2 if is_ahead else None

    def open(self, wanted: Iterable[Speaker], now: float) -> dict[int, Turns]:
        """The turns of each sender that nobody else holds at the moment."""
        keys = {sender.id: self._rates(sender) for sender in wanted}
        rates = {key: rate for mine in keys.values() for key, rate in mine.items()}
        found = _lock(rates) if rates else {}
        pacers = {key: self._pacer(key, rates[key], next_at, now) for key, next_at in found.items()}
        self._held = {key: pacer for key, pacer in pacers.items() if pacer is not None}
        return {
            sender_id: Turns([self._held[key] for key in mine])
            for sender_id, mine in keys.items()
            if all(key in self._held for key in mine)
        }

    def write(self) -> None:
        """Say when each sender may speak next."""
        rows = [{"key": key, "at": datetime.fromtimestamp(pacer.next_at, UTC)} for key, pacer in self._held.items()]
        if rows:
            changes = update(paces).where(paces.c.sender == bindparam("key")).values(next_at=bindparam("at"))
            db.session.connection().execute(changes, rows)
        self._last_written |= {key: pacer.next_at for key, pacer in self._held.items()}
        self._held = {}

    def _pacer(self, key: str, per_second: float, next_at: float, now: float) -> Pacer | None:
        """Turns go on where they ended, or begin now; None while another dispatcher speaks for this sender."""
        if next_at > now + HORIZON + HEAVIEST / per_second:  # nobody reserves so far ahead: the clock was set back
            return Pacer(key, per_second, now)
        if abs(self._last_written.get(key, 0.0) - next_at) < SAME_MOMENT:
            return Pacer(key, per_second, next_at if next_at > now - CATCHING_UP else now)
        return Pacer(key, per_second, now) if next_at < now - LEFT_ALONE else None


def hold(key: str) -> bool:
    """Whether `key` is ours alone until the end of the transaction; False while another dispatcher has it."""
    return key in _lock([key])


def _lock(keys: Collection[str]) -> dict[str, float]:
    """When each of `keys` may speak next; on PostgreSQL only those that nobody else has in hand, now locked."""
    find = select(paces.c.sender, paces.c.next_at).where(paces.c.sender.in_(sorted(keys))).with_for_update(skip_locked=True)
    found = {row[0]: row[1].timestamp() for row in db.session.execute(find)}
    missing = [key for key in keys if key not in found]
    if missing:
        insert = postgresql.insert(paces) if db.engine.dialect.name == "postgresql" else sqlite.insert(paces)
        rows = insert.values([{"sender": key, "next_at": LONG_AGO} for key in missing])
        made = db.session.execute(rows.on_conflict_do_nothing().returning(paces.c.sender))
        found |= {row[0]: LONG_AGO.timestamp() for row in made}
    return found
