"""News of calls becomes states of deliveries. It comes late, twice and in any order: a call moves only forward, and ends once."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select, update

from app.carrier.calls import CallStatus
from app.carrier.events import CallMoved
from app.core.clock import now
from app.core.database import db, open_events
from app.core.events import Event, within
from app.delivery import results
from app.delivery.models import VOICE, DeliveryState
from app.delivery.parcels import parse_reference
from app.delivery.results import Change, deliveries
from app.delivery.voice.endings import MORE, code_of, finish, outcome_of
from app.delivery.voice.models import PlacedCall
from app.delivery.voice.placing import adopt

NO_UUID = UUID(int=0)
LOST = frozenset({DeliveryState.PROCESSING, DeliveryState.PENDING})
"""A call that we gave up for lost and were about to place anew may still turn up."""


@within(CallMoved)
def follow(fact: CallMoved) -> None:
    """Part of the commit that notes the news."""
    found = call_of(fact.provider_id, fact.reference, open_events())
    if found is not None:
        move(*found, fact, open_events())


def call_of(provider_id: str, reference: str | None, events: list[Event]) -> tuple[Row[Any], PlacedCall] | None:
    """The delivery, now locked, and its newest call, if that is the carrier's `provider_id`; None for any other call.

    A call that lost the answer to its placing, or whose answer is still on its way, is known by the reference that we gave it.
    """
    uuid, attempt = parse_reference(reference) or (NO_UUID, 0)
    condition = or_(deliveries.c.provider_id == provider_id, deliveries.c.uuid == uuid)
    row = next((row for row in results.lock(condition, {}, *MORE) if row.channel == VOICE), None)
    if row is None:
        return None
    if row.provider_id is None and row.attempts == attempt and row.state in LOST:
        adopt(row, provider_id, now(), events)
        (row,) = results.lock(deliveries.c.id == row.id, {}, *MORE)
    if row.provider_id != provider_id:
        return None  # of an earlier attempt, which is over
    call = db.session.scalar(select(PlacedCall).where(PlacedCall.provider_id == provider_id).execution_options(populate_existing=True))
    return None if call is None else (row, call)


def move(row: Row[Any], call: PlacedCall, news: CallMoved, events: list[Event]) -> None:
    """Move the delivery of `call` on, if the news is forward."""
    if call.ended_at is not None:
        return
    status, answered_by = CallStatus(news.status), call.answered_by or news.answered_by
    if status.is_over:
        note_answer(call, answered_by)
        outcome = outcome_of(status, answered_by, was_played=call.played_at is not None)
        finish(row, outcome, code_of(outcome, answered_by, news.error_code), now(), events)
    elif status is CallStatus.ANSWERED and row.state == DeliveryState.SENDING:
        results.write([Change(row, {"state": DeliveryState.SENT})], events)


def note_answer(call: PlacedCall, answered_by: str | None) -> None:
    """Who answered: what was said first holds."""
    if answered_by and call.answered_by is None:
        db.session.execute(update(PlacedCall).where(PlacedCall.id == call.id).values(answered_by=answered_by))
