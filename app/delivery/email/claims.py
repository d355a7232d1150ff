"""Taking due emails out of the outbox: within the mail server's pace, urgent ones first, past the gate once more."""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, text

from app.core.database import db
from app.core.events import Event
from app.delivery.email.content import Content, contents_of
from app.delivery.email.gate import EmailGate
from app.delivery.email.parcels import EmailParcel
from app.delivery.lanes import Lane
from app.delivery.models import WAITING_EMAIL, Priority
from app.delivery.turns import HELD_ELSEWHERE, HORIZON, TurnBook
from app.delivery.waiting import COLUMNS, STALE_AFTER, Candidate, anything_due, deliveries, next_moments, pass_gate, take

LEASE = timedelta(minutes=6)
"""Longer than an email may wait for its turn, plus the longest conversation with a mail server."""
CONTENTS_KEPT = 60.0

_ANY_DUE = anything_due(WAITING_EMAIL)
_NEXT = next_moments(WAITING_EMAIL)
_DUE = (
    select(*COLUMNS)
    .where(text(WAITING_EMAIL), deliveries.c.due_at <= bindparam("at"), deliveries.c.priority == bindparam("priority"))
    .order_by(deliveries.c.due_at, deliveries.c.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Whose pace is kept: one row of `paces` for each server."""

    address: str
    per_second: float
    id: int = 0

    @property
    def key(self) -> str:
        """Its row; the address holds a password."""
        return f"smtp:{hashlib.sha256(self.address.encode()).hexdigest()[:16]}"


@dataclass(slots=True)
class Claimed:
    """What a claim gave, and when to come again, in seconds since 1970: None when nothing waits at all."""

    parcels: list[EmailParcel] = field(default_factory=list)
    wake_at: float | None = None
    has_more: bool = False


class EmailClaims:
    """One dispatcher's way into the outbox. Used by one thread, inside a transaction."""

    def __init__(self, server: MailServer) -> None:
        """Nothing is known yet."""
        self._server = server
        self._book = TurnBook(lambda one: {one.key: one.per_second})
        self._lane = Lane(server.per_second)
        self._contents: dict[int, Content] = {}
        self._contents_until = 0.0

    def claim(self, events: list[Event], at: datetime, room: int) -> Claimed:
        """Take what is due at `at`, as much as there is room and pace for."""
        moment = at.timestamp()
        free_again = self._book.free_again(self._server, moment)
        if free_again is not None:
            return Claimed(wake_at=free_again)
        turns = self._book.open([self._server], moment).get(self._server.id)
        if turns is None:
            return Claimed(wake_at=moment + HELD_ELSEWHERE)
        most = min(room, turns.room(moment))
        rows = self._due(at, most)
        contents = self._contents_of({row.content_id: row.district_id for row in rows})
        passed = pass_gate(rows, EmailGate(rows, contents, at), at, events) if rows else []
        going = [row for row, may_go in zip(rows, passed, strict=True) if may_go]
        taken = take([row.id for row in going], at, LEASE)
        offset, now = time.monotonic() - moment, time.monotonic()
        claimed = Claimed(has_more=len(rows) == most and most == room)
        for row in going:
            if row.id not in taken:
                continue
            ready_at = turns.reserve(1) + offset
            claimed.parcels.append(
                EmailParcel(
                    row=row, id=row.id, attempt=row.attempts + 1, to=row.address, sender=self._server.key, service_id=None,
                    body="", media=[], weight=1, is_bulk=row.priority >= Priority.BULK, lanes=(self._lane,), ready_at=ready_at,
                    stale_at=max(ready_at, now) + STALE_AFTER, leased_until=(at + LEASE).timestamp(), content=contents[row.content_id],
                )
            )  # fmt: skip
        if len(rows) == most and not claimed.has_more:
            claimed.wake_at = turns.next_at - HORIZON / 2
        self._book.write()
        return claimed

    def _due(self, at: datetime, most: int) -> list[Candidate]:
        rows: list[Candidate] = []
        for priority in Priority:
            if len(rows) < most:
                rows += db.session.execute(_DUE, {"at": at, "priority": int(priority), "most": most - len(rows)}).all()
        return rows

    def _contents_of(self, wanted: dict[int, int]) -> dict[int, Content]:
        """Kept for a minute: a school that changes its name is soon called by it."""
        if time.monotonic() > self._contents_until:
            self._contents, self._contents_until = {}, time.monotonic() + CONTENTS_KEPT
        missing = {one: district for one, district in wanted.items() if one not in self._contents}
        self._contents |= contents_of(missing)
        return self._contents


def has_due(at: datetime) -> bool:
    """Whether anything is due."""
    return db.session.execute(_ANY_DUE, {"at": at}).first() is not None


def next_due(at: datetime) -> float | None:
    """When the next thing is due that is not due yet, in seconds since 1970."""
    found = [row[0] for row in db.session.execute(_NEXT, {"at": at})]
    return min((moment.timestamp() for moment in found if moment is not None), default=None)
