"""What goes over telephone lines, calls and faxes alike: claimed by sender, within its pace, and never more at once than allowed."""

import time
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import bindparam, func, select, text

from app.core.clock import now
from app.core.columns import UtcDateTime
from app.core.database import db, transaction
from app.core.events import Event
from app.delivery.clerk import Clerk
from app.delivery.gates import Gate
from app.delivery.lanes import Lane
from app.delivery.loops import LONGEST_SLEEP
from app.delivery.models import Priority
from app.delivery.parcels import Parcel, Postponed, Result
from app.delivery.senders import Sender, senders
from app.delivery.turns import HORIZON, TurnBook, hold
from app.delivery.waiting import LEASE, STALE_AFTER, Candidate, deliveries, of_sender, pass_gate, take, waiting_senders

AT_ONCE = 100
MOST_PLACINGS = 16
"""Threads that talk to the carrier; a call or a fax itself needs none."""
LONGEST_PLACING = 14.0
"""Seconds of one talk with the carrier."""
FULL_PAUSE = 0.5
AWAY_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class Kind:
    """Calls, or faxes."""

    name: str
    """Of the limit of all and, with a number's id behind it, of that number's pace."""
    waiting: str
    on_the_line: str
    """The conditions of `models` for what waits, and for what goes on."""
    note: Callable[[list[Candidate], datetime], None]
    """Writes down what is about to be begun, in the commit that claims it: so before the carrier hears of it."""
    heeds_wishes: bool = False
    """Whether a wish for no automated calls counts."""

    def pace(self, sender: Sender) -> dict[str, float]:
        """The key under which the pace of a number is kept, and how many a second."""
        return {f"{self.name}:{sender.id}": sender.calls_per_second}


class LineClaims:
    """One dispatcher's way into the outbox. Used by one thread, inside a transaction."""

    def __init__(self, kind: Kind) -> None:
        """Nothing is known yet."""
        self._kind = kind
        self._book = TurnBook(kind.pace)
        self._lanes: dict[str, Lane] = {}
        self._senders = waiting_senders(kind.waiting)
        self._due = of_sender(kind.waiting).order_by(deliveries.c.priority, deliveries.c.due_at, deliveries.c.id).limit(bindparam("most"))
        self._first_due = text(
            " UNION ALL ".join(
                f"SELECT min(due_at) AS due_at FROM deliveries WHERE {kind.waiting} AND phone_number_id = :sender"  # noqa: S608  # our own constants
                f" AND priority = {int(one)}"
                for one in Priority
            )
        ).columns(due_at=UtcDateTime())
        self._on_the_line = select(func.count()).select_from(deliveries).where(text(kind.on_the_line))

    def claim(self, events: list[Event], at: datetime, room: int) -> list[Parcel]:
        """Take what is due at `at`, up to `room`."""
        moment, going = at.timestamp(), list[tuple[Candidate, Sender, float]]()
        known = senders([row[0] for row in db.session.execute(self._senders)])
        turns = self._book.open([one for one in known.values() if self._book.free_again(one, moment) is None], moment)
        for sender in sorted((known[one] for one in turns), key=lambda one: one.id):
            most = min(room - len(going), turns[sender.id].room(moment), AT_ONCE)
            rows = db.session.execute(self._due, {"sender": sender.id, "at": at, "most": most}).all() if most > 0 else []
            may_go = pass_gate(rows, Gate(rows, {sender.id: sender}, at, calls=self._kind.heeds_wishes), at, events)
            going += [(row, sender, turns[sender.id].reserve(1)) for row, goes in zip(rows, may_go, strict=True) if goes]
        self._book.write()
        taken = take([row.id for row, _, _ in going], at)
        ours = [one for one in going if one[0].id in taken]
        if ours:
            self._kind.note([row for row, _, _ in ours], at)
        return [self._parcel(row, sender, turn, at) for row, sender, turn in ours]

    def room(self, most: int) -> int:
        """How many more may begin, of `most` at once over all workers; none while another worker counts."""
        if not hold(self._kind.name):
            return 0
        return max(0, most - (db.session.scalar(self._on_the_line) or 0))

    def wake_at(self, at: datetime) -> float | None:
        """When the next one is due, in seconds since 1970; None when none waits."""
        moments = [
            row[0]
            for sender in db.session.scalars(self._senders).all()
            for row in db.session.execute(self._first_due, {"sender": sender})
            if row[0] is not None
        ]
        soonest = min((moment.timestamp() for moment in moments), default=None)
        return None if soonest is None else max(soonest, at.timestamp() + HORIZON)

    def _parcel(self, row: Candidate, sender: Sender, turn: float, at: datetime) -> Parcel:
        monotonic = clock_offset(at) + turn
        ((key, per_second),) = self._kind.pace(sender).items()
        lane = self._lanes.get(key)
        if lane is None or lane.per_second != per_second:
            lane = self._lanes[key] = Lane(per_second)
        return Parcel(
            row=row, id=row.id, attempt=row.attempts + 1, to=row.address, sender=sender.address, service_id=None, body="", media=[],
            weight=1, is_bulk=row.priority >= Priority.BULK, ready_at=monotonic,
            stale_at=max(monotonic, clock_offset(at) + at.timestamp()) + STALE_AFTER,
            leased_until=(at + LEASE).timestamp(), lanes=(lane,),
        )  # fmt: skip


