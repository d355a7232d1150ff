"""Emails whose sending process died, or never came back: those that surely never left go back, the others are in doubt.

A mail server cannot be asked whether it has an email, so nothing of what may have left is ever sent again by itself.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, select, update

from app.core.clock import now
from app.core.database import db, transaction
from app.core.events import Event
from app.delivery.email import journal
from app.delivery.events import DeliveriesQueued
from app.delivery.models import EMAIL, DeliveryState
from app.delivery.results import FREE, Change, deliveries, lock, write
from app.delivery.worker_name import is_gone

log = structlog.get_logger()

IN_HAND = (deliveries.c.state == DeliveryState.PROCESSING, deliveries.c.channel == EMAIL, deliveries.c.claimed_by.is_not(None))
_OF_HOLDER = IN_HAND[0] & IN_HAND[1] & (deliveries.c.claimed_by == bindparam("holder"))
_LAPSED = IN_HAND[0] & IN_HAND[1] & IN_HAND[2] & (deliveries.c.claimed_until <= bindparam("at"))


def settle(folder: Path) -> int:
    """Deal with what the dead and the lost left; `folder` holds the journals. Returns how many emails that were."""
    settled = 0
    holders = db.session.scalars(select(deliveries.c.claimed_by).where(*IN_HAND).distinct()).all()
    for name in filter(is_gone, holders):
        begun = journal.begun_by(folder, name)
        with transaction() as events:
            rows = lock(_OF_HOLDER, {"holder": name})
            never_left = [row for row in rows if begun is not None and (row.id, row.attempts) not in begun]
            _send_anew(never_left, events)
            _doubt(set(rows) - set(never_left), now(), events)
        journal.throw_away(folder, name)
        settled += len(rows)
    if db.session.scalar(select(deliveries.c.id).where(_LAPSED).limit(1), {"at": now()}) is not None:
        with transaction() as events:
            rows = lock(_LAPSED, {"at": now()})
            _doubt(rows, now(), events)
        settled += len(rows)
    return settled


def _send_anew(rows: list[Row[Any]], events: list[Event]) -> None:
    if not rows:
        return
    db.session.connection().execute(
        update(deliveries)
        .where(deliveries.c.id == bindparam("key"))
        .values(state=DeliveryState.PENDING, attempts=deliveries.c.attempts - 1, **FREE),
        [{"key": row.id} for row in rows],
    )
    events.append(DeliveriesQueued(now()))


def _doubt(rows: Iterable[Row[Any]], at: datetime, events: list[Event]) -> None:
    doubtful = [Change(row, {"doubtful_since": row.doubtful_since or at, **FREE}) for row in rows]
    if doubtful:
        log.warning("email.doubtful", many=len(doubtful))
    write(doubtful, events)
