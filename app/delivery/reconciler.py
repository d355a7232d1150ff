"""Deliveries of which nobody knows whether the carrier has them: they are looked up there, and never sent blindly.

A hand-over becomes one of these when its answer was lost, or when its dispatcher died. It is resolved by finding it at the
carrier (adopted), by the carrier not having it after all that could still be under way must have arrived (sent again), or,
when the carrier cannot be asked for long, by a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import Row, bindparam, or_, select, update

from app.carrier.choice import carrier_of
from app.carrier.error_codes import HouseCode
from app.carrier.gateway import CarrierFailed, CarrierText
from app.core.among import among
from app.core.clock import now
from app.core.database import db, transaction
from app.core.events import Event
from app.core.prepared import Prepared
from app.delivery import results
from app.delivery.backoff import MOST_ATTEMPTS
from app.delivery.effects import apply_arrivals, apply_failure
from app.delivery.events import DeliveriesQueued
from app.delivery.looking import Overdue, lease_overdue, settle_each
from app.delivery.models import EMAIL, STATE_AT_CARRIER, TEXTS, DeliveryContent, DeliveryState
from app.delivery.results import FREE, Change, deliveries
from app.delivery.worker_name import LOOKING, is_gone

log = structlog.get_logger()

GRACE = timedelta(seconds=15)
"""From claim to the latest moment at which a hand-over of it could still arrive: waiting, connecting, reading."""
SKEW = timedelta(seconds=60)
"""How far the carrier's clock may be behind ours."""
DOUBT_AFTER = timedelta(minutes=5)
"""For so long the carrier is asked before a person is; it is asked every so often afterwards, too."""
TOO_OLD = timedelta(minutes=30)
"""What the carrier surely does not have is sent again by itself up to this age; then a person decides whether it still matters."""
AT_ONCE = 100
LOOKERS = 8
PAUSE = 1.0
LEASED = (deliveries.c.state == DeliveryState.PROCESSING, deliveries.c.channel != EMAIL)
"""An email can be looked up nowhere; `email.lapses` says what becomes of one whose sender died."""
_HOLDERS = Prepared(
    select(deliveries.c.claimed_by)
    .where(
        *LEASED, deliveries.c.claimed_by.is_not(None), deliveries.c.claimed_until > bindparam("at", type_=deliveries.c.claimed_until.type)
    )
    .distinct()
)
_UNCLEAR = Overdue(deliveries.c.state == DeliveryState.PROCESSING, or_(*(deliveries.c.channel == each for each in TEXTS)))


@dataclass(frozen=True, slots=True)
class Missing:
    """One that is looked for."""

    row: Row[Any]
    sender: str
    body: str
    media: int


def take_over_from_the_dead() -> int:
    """End the leases of processes on this machine that do not run any more; returns how many deliveries that frees."""
    gone = [name for (name,) in _HOLDERS.rows({"at": now()}) if is_gone(name)]
    if not gone:
        return 0
    with transaction():
        freed = db.session.execute(
            update(deliveries)
            .where(*LEASED, deliveries.c.claimed_by.in_(gone))
            .values(claimed_by=None, claimed_until=now())
            .returning(deliveries.c.id)
        ).all()
    return len(freed)


def reconcile(app: Flask) -> int:
    """Look up what is due to be looked up; returns how many deliveries that were."""
    take_over_from_the_dead()
    return settle_each(_claim(), lambda one: _ask(app, one), _resolve, threads=LOOKERS)


def _claim() -> list[Missing]:
    """Lease what is due to be looked up."""
    leased = lease_overdue(_UNCLEAR, at_most=AT_ONCE, columns=(deliveries.c.started_at, deliveries.c.content_id))
    wanted = select(DeliveryContent.id, DeliveryContent.body, DeliveryContent.media)
    of_them = wanted.where(DeliveryContent.id.in_({row.content_id for row, _ in leased}))
    contents = {row[0]: row for row in db.session.execute(of_them)} if leased else {}
    return [Missing(row, sender, contents[row.content_id][1], len(contents[row.content_id][2])) for row, sender in leased]


def _ask(app: Flask, one: Missing) -> Sequence[CarrierText] | None:
    """What the carrier has that could be it; None when it cannot be asked."""
    try:
        return carrier_of(app).find(to=one.row.address, sender=one.sender, since=one.row.started_at - SKEW)
    except CarrierFailed as error:
        log.warning("delivery.not_looked_up", delivery_id=one.row.id, problem=str(error))
        return None


