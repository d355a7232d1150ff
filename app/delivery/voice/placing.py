"""Writing down what came of placing calls. Every change names the attempt that it is about."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, update

from app.core.among import among
from app.core.database import db
from app.core.events import Event
from app.delivery import results
from app.delivery.models import DeliveryState
from app.delivery.parcels import Accepted, Lost, NotTried, Parcel, Postponed, Refused, Result
from app.delivery.results import LOOK_AFTER, Change, deliveries
from app.delivery.voice.endings import MORE, code_of, finish
from app.delivery.voice.models import CallOutcome, PlacedCall

log = structlog.get_logger()

SILENT_AFTER = timedelta(minutes=3)
"""A call of which we hear nothing for so long is looked up: ringing, a greeting and a message take less."""


def record(done: list[Result], stale: list[Parcel], events: list[Event], at: datetime) -> None:
    """Write down what happened. Part of the running transaction."""
    results.put_back([*stale, *(parcel for parcel, outcome in done if isinstance(outcome, NotTried))])
    rows = {row.id: row for row in results.lock(among(deliveries.c.id, "ids"), {"ids": [parcel.id for parcel, _ in done]}, *MORE)}
    for parcel, outcome in done:
        row = rows.get(parcel.id)
        if row is None or row.attempts != parcel.attempt:
            log.warning("voice.result_too_late", delivery_id=parcel.id, attempt=parcel.attempt)
        elif row.state != DeliveryState.PROCESSING or row.provider_id is not None:
            continue  # the carrier's news, or its question for the script, came before its answer
        elif isinstance(outcome, Accepted):
            adopt(row, outcome.provider_id, at, events)
        elif isinstance(outcome, Refused):
            finish(row, CallOutcome.FAILED, code_of(CallOutcome.FAILED, None, outcome.code), at, events)
        elif isinstance(outcome, Postponed):
            results.write([results.line_postponed(row, outcome, at)], events)
        elif isinstance(outcome, Lost):
            results.write([Change(row, {"claimed_by": None, "claimed_until": at + LOOK_AFTER}, is_told=False)], events)


def adopt(row: Row[Any], provider_id: str, at: datetime, events: list[Event]) -> None:
    """The carrier has the call of the newest attempt, under this id."""
    db.session.execute(
        update(PlacedCall)
        .where(PlacedCall.delivery_id == row.id, PlacedCall.attempt == row.attempts)
        .values(provider_id=provider_id)
        .execution_options(synchronize_session=False)
    )
    values = {
        "state": DeliveryState.SENDING, "provider_id": provider_id, "error_code": None, "doubtful_since": None, "retries": 0,
        "claimed_by": None, "claimed_until": at + SILENT_AFTER,
    }  # fmt: skip
    results.write([Change(row, values)], events)
