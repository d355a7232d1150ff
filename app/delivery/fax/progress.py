"""News of faxes becomes states of deliveries. It comes late, twice and in any order: a try moves only forward, and ends once."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select, update

from app.carrier.events import FaxSendingMoved
from app.carrier.faxes import CarrierFaxStatus
from app.core.clock import now
from app.core.database import db, open_events
from app.core.events import Event, within
from app.delivery import results
from app.delivery.fax.endings import MORE, finish, outcome_of
from app.delivery.fax.models import PlacedFax
from app.delivery.fax.placing import adopt
from app.delivery.models import FAX, DeliveryState
from app.delivery.parcels import parse_reference
from app.delivery.results import Change, deliveries

NO_UUID = UUID(int=0)
LOST = frozenset({DeliveryState.PROCESSING, DeliveryState.PENDING})
"""A fax that we gave up for lost and were about to hand over anew may still turn up."""


@within(FaxSendingMoved)
def follow(fact: FaxSendingMoved) -> None:
    """Part of the commit that notes the news."""
    found = fax_of(fact.provider_id, fact.reference, open_events())
    if found is not None:
        move(*found, fact, open_events())


def fax_of(provider_id: str, reference: str | None, events: list[Event]) -> tuple[Row[Any], PlacedFax] | None:
    """The delivery, now locked, and its newest try, if that is the carrier's `provider_id`; None for any other fax.

    One that lost its answer, or whose answer is still on its way, is known by the reference that we gave it.
    """
    uuid, attempt = parse_reference(reference) or (NO_UUID, 0)
    condition = or_(deliveries.c.provider_id == provider_id, deliveries.c.uuid == uuid)
    row = next((row for row in results.lock(condition, {}, *MORE) if row.channel == FAX), None)
    if row is None:
        return None
    if row.provider_id is None and row.attempts == attempt and row.state in LOST and not _is_over(row):
        adopt(row, provider_id, now(), events)
        (row,) = results.lock(deliveries.c.id == row.id, {}, *MORE)
    if row.provider_id != provider_id:
        return None  # of an earlier try, which is over
    placed = db.session.scalar(select(PlacedFax).where(PlacedFax.provider_id == provider_id).execution_options(populate_existing=True))
    return None if placed is None else (row, placed)


def move(row: Row[Any], placed: PlacedFax, news: FaxSendingMoved, events: list[Event]) -> None:
    """Move the delivery on, if the news is forward."""
    if placed.ended_at is not None:
        return
    status = CarrierFaxStatus(news.status)
    if status.is_over:
        finish(
            row, outcome_of(status, news.code), now(), events, raw_code=news.raw_code, pages=news.pages, seconds=news.seconds
        )  # fmt: skip
    elif status is CarrierFaxStatus.SENDING and row.state == DeliveryState.SENDING:
        db.session.execute(update(PlacedFax).where(PlacedFax.id == placed.id).values(sending_at=now()))
        results.write([Change(row, {"state": DeliveryState.SENT})], events)


def _is_over(row: Row[Any]) -> bool:
    """Whether the newest try has ended, and the delivery waits for the next one."""
    ended = select(PlacedFax.ended_at).where(PlacedFax.delivery_id == row.id, PlacedFax.attempt == row.attempts)
    return db.session.scalar(ended) is not None