def _resolve(one: Missing, found: Sequence[CarrierText] | None) -> None:
    with transaction() as events:
        (row,) = results.lock(among(deliveries.c.id, "ids"), {"ids": [one.row.id]}) or (None,)
        if row is None or row.attempts != one.row.attempts or row.state != DeliveryState.PROCESSING:
            return  # a callback told us meanwhile
        moment = now()
        age = moment - one.row.started_at
        if found is None:
            wait_or_doubt(row, age, moment, events)
            return
        match = _not_known([text for text in found if _is_it(one, text)])
        if _has_twin_under_way(one):
            look_again(row, moment + timedelta(seconds=2))
        elif match is not None:
            log.info("delivery.adopted", delivery_id=row.id)
            results.write([adopt(row, match, moment)], events)
        elif age < GRACE:
            look_again(row, one.row.started_at + GRACE)
        else:
            send_again(row, age, moment, events)


def adopt(row: Row[Any], text: CarrierText, at: datetime) -> Change:
    """The carrier has it after all: this is how far it is."""
    state = STATE_AT_CARRIER[text.status]
    if state == DeliveryState.FAILED:
        apply_failure(row.district_id, row.address, row.phone_number_id, text.error_code or "")
    elif state == DeliveryState.DELIVERED:
        apply_arrivals({(row.district_id, row.address)})
    values = {"state": state, "provider_id": text.provider_id, "doubtful_since": None, "error_code": text.error_code, **FREE}
    return Change(row, values | ({"finished_at": at} if DeliveryState(state).is_final else {}))


def wait_or_doubt(row: Row[Any], age: timedelta, at: datetime, events: list[Event]) -> None:
    """The carrier cannot be asked: later, and when that goes on for long a person is told."""
    if age < DOUBT_AFTER:
        look_again(row, at + max(timedelta(seconds=2), age / 4))
        return
    log.warning("delivery.doubtful", delivery_id=row.id)
    values = {"doubtful_since": row.doubtful_since or at, "claimed_by": None, "claimed_until": at + DOUBT_AFTER}
    results.write([Change(row, values, is_told=row.doubtful_since is None)], events)


def send_again(row: Row[Any], age: timedelta, at: datetime, events: list[Event]) -> None:
    """The carrier surely does not have it."""
    log.info("delivery.not_at_carrier", delivery_id=row.id)
    if age > TOO_OLD or row.attempts >= MOST_ATTEMPTS:
        values = {"state": DeliveryState.FAILED, "error_code": HouseCode.CARRIER_UNREACHABLE, "finished_at": at}
        results.write([Change(row, values | {"doubtful_since": None} | FREE)], events)
        return
    values = {"state": DeliveryState.PENDING, "due_at": at, "doubtful_since": None}
    results.write([Change(row, values | FREE, is_told=row.doubtful_since is not None)], events)
    events.append(DeliveriesQueued(at))


def look_again(row: Row[Any], at: datetime) -> None:
    """Nobody holds it until `at`; then it is looked up once more."""
    db.session.execute(update(deliveries).where(deliveries.c.id == row.id).values(claimed_by=None, claimed_until=at))


def _is_it(one: Missing, text: CarrierText) -> bool:
    """Whether a text at the carrier is the one that is missing; trial accounts put a sentence before it."""
    has_words = text.body.strip() == one.body.strip() or (bool(one.body.strip()) and text.body.strip().endswith(one.body.strip()))
    return has_words and bool(text.media) == bool(one.media)


def _not_known(texts: Sequence[CarrierText]) -> CarrierText | None:
    """The oldest of `texts` (newest first) that is no other delivery's."""
    ids = [text.provider_id for text in texts]
    known = set(db.session.scalars(select(deliveries.c.provider_id).where(deliveries.c.provider_id.in_(ids)))) if ids else set()
    return next((text for text in reversed(texts) if text.provider_id not in known), None)


def _has_twin_under_way(one: Missing) -> bool:
    """Whether the same words are being handed to the same phone right now: what is found could be theirs."""
    twin = (
        select(deliveries.c.id)
        .join(DeliveryContent, DeliveryContent.id == deliveries.c.content_id)
        .where(
            deliveries.c.district_id == one.row.district_id,
            deliveries.c.address == one.row.address,
            deliveries.c.id != one.row.id,
            deliveries.c.state == DeliveryState.PROCESSING,
            deliveries.c.phone_number_id == one.row.phone_number_id,
            deliveries.c.claimed_until > now(),
            ~deliveries.c.claimed_by.endswith(LOOKING),
            DeliveryContent.body == one.body,
        )
        .limit(1)
    )
    return db.session.scalar(twin) is not None
