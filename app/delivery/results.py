"""Writing down what came of hand-overs, in batches. Every change names the attempt that it is about."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Row, Table, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from app.carrier.error_codes import HouseCode, Retry, explain
from app.core.among import among, written_array
from app.core.database import db
from app.core.events import Event
from app.delivery.backoff import MOST_ATTEMPTS, pause_after
from app.delivery.effects import apply_failure
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery, DeliveryState
from app.delivery.parcels import Accepted, NotTried, Parcel, Postponed, Refused, Result

log = structlog.get_logger()

LOOK_AFTER = timedelta(seconds=1)
"""How long after a lost answer the carrier is asked for the first time."""

deliveries: Table = Delivery.__table__  # type: ignore[assignment]  # declarative tables are Tables
COLUMNS = (
    deliveries.c.id, deliveries.c.uuid, deliveries.c.district_id, deliveries.c.owner_kind, deliveries.c.owner_id,
    deliveries.c.contact_point_id, deliveries.c.phone_number_id, deliveries.c.address, deliveries.c.state,
    deliveries.c.attempts, deliveries.c.retries, deliveries.c.provider_id, deliveries.c.doubtful_since,
)  # fmt: skip
CHANGING = (
    "state", "provider_id", "error_code", "due_at", "claimed_by", "claimed_until", "finished_at", "doubtful_since", "retries",
    "address", "contact_point_id", "reached",
)  # fmt: skip


@dataclass(slots=True)
class Change:
    """New values for one delivery, and what its owner hears."""

    row: Row[Any]
    values: dict[str, Any]
    is_told: bool = True

    def told(self) -> DeliveryChanged:
        """The fact for the owner."""
        state = self.values.get("state", self.row.state)
        return DeliveryChanged(
            district_id=self.row.district_id, owner_kind=self.row.owner_kind, owner_id=self.row.owner_id, delivery_id=self.row.id,
            contact_point_id=self.values.get("contact_point_id", self.row.contact_point_id), previous=self.row.state, state=state,
            error_code=self.values.get("error_code"), due_at=self.values.get("due_at") if state == DeliveryState.PENDING else None,
            is_doubtful=self.values.get("doubtful_since") is not None, reached=self.values.get("reached"),
        )  # fmt: skip


ACCEPT = (  # row by row, every row would wait for the threads that hand over
    "UPDATE deliveries SET state = 'sending', provider_id = new.given, error_code = NULL, claimed_by = NULL, claimed_until = NULL"
    " FROM {} WHERE deliveries.id = new.id AND CASE WHEN deliveries.attempts = new.attempt AND deliveries.state = 'processing'"
    " AND deliveries.provider_id IS NULL THEN 1 ELSE 0 END <> 0{}"  # said so that databases expect most to fit, and begin with the ids
)
ACCEPT_ON_POSTGRES = ACCEPT.format(
    "unnest(%s::bigint[], %s::smallint[], %s::text[]) AS new(id, attempt, given)",
    " AND NOT EXISTS (SELECT 1 FROM deliveries AS other WHERE other.provider_id = new.given)"
    # Before the first row is written all are locked, in the order in which `lock` does: by itself the statement would lock them as
    # their answers came, and wait for a callback that waits for it.
    " AND (SELECT count(*) FROM (SELECT held.id FROM deliveries AS held WHERE held.id = ANY(%s::bigint[]) ORDER BY held.id FOR UPDATE)"
    " AS all_held) > 0 RETURNING deliveries.id",
)
ACCEPT_ON_SQLITE = ACCEPT.format(
    "(SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS attempt, json_extract(value, '$[2]') AS given"
    " FROM json_each(?)) AS new",
    "",
)
FREE: dict[str, Any] = {"claimed_by": None, "claimed_until": None}


def record(results: list[Result], events: list[Event], at: datetime, *, stale: Sequence[Parcel] = ()) -> None:
    """Write down `results`, and put back what is `stale`. Part of the running transaction, which locks no deliveries before."""
    accepted = [(parcel, outcome.provider_id) for parcel, outcome in results if isinstance(outcome, Accepted)]
    concerned = [*(parcel.id for parcel, _ in results), *(parcel.id for parcel in stale)]
    written = _accept_all(accepted, concerned) if accepted else set()
    if written:
        events.extend(_told_accepted(parcel) for parcel, _ in accepted if parcel.id in written)
        results = [result for result in results if not (isinstance(result[1], Accepted) and result[0].id in written)]
    if results:
        _record_one_by_one(results, events, at, concerned)
    put_back(stale)


def _accept_all(accepted: list[tuple[Parcel, str]], concerned: list[int]) -> set[int]:
    """The usual case in one statement: those that are as they were claimed. Returns which; on SQLite all of them, or none.

    All that are `concerned` are locked by it, so that what is written afterwards waits for nobody.

    On PostgreSQL an id that is committed for another row while the statement runs fails the whole commit of the clerk. It gives the
    results back, and the next time the id is known, and its parcel is written down by itself.
    """
    rows = [(parcel.id, parcel.attempt, provider_id) for parcel, provider_id in accepted]
    if len({row[0] for row in rows}) < len(rows) or len({row[2] for row in rows}) < len(rows):
        return set()
    if db.engine.dialect.name == "postgresql":
        columns = tuple(written_array(column) for column in zip(*rows, strict=True))
        return {row[0] for row in db.session.connection().exec_driver_sql(ACCEPT_ON_POSTGRES, (*columns, written_array(concerned)))}
    try:
        with db.session.begin_nested() as step:
            written = db.session.connection().exec_driver_sql(ACCEPT_ON_SQLITE, (json.dumps(rows),))
            if written.rowcount != len(rows):
                step.rollback()
                return set()
    except IntegrityError:  # a callback or a look-up was quicker, and gave the id to a row
        return set()
    return {row[0] for row in rows}


def _told_accepted(parcel: Parcel) -> DeliveryChanged:
    row = parcel.row
    return DeliveryChanged(
        row.district_id, row.owner_kind, row.owner_id, row.id, row.contact_point_id, DeliveryState.PROCESSING, DeliveryState.SENDING
    )


def _record_one_by_one(results: list[Result], events: list[Event], at: datetime, concerned: list[int]) -> None:
    rows = {row.id: row for row in lock(among(deliveries.c.id, "ids"), {"ids": concerned})}
    taken = _known_ids([outcome.provider_id for _, outcome in results if isinstance(outcome, Accepted)])
    changes: list[Change] = []
    for parcel, outcome in results:
        row = rows.get(parcel.id)
        if row is None or row.attempts != parcel.attempt:
            log.warning("delivery.result_too_late", delivery_id=parcel.id, attempt=parcel.attempt)
        elif isinstance(outcome, Accepted):
            changes += _accepted(row, outcome, taken)
        elif isinstance(outcome, NotTried):
            put_back([parcel])
        elif row.state != DeliveryState.PROCESSING:
            continue  # a callback spoke first: the carrier has it
        elif isinstance(outcome, Refused):
            changes.append(refused(row, outcome.code, at))
        elif isinstance(outcome, Postponed):
            code = HouseCode.CARRIER_UNREACHABLE if outcome.is_away else HouseCode.CARRIER_BUSY
            changes.append(postponed(row, code, at, outcome.retry_after))
        else:
            changes.append(Change(row, {"claimed_by": None, "claimed_until": at + LOOK_AFTER}, is_told=False))
    write(changes, events)


def _accepted(row: Row[Any], outcome: Accepted, taken: dict[str, int]) -> list[Change]:
    holder = taken.get(outcome.provider_id)
    if holder == row.id:
        return []  # its callback came before its answer
    if holder is not None:
        log.error("delivery.provider_id_taken", delivery_id=row.id, holder_id=holder)
        return [Change(row, {"state": DeliveryState.SENDING, "error_code": None, **FREE})]
    if row.state in {DeliveryState.PROCESSING, DeliveryState.PENDING}:
        state = DeliveryState.SENDING
        return [Change(row, {"state": state, "provider_id": outcome.provider_id, "error_code": None, "doubtful_since": None, **FREE})]
    return [Change(row, {"provider_id": outcome.provider_id}, is_told=False)] if row.provider_id is None else []


def refused(row: Row[Any], code: str, at: datetime) -> Change:
    """The carrier does not want it: it failed, or, where its queue was full, waits. Applies what the code says of the address."""
    if explain(code).retry is Retry.BY_ITSELF:
        return postponed(row, code, at, None)
    apply_failure(row.district_id, row.address, row.phone_number_id, code)
    return Change(row, {"state": DeliveryState.FAILED, "error_code": code, "finished_at": at, **FREE})


def line_postponed(row: Row[Any], outcome: Postponed, at: datetime) -> Change:
    """The same for calls and faxes, of which only those in a row count that the carrier did not take: a busy line is another matter."""
    code = HouseCode.CARRIER_UNREACHABLE if outcome.is_away else HouseCode.CARRIER_BUSY
    if row.retries + 1 >= MOST_ATTEMPTS:
        return Change(row, {"state": DeliveryState.FAILED, "error_code": code, "finished_at": at, **FREE})
    due_at = at + pause_after(row.retries + 1, outcome.retry_after)
    return Change(row, {"state": DeliveryState.PENDING, "error_code": code, "due_at": due_at, "retries": row.retries + 1, **FREE})


def postponed(row: Row[Any], code: str, at: datetime, retry_after: float | None) -> Change:
    """Surely not taken: back into the outbox for a while, or after too many attempts to a person."""
    if row.attempts >= MOST_ATTEMPTS:
        return Change(row, {"state": DeliveryState.FAILED, "error_code": code, "finished_at": at, **FREE})
    due_at = at + pause_after(row.attempts, retry_after)
    return Change(row, {"state": DeliveryState.PENDING, "error_code": code, "due_at": due_at, **FREE})


def put_back(parcels: Iterable[Parcel]) -> None:
    """Parcels that never left wait again, as if nobody had taken them. Part of the running transaction."""
    rows = [{"key": parcel.id, "attempt": parcel.attempt} for parcel in sorted(parcels, key=attrgetter("id"))]  # as `lock` does
    if rows:
        db.session.connection().execute(
            update(deliveries)
            .where(
                deliveries.c.id == bindparam("key"),
                deliveries.c.attempts == bindparam("attempt"),
                deliveries.c.state == DeliveryState.PROCESSING,
                deliveries.c.provider_id.is_(None),
            )
            .values(state=DeliveryState.PENDING, attempts=deliveries.c.attempts - 1, **FREE),
            rows,
        )


def lock(condition: ColumnElement[bool], values: dict[str, Any], *more: ColumnElement[Any]) -> list[Row[Any]]:
    """Rows as they are now, nobody else changing them; always in the same order, so that two never wait for each other."""
    find = select(*COLUMNS, *more).where(condition).order_by(deliveries.c.id).with_for_update()
    return list(db.session.connection().execute(find, values))


def write(changes: list[Change], events: list[Event]) -> None:
    """Write `changes` with as few statements as their shapes allow, and tell the owners."""
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for change in changes:
        shape = tuple(name for name in CHANGING if name in change.values)
        shapes.setdefault(shape, []).append({"key": change.row.id} | {f"new_{name}": change.values[name] for name in shape})
        if change.is_told:
            events.append(change.told())
    for shape, rows in shapes.items():
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in shape}
        db.session.connection().execute(update(deliveries).where(deliveries.c.id == bindparam("key")).values(values), rows)


def _known_ids(provider_ids: list[str]) -> dict[str, int]:
    find = select(deliveries.c.provider_id, deliveries.c.id).where(among(deliveries.c.provider_id, "known"))
    return {row[0]: row[1] for row in db.session.connection().execute(find, {"known": provider_ids})} if provider_ids else {}
