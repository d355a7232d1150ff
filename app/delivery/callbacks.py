"""Applying the carrier's news, in batches. Callbacks come late, twice and out of order: a delivery only moves forward."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, bindparam, delete, or_, select, update

from app.carrier.error_codes import Retry, explain
from app.carrier.models import CarrierCallback
from app.carrier.twilio_statuses import STATUSES
from app.core.among import among
from app.core.by_index import by_index
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.events import Event
from app.core.prepared import Prepared
from app.delivery import results
from app.delivery.backoff import UNREACHABLE_PAUSES
from app.delivery.effects import apply_arrivals, apply_failure
from app.delivery.events import DeliveriesQueued
from app.delivery.models import STATE_AT_CARRIER, DeliveryState
from app.delivery.parcels import parse_reference
from app.delivery.results import FREE, Change, deliveries

log = structlog.get_logger()

BATCH = 500
KEPT = timedelta(days=30)

_ANY = Prepared(select(CarrierCallback.id).where(CarrierCallback.applied_at.is_(None)).limit(1))
_CONCERNED = or_(among(deliveries.c.provider_id, "known"), deliveries.c.uuid.in_(bindparam("uuids", expanding=True)))


@dataclass(slots=True)
class Standing:
    """A delivery while a batch is applied: the row, and what the batch has made of it so far."""

    row: Row[Any]
    state: str
    provider_id: str | None
    values: dict[str, Any]


def apply_batch() -> int:
    """Apply up to BATCH callbacks, oldest first; returns how many there were."""
    if not _ANY.rows({}):
        release_connection()  # whoever asks again sees what came meanwhile
        return 0
    with transaction() as events:
        by_index()
        news: list[Any] = list(
            db.session.execute(
                select(
                    CarrierCallback.id, CarrierCallback.provider_id, CarrierCallback.status, CarrierCallback.error_code,
                    CarrierCallback.reference,
                )
                .where(CarrierCallback.applied_at.is_(None))
                .order_by(CarrierCallback.id)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            )
        )  # fmt: skip
        moment = now()
        _apply(news, moment, events)
        db.session.execute(
            update(CarrierCallback)
            .where(CarrierCallback.id.in_([one.id for one in news]))
            .values(applied_at=moment)
            .execution_options(synchronize_session=False)
        )
    return len(news)


def _apply(news: list[Any], at: datetime, events: list[Event]) -> None:
    references = {one.id: parse_reference(one.reference) for one in news}
    uuids = [found[0] for found in references.values() if found is not None]
    rows = results.lock(_CONCERNED, {"known": [one.provider_id for one in news], "uuids": uuids})
    standings = [Standing(row, row.state, row.provider_id, {}) for row in rows]
    by_uuid: dict[UUID, Standing] = {one.row.uuid: one for one in standings}
    by_provider = {one.provider_id: one for one in standings if one.provider_id}
    arrived: set[tuple[int, str]] = set()
    for one in news:
        standing = by_provider.get(one.provider_id)
        if standing is None:
            standing = _adopter(one, references[one.id], by_uuid)
            if standing is None:
                continue
            by_provider[one.provider_id] = standing
        status = STATUSES.get(one.status)
        if status is not None:
            _move(standing, STATE_AT_CARRIER[status], one.error_code, at, events)
            if standing.state == DeliveryState.DELIVERED:
                arrived.add((standing.row.district_id, standing.row.address))
    results.write([_change(one) for one in standings if one.values], events)
    apply_arrivals(arrived)


def _adopter(news: Row[Any], reference: tuple[UUID, int] | None, by_uuid: dict[UUID, Standing]) -> Standing | None:
    """The delivery that a callback with an unknown id is about: one whose hand-over lost its answer, or has not got it yet."""
    standing = by_uuid.get(reference[0]) if reference else None
    if standing is None or reference is None:
        return None
    may_adopt = standing.provider_id is None and standing.state in {DeliveryState.PROCESSING, DeliveryState.PENDING}
    if not may_adopt or standing.row.attempts != reference[1]:
        if standing.provider_id != news.provider_id and standing.row.retries == 0:
            log.error("delivery.callback_of_another_attempt", delivery_id=standing.row.id, attempt=reference[1])
        return None
    standing.provider_id = news.provider_id
    standing.state = DeliveryState.SENDING
    standing.values |= {
        "provider_id": news.provider_id, "state": DeliveryState.SENDING, "doubtful_since": None, "error_code": None, **FREE,
    }  # fmt: skip
    return standing


def _move(standing: Standing, state: DeliveryState, error_code: str | None, at: datetime, events: list[Event]) -> None:
    """Move a delivery on to `state`, if that is forward."""
    row = standing.row
    if standing.state == DeliveryState.PENDING:
        # It waits for another try after the phone could not be reached. Only its arrival is news; late steps are not.
        if state != DeliveryState.DELIVERED:
            return
    elif not DeliveryState(standing.state).may_become(state):
        return
    if state == DeliveryState.FAILED:
        apply_failure(row.district_id, row.address, row.phone_number_id, error_code or "")
        if explain(error_code).retry is Retry.BY_ITSELF and row.retries < len(UNREACHABLE_PAUSES):
            due_at = at + UNREACHABLE_PAUSES[row.retries]
            standing.state = DeliveryState.PENDING
            standing.values |= {
                "state": DeliveryState.PENDING, "due_at": due_at, "error_code": error_code, "retries": row.retries + 1, **FREE,
            }  # fmt: skip
            events.append(DeliveriesQueued(due_at))
            return
    standing.state = state
    standing.values |= {"state": state, "error_code": error_code, "doubtful_since": None, **FREE}
    if state.is_final:
        standing.values["finished_at"] = at


def _change(standing: Standing) -> Change:
    return Change(standing.row, standing.values)


def forget_old() -> None:
    """Drop callbacks that were applied long ago."""
    with transaction():
        db.session.execute(delete(CarrierCallback).where(CarrierCallback.applied_at < now() - KEPT))
