"""Taking due calls out of the outbox: by caller, within its pace, urgent ones first, and never more on the line than allowed."""

import time
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from app.core.columns import UtcDateTime
from app.core.database import db
from app.core.events import Event
from app.delivery.gates import Gate
from app.delivery.lanes import Lane
from app.delivery.models import ON_THE_LINE, WAITING_CALL, Priority
from app.delivery.parcels import Parcel
from app.delivery.senders import Sender, senders
from app.delivery.turns import HORIZON, TurnBook, hold
from app.delivery.voice.models import PlacedCall
from app.delivery.waiting import LEASE, STALE_AFTER, Candidate, deliveries, of_sender, pass_gate, take, waiting_senders

AT_ONCE = 100

_WAITING_CALLERS = waiting_senders(WAITING_CALL)
_DUE = of_sender(WAITING_CALL).order_by(deliveries.c.priority, deliveries.c.due_at, deliveries.c.id).limit(bindparam("most"))
_FIRST_DUE = text(
    " UNION ALL ".join(
        f"SELECT min(due_at) AS due_at FROM deliveries WHERE {WAITING_CALL} AND phone_number_id = :caller AND priority = {int(one)}"  # noqa: S608  # our own constants
        for one in Priority
    )
).columns(due_at=UtcDateTime())
_ON_THE_LINE = select(func.count()).select_from(deliveries).where(text(ON_THE_LINE))


def pace_of_calls(sender: Sender) -> dict[str, float]:
    """The key under which the pace of a number's calls is kept, and how many a second."""
    return {f"calls:{sender.id}": sender.calls_per_second}


class CallClaims:
    """One dispatcher's way into the outbox. Used by one thread, inside a transaction."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._book = TurnBook(pace_of_calls)
        self._lanes: dict[str, Lane] = {}

    def claim(self, events: list[Event], at: datetime, room: int) -> list[Parcel]:
        """Take what is due at `at`, up to `room` calls."""
        now, going = at.timestamp(), list[tuple[Candidate, Sender, float]]()
        known = senders([row[0] for row in db.session.execute(_WAITING_CALLERS)])
        turns = self._book.open([one for one in known.values() if self._book.free_again(one, now) is None], now)
        for sender in sorted((known[one] for one in turns), key=lambda one: one.id):
            most = min(room - len(going), turns[sender.id].room(now), AT_ONCE)
            rows = db.session.execute(_DUE, {"sender": sender.id, "at": at, "most": most}).all() if most > 0 else []
            may_go = pass_gate(rows, Gate(rows, {sender.id: sender}, at, calls=True), at, events)
            going += [(row, sender, turns[sender.id].reserve(1)) for row, goes in zip(rows, may_go, strict=True) if goes]
        self._book.write()
        taken = take([row.id for row, _, _ in going], at)
        ours = [one for one in going if one[0].id in taken]
        _note_calls([row for row, _, _ in ours], at)
        return [self._parcel(row, sender, turn, at) for row, sender, turn in ours]

    def _parcel(self, row: Candidate, sender: Sender, turn: float, at: datetime) -> Parcel:
        monotonic = clock_offset(at) + turn
        ((key, per_second),) = pace_of_calls(sender).items()
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


def room_on_the_line(most: int) -> int:
    """How many more calls may begin, of `most` at once over all workers; none while another worker counts."""
    if not hold("calls"):
        return 0
    return max(0, most - (db.session.scalar(_ON_THE_LINE) or 0))


def wake_at(at: datetime) -> float | None:
    """When the next call is due, in seconds since 1970; None when none waits."""
    moments = [
        row[0]
        for caller in db.session.scalars(_WAITING_CALLERS).all()
        for row in db.session.execute(_FIRST_DUE, {"caller": caller})
        if row[0] is not None
    ]
    soonest = min((moment.timestamp() for moment in moments), default=None)
    return None if soonest is None else max(soonest, at.timestamp() + HORIZON)


def _note_calls(rows: list[Candidate], at: datetime) -> None:
    """Write down each call before the carrier hears of it. An attempt that was put back is begun anew."""
    if not rows:
        return
    insert = postgresql.insert(PlacedCall) if db.engine.dialect.name == "postgresql" else sqlite.insert(PlacedCall)
    values: list[dict[str, Any]] = [
        {
            "delivery_id": row.id, "attempt": row.attempts + 1, "contact_point_id": row.contact_point_id, "address": row.address,
            "placed_at": at,
        }
        for row in rows
    ]  # fmt: skip
    begun = insert.values(values)
    db.session.execute(
        begun.on_conflict_do_update(
            index_elements=["delivery_id", "attempt"],
            set_={"placed_at": begun.excluded.placed_at, "address": begun.excluded.address, "provider_id": None},
        )
    )
