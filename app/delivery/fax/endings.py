"""What follows from the end of a try: it arrived, it is tried again later, or it is over.

All of it is part of the running transaction, which holds the delivery's row.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Row, func, select, update

from app.carrier.fax_codes import WORTH_TRYING_AGAIN, FaxCode
from app.carrier.faxes import CarrierFaxStatus
from app.config import Settings
from app.core.database import db
from app.core.events import Event
from app.delivery import results
from app.delivery.events import DeliveriesQueued
from app.delivery.fax.content import patience_of
from app.delivery.fax.models import ARRIVED, PlacedFax
from app.delivery.models import DeliveryState
from app.delivery.results import FREE, Change, deliveries

MORE = (deliveries.c.channel, deliveries.c.content_id, deliveries.c.started_at)
"""What this channel reads of a delivery beside what all do."""


def outcome_of(status: CarrierFaxStatus, code: str | None) -> str:
    """How a try ended that is over."""
    if status is CarrierFaxStatus.CANCELLED:
        return FaxCode.CANCELLED
    return ARRIVED if status is CarrierFaxStatus.DELIVERED else code or FaxCode.FAILED


def finish(
    row: Row[Any], outcome: str, at: datetime, events: list[Event], *, raw_code: str | None = None, pages: int | None = None,
    seconds: int | None = None,
) -> None:  # fmt: skip
    """The newest try is over: write that down, and what becomes of the delivery.

    One that somebody wanted stopped is not tried again, in whatever words the carrier says that it did not arrive.
    """
    if outcome in WORTH_TRYING_AGAIN and _is_to_be_stopped(row):
        outcome = FaxCode.CANCELLED
    ended = {"outcome": outcome, "raw_code": raw_code, "pages": pages, "seconds": seconds, "ended_at": at}
    db.session.execute(
        update(PlacedFax)
        .where(PlacedFax.delivery_id == row.id, PlacedFax.attempt == row.attempts)
        .values(ended)
        .execution_options(synchronize_session=False)
    )
    results.write([Change(row, FREE | {"doubtful_since": None} | _what_follows(row, outcome, at, events))], events)


def _what_follows(row: Row[Any], outcome: str, at: datetime, events: list[Event]) -> dict[str, Any]:
    if outcome == ARRIVED:
        return {"state": DeliveryState.DELIVERED, "error_code": None, "finished_at": at}
    if outcome == FaxCode.CANCELLED:
        return {"state": DeliveryState.CANCELLED, "error_code": outcome, "finished_at": at}
    patience = patience_of(row.content_id)
    if outcome not in WORTH_TRYING_AGAIN or _tries(row.id) >= patience.tries:
        return {"state": DeliveryState.FAILED, "error_code": outcome, "finished_at": at}
    settings: Settings = current_app.extensions["settings"]
    due_at = at + timedelta(seconds=patience.pause or settings.fax_retry_seconds)
    events.append(DeliveriesQueued(due_at))
    return {"state": DeliveryState.PENDING, "error_code": outcome, "due_at": due_at, "retries": 0}


def _is_to_be_stopped(row: Row[Any]) -> bool:
    wished = select(PlacedFax.stop_wished_at).where(PlacedFax.delivery_id == row.id, PlacedFax.attempt == row.attempts)
    return db.session.scalar(wished) is not None


def _tries(delivery_id: int) -> int:
    """How often a machine was called for it, to an end."""
    ended = (PlacedFax.delivery_id == delivery_id, PlacedFax.outcome.is_not(None))
    return db.session.scalar(select(func.count(PlacedFax.id)).where(*ended)) or 0
