"""Calls of which nobody knows enough are looked up at the carrier, and never placed blindly again.

A placing that lost its answer, or whose dispatcher died, is found between the two numbers and adopted, or after the longest time
that it could still be under way placed again. A call that has gone silent (its callbacks were lost) is asked for by its id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import Row, select, text

from app.carrier.calls import CallStatus, CarrierCall
from app.carrier.events import CallMoved
from app.carrier.gateway import CarrierFailed, CarrierRefused
from app.carrier.voice_choice import calls_of
from app.core.clock import now
from app.core.database import db, transaction
from app.core.events import Event
from app.delivery import results
from app.delivery.looking import Overdue, lease_overdue, settle_each
from app.delivery.models import ON_THE_LINE, DeliveryState
from app.delivery.reconciler import GRACE, SKEW, look_again, send_again, wait_or_doubt
from app.delivery.results import deliveries
from app.delivery.voice.endings import MORE
from app.delivery.voice.models import PlacedCall
from app.delivery.voice.placing import adopt
from app.delivery.voice.progress import move
from app.delivery.worker_name import my_looking_name

log = structlog.get_logger()

AT_ONCE = 50
LOOKERS = 4
PAUSE = 1.0
ASK_AGAIN = timedelta(minutes=1)
"""Between two questions for a call that goes on."""
STILL_PLACING = timedelta(seconds=2)
_SILENT = Overdue(text(ON_THE_LINE))
GONE = CallMoved("", None, CallStatus.FAILED)
"""What the carrier does not know any more did not go well."""


@dataclass(frozen=True, slots=True)
class Silent:
    """One that is looked up."""

    row: Row[Any]
    sender: str


def look_up(app: Flask) -> int:
    """Look up what is due to be looked up; returns how many calls that were."""
    leased = lease_overdue(_SILENT, at_most=AT_ONCE, columns=MORE)
    return settle_each([Silent(row, sender) for row, sender in leased], lambda one: _ask(app, one), _resolve, threads=LOOKERS)


def _ask(app: Flask, one: Silent) -> Sequence[CarrierCall] | None:
    """What the carrier has that could be it, newest first; None when it cannot be asked."""
    carrier = calls_of(app)
    try:
        if one.row.provider_id is None:
            return carrier.find_calls(to=one.row.address, sender=one.sender, since=one.row.started_at - SKEW)
        return [carrier.look_up(one.row.provider_id)]
    except CarrierRefused:
        return []
    except CarrierFailed as error:
        log.warning("voice.not_looked_up", delivery_id=one.row.id, problem=str(error))
        return None


def _resolve(one: Silent, found: Sequence[CarrierCall] | None) -> None:
    with transaction() as events:
        (row,) = results.lock(deliveries.c.id == one.row.id, {}, *MORE) or (None,)
        if row is None or (row.attempts, row.state, row.provider_id) != (one.row.attempts, one.row.state, one.row.provider_id):
            return  # a callback told us meanwhile
        if row.provider_id is None:
            _resolve_placing(row, found, now(), events)
        elif found is None:
            look_again(row, now() + ASK_AGAIN)
        else:
            _catch_up(row, found[0] if found else None, events)


def _catch_up(row: Row[Any], found: CarrierCall | None, events: list[Event]) -> None:
    """How far the carrier says that a call of ours is."""
    look_again(row, now() + ASK_AGAIN)
    call = db.session.scalar(select(PlacedCall).where(PlacedCall.provider_id == row.provider_id).execution_options(populate_existing=True))
    if call is None:
        return
    news = GONE if found is None else CallMoved(found.provider_id, None, found.status, found.answered_by)
    move(row, call, news, events)


def _resolve_placing(row: Row[Any], found: Sequence[CarrierCall] | None, at: datetime, events: list[Event]) -> None:
    """Whether a call was placed."""
    age = at - row.started_at
    if found is None:
        wait_or_doubt(row, age, at, events)
        return
    match = _not_known(found)
    if _has_twin_under_way(row):
        look_again(row, at + STILL_PLACING)
    elif match is not None:
        log.info("voice.adopted", delivery_id=row.id)
        adopt(row, match.provider_id, at, events)
        (row,) = results.lock(deliveries.c.id == row.id, {}, *MORE)
        _catch_up(row, match, events)
    elif age < GRACE:
        look_again(row, row.started_at + GRACE)
    else:
        send_again(row, age, at, events)


def _not_known(found: Sequence[CarrierCall]) -> CarrierCall | None:
    """The oldest of `found` (newest first) that is no other delivery's."""
    ids = [call.provider_id for call in found]
    known = set(db.session.scalars(select(PlacedCall.provider_id).where(PlacedCall.provider_id.in_(ids)))) if ids else set()
    return next((call for call in reversed(found) if call.provider_id not in known), None)


def _has_twin_under_way(row: Row[Any]) -> bool:
    """Whether the same phone is being called from the same number by another delivery right now: what is found could be its call."""
    twin = select(deliveries.c.id).where(
        text(ON_THE_LINE),
        deliveries.c.id != row.id,
        deliveries.c.address == row.address,
        deliveries.c.phone_number_id == row.phone_number_id,
        deliveries.c.state == DeliveryState.PROCESSING,
        deliveries.c.claimed_until > now(),
        deliveries.c.claimed_by != my_looking_name(),
    )
    return db.session.scalar(twin.limit(1)) is not None
