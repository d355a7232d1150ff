"""Taking due texts out of the outbox: by sender, within its pace, urgent ones first, past the gate once more."""

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.core.database import db
from app.core.events import Event
from app.delivery.lanes import Lane
from app.delivery.models import WAITING_TEXT, DeliveryContent, Priority
from app.delivery.parcels import Parcel
from app.delivery.senders import Sender, senders
from app.delivery.turns import HELD_ELSEWHERE, HORIZON, MINUTE, TurnBook, Turns, paces_of
from app.delivery.waiting import (
    LEASE,
    STALE_AFTER,
    Candidate,
    anything_due,
    deliveries,
    let_pass,
    next_moments,
    of_sender,
    take,
    waiting_senders,
)

SENDERS_KEPT = 5.0
BODIES_KEPT = 512

_WAITING_SENDERS = waiting_senders(WAITING_TEXT)
_OF_SENDER = of_sender(WAITING_TEXT)
_URGENT = (
    _OF_SENDER.where(deliveries.c.priority < int(Priority.BULK))
    .order_by(deliveries.c.priority, deliveries.c.due_at, deliveries.c.id)
    .limit(bindparam("most"))
)
_BULK = (
    _OF_SENDER.where(deliveries.c.priority == int(Priority.BULK)).order_by(deliveries.c.due_at, deliveries.c.id).limit(bindparam("most"))
)
_HAS_DUE = anything_due(WAITING_TEXT)
_NEXT_DUE = next_moments(WAITING_TEXT)


@dataclass(slots=True)
class Claimed:
    """What a claim gave, and when to come again: `wake_at` in seconds since 1970, or None when nothing waits at all."""

    parcels: list[Parcel] = field(default_factory=list)
    wake_at: float | None = None
    has_more: bool = False

    def look_again(self, at: float) -> None:
        """Come again at `at` at the latest."""
        self.wake_at = at if self.wake_at is None else min(self.wake_at, at)


@dataclass(slots=True)
class Line:
    """One sender during a claim."""

    sender: Sender
    turns: Turns
    chosen: int = 0
    is_limited: bool = False
    """Its pace, not our room, left some for later."""


Content = tuple[str, list[dict[str, Any]]]
"""Words and files."""
Going = tuple[Candidate, Sender, float]
"""A delivery that may go, from whom, and its turn in seconds since 1970."""


