"""Writing down what came of handing emails over. Every change names the attempt that it is about."""

import random
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, select

from app.core.among import among
from app.core.database import db
from app.core.events import Event
from app.delivery.backoff import pause_after
from app.delivery.effects import apply_failure
from app.delivery.email.failures import MailCode
from app.delivery.email.parcels import NotNow
from app.delivery.models import DeliveryState
from app.delivery.parcels import Accepted, Lost, NotTried, Outcome, Refused, Result
from app.delivery.results import FREE, Change, deliveries, lock, put_back, refused, write
from app.directory import service as directory
from app.directory.models import ContactHealth, ContactPoint

log = structlog.get_logger()

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240))
"""Before each further try of what a family's server does not take now: eight hours, because many let strangers wait at first."""
MOST_WHILE_AWAY = 30
"""Tries while our own server is away, before a person is asked: about two hours."""


def record(results: list[Result], events: list[Event], at: datetime) -> None:
    """Write down `results`. Part of the running transaction."""
    if not results:
        return
    rows = {row.id: row for row in lock(among(deliveries.c.id, "ids"), {"ids": [parcel.id for parcel, _ in results]})}
    changes: list[Change] = []
    taken: list[Row[Any]] = []
    for parcel, outcome in results:
        row = rows.get(parcel.id)
        if row is None or row.attempts != parcel.attempt:
            log.warning("email.result_too_late", delivery_id=parcel.id, attempt=parcel.attempt)
        elif row.state != DeliveryState.PROCESSING:
            continue  # a report about it was quicker
        elif isinstance(outcome, NotTried):
            put_back([parcel])
        else:
            changes.append(change_for(row, outcome, at))
            if isinstance(outcome, Accepted):
                taken.append(row)
    write(changes, events)
    _works_again(taken)


def change_for(row: Row[Any], outcome: Outcome, at: datetime) -> Change:
    """What an outcome means for a delivery that is in hand."""
    if isinstance(outcome, Accepted):
        values = {"state": DeliveryState.SENT, "provider_id": outcome.provider_id, "error_code": None, "doubtful_since": None}
        return Change(row, values | FREE)
    if isinstance(outcome, Refused):
        return refused(row, outcome.code, at)
    if isinstance(outcome, NotNow):
        return _ours_is_away(row, outcome.code, at) if outcome.is_away else _theirs_wants_time(row, at)
    if not isinstance(outcome, Lost):
        log.error("email.unknown_outcome", delivery_id=row.id)
    return Change(row, {"doubtful_since": row.doubtful_since or at, **FREE})


def _ours_is_away(row: Row[Any], code: MailCode, at: datetime) -> Change:
    if row.attempts >= MOST_WHILE_AWAY:
        return Change(row, {"state": DeliveryState.FAILED, "error_code": code, "finished_at": at, **FREE})
    return Change(row, {"state": DeliveryState.PENDING, "error_code": code, "due_at": at + pause_after(row.attempts), **FREE})


def _theirs_wants_time(row: Row[Any], at: datetime) -> Change:
    if row.retries >= len(PAUSES):
        apply_failure(row.district_id, row.address, None, MailCode.NEVER_TAKEN)
        return Change(row, {"state": DeliveryState.FAILED, "error_code": MailCode.NEVER_TAKEN, "finished_at": at, **FREE})
    due_at = at + PAUSES[row.retries] * random.uniform(0.8, 1.2)
    values = {"state": DeliveryState.PENDING, "error_code": MailCode.LATER, "due_at": due_at, "retries": row.retries + 1}
    return Change(row, values | FREE)


def _works_again(rows: list[Row[Any]]) -> None:
    """An address that could not be reached lately was taken: nothing stands against it any more."""
    if not rows:
        return
    lame = db.session.execute(
        select(ContactPoint.district_id, ContactPoint.address)
        .where(ContactPoint.address.in_({row.address for row in rows}), ContactPoint.health == ContactHealth.UNREACHABLE)
        .distinct()
    ).all()
    ours = {(row.district_id, row.address) for row in rows}
    for district_id, address in lame:
        if (district_id, address) in ours:
            directory.set_health(district_id, address, ContactHealth.UNCONFIRMED)
