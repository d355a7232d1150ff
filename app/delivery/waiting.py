"""What waits in the outbox, whatever its channel: finding it by sender, asking the gate once more, and taking it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Integer, Row, Select, String, Table, TextClause, TextualSelect, bindparam, literal, select, text, type_coerce, update

from app.core.among import among
from app.core.columns import UtcDateTime
from app.core.database import db
from app.core.events import Event
from app.delivery import stops
from app.delivery.events import DeliveryChanged
from app.delivery.gates import Gate, Verdict
from app.delivery.models import Delivery, DeliveryState, Priority
from app.delivery.senders import Sender
from app.delivery.worker_name import my_name

LEASE = timedelta(seconds=30)
"""Longer than a parcel may wait, plus the longest call of the carrier's API."""
STALE_AFTER = 1.5
"""Seconds that a parcel may wait beyond its turn, over any channel: who halts is promised that after two nothing more leaves."""

deliveries: Table = Delivery.__table__  # type: ignore[assignment]  # declarative tables are Tables
PENDING = literal("pending", literal_execute=True)
"""Written into the statement: only then do databases use the index of what is pending."""
COLUMNS = (
    deliveries.c.id, type_coerce(deliveries.c.uuid, String).label("uuid"), deliveries.c.district_id, deliveries.c.owner_kind,
    deliveries.c.owner_id, deliveries.c.contact_point_id, deliveries.c.phone_number_id, deliveries.c.content_id, deliveries.c.address,
    deliveries.c.priority, deliveries.c.is_emergency, deliveries.c.is_reply, deliveries.c.ignores_consent,
    deliveries.c.segments, deliveries.c.attempts, type_coerce(deliveries.c.started_at.is_not(None), Integer).label("was_in_hand"),
)  # fmt: skip
_TAKE = (
    update(deliveries)
    .where(among(deliveries.c.id, "ids"), deliveries.c.state == PENDING)
    .values(
        state=DeliveryState.PROCESSING.value, claimed_by=bindparam("me"), claimed_until=bindparam("until"), started_at=bindparam("at"),
        attempts=deliveries.c.attempts + 1, provider_id=None, held_until=None,
    )
)  # fmt: skip
_TAKEN = select(deliveries.c.id).where(
    among(deliveries.c.id, "ids"), deliveries.c.claimed_by == bindparam("me"), deliveries.c.started_at == bindparam("at")
)
Candidate = Row[Any]


def waiting_senders(waiting: str) -> TextClause:
    """The numbers for which rows wait that fit `waiting` (one of the conditions in `models`): one step in its index for each number."""
    return text(
        "WITH RECURSIVE waiting(id) AS ("  # noqa: S608  # the condition is one of our own constants
        f" SELECT min(phone_number_id) FROM deliveries WHERE {waiting}"
        f" UNION ALL SELECT (SELECT min(phone_number_id) FROM deliveries WHERE {waiting} AND phone_number_id > waiting.id)"
        " FROM waiting WHERE waiting.id IS NOT NULL"
        ") SELECT id FROM waiting WHERE id IS NOT NULL"
    )


def of_sender(waiting: str) -> Select[Any]:
    """What fits `waiting` and is due `at` a moment for the number `sender`."""
    due = deliveries.c.due_at <= bindparam("at")
    return select(*COLUMNS).where(text(waiting), deliveries.c.phone_number_id == bindparam("sender"), due)


def anything_due(waiting: str) -> TextClause:
    """Whether anything that fits `waiting` is due `at` a moment: at most one step in its index for each priority."""
    return text(
        " UNION ALL ".join(
            f"SELECT 1 WHERE EXISTS (SELECT 1 FROM deliveries WHERE {waiting} AND priority = {int(one)} AND due_at <= :at)"  # noqa: S608
            for one in Priority
        )
    ).bindparams(bindparam("at", type_=UtcDateTime()))


def next_moments(waiting: str) -> TextualSelect:
    """When the next of what fits `waiting` is due after `at`, for each priority."""
    return text(
        " UNION ALL ".join(
            f"SELECT min(due_at) AS due_at FROM deliveries WHERE {waiting} AND priority = {int(one)} AND due_at > :at"  # noqa: S608
            for one in Priority
        )
    ).bindparams(bindparam("at", type_=UtcDateTime())).columns(due_at=UtcDateTime())  # fmt: skip


class Judge(Protocol):
    """A gate that knows what it needs of the rows it is asked about."""

    def judge(self, one: Any) -> Verdict:
        """Whether `one` may go now."""


def let_pass(rows: Sequence[Candidate], senders: Mapping[int, Sender], at: datetime, events: list[Event]) -> list[bool]:
    """For each of `rows` whether it may go now: its owner did not stop it, and the gate lets it pass. The others are marked so."""
    return pass_gate(rows, Gate(rows, senders, at), at, events) if rows else []


def pass_gate(rows: Sequence[Candidate], gate: Judge, at: datetime, events: list[Event]) -> list[bool]:
    """The same before a gate that is open already."""
    ended, halted = stops.end_taken_back(rows), stops.stopped(rows)
    return [
        row.id not in ended and _may_go(row, gate.judge(row), at, events, is_halted=(row.owner_kind, row.owner_id) in halted)
        for row in rows
    ]


def _may_go(row: Candidate, verdict: Verdict, at: datetime, events: list[Event], *, is_halted: bool) -> bool:
    if is_halted:
        aside = update(deliveries).where(deliveries.c.id == row.id, deliveries.c.state == PENDING)
        db.session.execute(aside.values(due_at=stops.ASIDE, due_before=deliveries.c.due_at))
    elif verdict.blocked or verdict.held_until:
        _stop(row, verdict, at, events)
    else:
        return True
    return False


def _stop(row: Candidate, verdict: Verdict, at: datetime, events: list[Event]) -> None:
    """Mark what the gate blocks or holds."""
    values: dict[str, Any] = {"due_at": verdict.held_until, "held_until": verdict.held_until}
    if verdict.blocked:
        values = {"state": DeliveryState.BLOCKED, "error_code": verdict.blocked, "finished_at": at}
    stopped = (
        update(deliveries).where(deliveries.c.id == row.id, deliveries.c.state == PENDING).values(**values).returning(deliveries.c.state)
    )
    for (state,) in db.session.execute(stopped):
        events.append(
            DeliveryChanged(
                row.district_id, row.owner_kind, row.owner_id, row.id, row.contact_point_id, DeliveryState.PENDING, state,
                verdict.blocked, due_at=verdict.held_until, is_held=verdict.held_until is not None,
            )
        )  # fmt: skip


def take(ids: Collection[int], at: datetime, lease: timedelta = LEASE) -> set[int]:
    """Compare and set: those of `ids` that were still pending are ours now, for a lease."""
    if not ids:
        return set()
    values = {"ids": list(ids), "me": my_name(), "until": at + lease, "at": at}
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        return {row[0] for row in connection.execute(_TAKE.returning(deliveries.c.id), values).all()}
    if connection.execute(_TAKE, values).rowcount == len(ids):  # by the hundred, what it takes to fetch a row is most of the time
        return set(ids)
    return {row[0] for row in connection.execute(_TAKEN, values).all()}  # it has one writer, so these are ours