class Claims:
    """One dispatcher's way into the outbox. Used by one thread, inside a transaction."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._book = TurnBook()
        self._lanes: dict[str, Lane] = {}
        self._senders: dict[int, Sender] = {}
        self._senders_until = 0.0
        self._bodies: dict[int, Content] = {}
        self._claims = 0

    def claim(self, events: list[Event], at: datetime, *, urgent_room: int, bulk_room: int) -> Claimed:
        """Take what is due at `at`, as much as there is room and pace for."""
        now, claimed = at.timestamp(), Claimed()
        ready = []
        for sender in self._known_senders([row[0] for row in db.session.connection().execute(_WAITING_SENDERS)]):
            free_again = self._book.free_again(sender, now)
            if free_again is None:
                ready.append(sender)
            else:
                claimed.look_again(free_again)
        turns = self._book.open(ready, now)
        if len(turns) < len(ready):
            claimed.look_again(now + HELD_ELSEWHERE)
        lines = [Line(sender, turns[sender.id]) for sender in self._in_turn(ready) if sender.id in turns]
        going: list[Going] = []
        for statement, room in ((_URGENT, urgent_room), (_BULK, bulk_room)):
            chosen = _choose(statement, lines, room, at, claimed)
            allowed = _let_pass(chosen, at, events)
            going += [(row, line.sender, line.turns.reserve(row.segments)) for row, line in allowed]
        for line in lines:
            if line.is_limited:
                claimed.look_again(line.turns.next_at - HORIZON / 2)
        self._book.write()
        claimed.parcels = self._parcels(_take(going, at), at)
        return claimed

    def _in_turn(self, ready: list[Sender]) -> list[Sender]:
        """Every sender is first once in a while: when there is not room for all, none is always last."""
        self._claims += 1
        start = self._claims % len(ready) if ready else 0
        return ready[start:] + ready[:start]

    def _known_senders(self, ids: Collection[int]) -> list[Sender]:
        if time.monotonic() > self._senders_until:
            self._senders, self._senders_until = {}, time.monotonic() + SENDERS_KEPT
        missing = [one for one in ids if one not in self._senders]
        if missing:
            self._senders |= senders(missing)
        return [self._senders[one] for one in ids if one in self._senders]

    def _lane(self, key: str, per_second: float) -> Lane:
        lane = self._lanes.get(key)
        if lane is None or lane.per_second != per_second:
            lane = self._lanes[key] = Lane(per_second, MINUTE if key.startswith("service:") else 1.0)
        return lane

    def _parcels(self, going: list[Going], at: datetime) -> list[Parcel]:
        bodies = self._bodies_of({row.content_id for row, _, _ in going})
        moment = time.monotonic()
        offset, leased_until = moment - at.timestamp(), (at + LEASE).timestamp()
        lanes: dict[int, tuple[Lane, ...]] = {}
        parcels = []
        for row, sender, turn in going:
            if sender.id not in lanes:
                lanes[sender.id] = tuple(self._lane(key, rate) for key, rate in paces_of(sender).items())
            body, media = bodies[row.content_id]
            ready_at = turn + offset
            parcels.append(
                Parcel(
                    row=row, id=row.id, attempt=row.attempts + 1, to=row.address, sender=sender.address,
                    service_id=sender.service_provider_id, body=body, media=media, weight=row.segments,
                    is_bulk=row.priority >= Priority.BULK, ready_at=ready_at, stale_at=max(ready_at, moment) + STALE_AFTER,
                    leased_until=leased_until, lanes=lanes[sender.id],
                )
            )  # fmt: skip
        return parcels

    def _bodies_of(self, ids: set[int]) -> dict[int, Content]:
        missing = [one for one in ids if one not in self._bodies]
        if missing:
            if len(self._bodies) > BODIES_KEPT:
                self._bodies = {one: self._bodies[one] for one in ids if one in self._bodies}
            rows = db.session.execute(
                select(DeliveryContent.id, DeliveryContent.body, DeliveryContent.media).where(DeliveryContent.id.in_(missing))
            )
            self._bodies |= {row[0]: (row[1], row[2]) for row in rows}
        return self._bodies


def next_due(at: datetime) -> float | None:
    """When the next thing is due that is not due yet, in seconds since 1970."""
    found = [row[0] for row in db.session.connection().execute(_NEXT_DUE, {"at": at})]
    return min((moment.timestamp() for moment in found if moment is not None), default=None)


def has_due(at: datetime) -> bool:
    """Whether anything is due."""
    return db.session.connection().execute(_HAS_DUE, {"at": at}).first() is not None


def _choose(statement: Any, lines: list[Line], room: int, at: datetime, claimed: Claimed) -> list[tuple[Candidate, Line]]:
    """Of one priority class what there is room and pace for, shared out among the senders."""
    chosen: list[tuple[Candidate, Line]] = []
    for index, line in enumerate(lines):
        share = -(-room // (len(lines) - index)) if room > 0 else 0
        in_pace = line.turns.room(at.timestamp()) - line.chosen
        most = min(share, in_pace)
        rows = db.session.connection().execute(statement, {"sender": line.sender.id, "at": at, "most": most}).all() if most > 0 else []
        chosen += [(row, line) for row in rows]
        room -= len(rows)
        line.chosen += len(rows)
        if len(rows) == most:  # there may be more
            line.is_limited |= in_pace <= share
            claimed.has_more |= in_pace > share
    return chosen


def _let_pass(chosen: list[tuple[Candidate, Line]], at: datetime, events: list[Event]) -> list[tuple[Candidate, Line]]:
    """Those whom the gate lets pass."""
    may_go = let_pass([row for row, _ in chosen], {line.sender.id: line.sender for _, line in chosen}, at, events)
    return [one for one, goes in zip(chosen, may_go, strict=True) if goes]


def _take(going: list[Going], at: datetime) -> list[Going]:
    """Those that were still pending are ours now."""
    taken = take([row.id for row, _, _ in going], at)
    return [one for one in going if one[0].id in taken] if len(taken) < len(going) else going
