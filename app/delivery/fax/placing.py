"""Writing down what came of handing faxes over. Every change names the attempt that it is about."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, update
from sqlalchemy.dialects import postgresql, sqlite

from app.carrier.fax_codes import FaxCode
from app.core.among import among
from app.core.database import db
from app.core.events import Event
from app.delivery import results
from app.delivery.fax.endings import MORE, finish
from app.delivery.fax.models import PlacedFax
from app.delivery.models import DeliveryState
from app.delivery.parcels import Accepted, Lost, NotTried, Parcel, Postponed, Refused, Result
from app.delivery.results import LOOK_AFTER, Change, deliveries
from app.delivery.waiting import Candidate

log = structlog.get_logger()

SILENT_AFTER = timedelta(minutes=2)
"""A fax of which we hear nothing for so long is asked for."""


def note_faxes(rows: list[Candidate], at: datetime) -> None:
    """Write down each try. An attempt that was put back is begun anew."""
    insert = postgresql.insert(PlacedFax) if db.engine.dialect.name == "postgresql" else sqlite.insert(PlacedFax)
    values = [{"delivery_id": row.id, "attempt": row.attempts + 1, "address": row.address, "placed_at": at} for row in rows]
    begun = insert.values(values)
    fresh = {"placed_at": begun.excluded.placed_at, "address": begun.excluded.address, "provider_id": None}
    db.session.execute(begun.on_conflict_do_update(index_elements=["delivery_id", "attempt"], set_=fresh))


def record(done: list[Result], stale: list[Parcel], events: list[Event], at: datetime) -> None:
    """Write down what happened. Part of the running transaction."""
    results.put_back([*stale, *(parcel for parcel, outcome in done if isinstance(outcome, NotTried))])
    rows = {row.id: row for row in results.lock(among(deliveries.c.id, "ids"), {"ids": [parcel.id for parcel, _ in done]}, *MORE)}
    for parcel, outcome in done:
        row = rows.get(parcel.id)
        if row is None or row.attempts != parcel.attempt:
            log.warning("fax.result_too_late", delivery_id=parcel.id, attempt=parcel.attempt)
        elif row.state != DeliveryState.PROCESSING or row.provider_id is not None:
            continue  # the carrier's news came before its answer
        elif isinstance(outcome, Accepted):
            adopt(row, outcome.provider_id, at, events)
        elif isinstance(outcome, Refused):
            finish(row, outcome.reason or FaxCode.REFUSED, at, events, raw_code=outcome.code)
        elif isinstance(outcome, Postponed):
            results.write([results.line_postponed(row, outcome, at)], events)
        elif isinstance(outcome, Lost):
            results.write([Change(row, {"claimed_by": None, "claimed_until": at + LOOK_AFTER}, is_told=False)], events)


def adopt(row: Row[Any], provider_id: str, at: datetime, events: list[Event]) -> None:
    """The carrier has the newest try, under this id."""
    db.session.execute(
        update(PlacedFax)
        .where(PlacedFax.delivery_id == row.id, PlacedFax.attempt == row.attempts)
        .values(provider_id=provider_id)
        .execution_options(synchronize_session=False)
    )
    values = {
        "state": DeliveryState.SENDING, "provider_id": provider_id, "error_code": None, "doubtful_since": None, "retries": 0,
        "claimed_by": None, "claimed_until": at + SILENT_AFTER,
    }  # fmt: skip
    results.write([Change(row, values)], events)