def clock_offset(at: datetime) -> float:
    """What must be added to seconds since 1970 to get a moment of the monotonic clock."""
    return time.monotonic() - at.timestamp()


class LineClerk(Clerk[tuple[float, list[Parcel]]]):
    """The dispatcher of one kind. One per worker process; any number of processes.

    A claim is written before the carrier is asked: whatever dies in between is looked up.
    """

    def __init__(self, app: Flask, kind: Kind, *, most: int) -> None:
        """Build it; nothing runs yet. At `most` so many are on the line together."""
        super().__init__(app, f"delivery-{kind.name}", most_in_progress=MOST_PLACINGS)
        self._most = most
        self._claims = LineClaims(kind)
        self._is_ready = False

    @abstractmethod
    def _get_ready(self) -> None:
        """Load what the carrier needs: that would delay the first one, and crowd the second."""

    @abstractmethod
    def _record(self, done: list[Result], stale: list[Parcel], events: list[Event], at: datetime) -> None:
        """Write down what happened. Part of the running transaction."""

    def turn(self) -> float:
        """Write results, claim what is due, and say in how many seconds to come again."""
        if not self._is_ready and self.is_due(within=FULL_PAUSE):
            self._get_ready()
            self._is_ready = True
        with self._turning:
            done, (pause, parcels) = self._exchange()
            self._hand.put(parcels)
        postponed = [outcome for _, outcome in done if isinstance(outcome, Postponed)]
        if postponed:
            self._hand.pause(max(AWAY_PAUSE, *(outcome.retry_after or 0.0 for outcome in postponed)))
        return pause

    def is_due(self, *, within: float) -> bool:
        """Whether something is due in so many seconds."""
        at = now()
        due = self._claims.wake_at(at)
        return due is not None and due <= at.timestamp() + within

    def _on_result(self) -> None:
        self.wake()

    def _write(self, done: list[Result], stale: list[Parcel]) -> tuple[float, list[Parcel]]:
        at, parcels = now(), list[Parcel]()
        if done or stale:
            with transaction() as events:
                self._record(done, stale, events, at)
        due = self._claims.wake_at(at) if self._is_open else None
        if due is None:
            return LONGEST_SLEEP, parcels
        if due <= at.timestamp() + FULL_PAUSE:
            with transaction() as events:
                room = self._claims.room(self._most)
                parcels = self._claims.claim(events, now(), room) if room > 0 else []
            due = self._claims.wake_at(now())
        return (LONGEST_SLEEP if due is None else min(max(due - now().timestamp(), FULL_PAUSE / 2), LONGEST_SLEEP)), parcels

    def _has_time(self, parcel: Parcel) -> bool:
        """Whether the carrier can be asked before the lease ends."""
        return now().timestamp() <= parcel.leased_until - LONGEST_PLACING
