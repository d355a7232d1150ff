"""Faxes of which nobody knows enough are looked up at the carrier, and never handed over blindly again.

One that lost its answer, or whose dispatcher died, is found by the reference that it carries and adopted, or handed over again
after the longest time that it could still be under way. One that has gone silent (its news was lost) is asked for by its id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import Row, select, text

from app.carrier.events import FaxSendingMoved
from app.carrier.fax_choice import faxes_of
from app.carrier.fax_codes import FaxCode
from app.carrier.faxes import CarrierFax, CarrierFaxStatus
from app.carrier.gateway import CarrierFailed, CarrierRefused
from app.core.clock import now
from app.core.database import db, transaction
from app.core.events import Event
from app.delivery import results
from app.delivery.fax.endings import MORE, finish
from app.delivery.fax.models import PlacedFax
from app.delivery.fax.placing import adopt
from app.delivery.fax.progress import move
from app.delivery.looking import Overdue, lease_overdue, settle_each
from app.delivery.models import FAX_ON_THE_LINE
from app.delivery.parcels import parse_reference
from app.delivery.reconciler import SKEW, look_again, send_again, wait_or_doubt
from app.delivery.results import deliveries

log = structlog.get_logger()

AT_ONCE = 50
LOOKERS = 4
PAUSE = 1.0
ASK_AGAIN = timedelta(minutes=1)
"""Between two questions for a fax that goes on."""
GRACE = timedelta(seconds=60)
"""From claim to the latest moment at which it could still appear in the carrier's list; a fax is in no hurry."""
LONGEST = timedelta(hours=12)
"""After so long nobody waits for its end any more, and only a person has it sent again."""
_SILENT = Overdue(text(FAX_ON_THE_LINE))


@dataclass(frozen=True, slots=True)
class Silent:
    """One that is looked up."""

    row: Row[Any]
    sender: str

    def is_it(self, fax: CarrierFax) -> bool:
        """Whether a fax at the carrier carries the reference of this try."""
        return parse_reference(fax.reference) == (self.row.uuid, self.row.attempts)


def look_up(app: Flask) -> int:
    """Look up what is due to be looked up; returns how many faxes that were."""
    leased = lease_overdue(_SILENT, at_most=AT_ONCE, columns=MORE)
    return settle_each([Silent(row, sender) for row, sender in leased], lambda one: _ask(app, one), _resolve, threads=LOOKERS)


def _ask(app: Flask, one: Silent) -> Sequence[CarrierFax] | None:
    """What the carrier has of it, at most one; None when it cannot be asked."""
    carrier = faxes_of(app)
    if carrier is None:
        return None
    try:
        if one.row.provider_id is None:
            found = carrier.find_sent(to=one.row.address, sender=one.sender, since=one.row.started_at - SKEW)
            return [fax for fax in found if one.is_it(fax)]
        return [carrier.look_up(one.row.provider_id)]
    except CarrierRefused as refusal:
        if refusal.is_gone:
            return []
        log.warning("fax.not_looked_up", delivery_id=one.row.id, problem=str(refusal))
        return None
    except CarrierFailed as error:
        log.warning("fax.not_looked_up", delivery_id=one.row.id, problem=str(error))
        return None


def _resolve(one: Silent, found: Sequence[CarrierFax] | None) -> None:
    with transaction() as events:
        (row,) = results.lock(deliveries.c.id == one.row.id, {}, *MORE) or (None,)
        if row is None or (row.attempts, row.state, row.provider_id) != (one.row.attempts, one.row.state, one.row.provider_id):
            return  # the carrier told us meanwhile
        if row.provider_id is None:
            _resolve_placing(row, found, now(), events)
        else:
            _catch_up(row, found, now(), events)


def _catch_up(row: Row[Any], found: Sequence[CarrierFax] | None, at: datetime, events: list[Event]) -> None:
    """How far the carrier says that a fax of ours is."""
    look_again(row, at + ASK_AGAIN)
    placed = db.session.scalar(select(PlacedFax).where(PlacedFax.provider_id == row.provider_id).execution_options(populate_existing=True))
    is_told = found is not None and (not found or CarrierFaxStatus(found[0].status).is_over)
    if placed is None:
        return
    if not is_told and at - placed.placed_at > LONGEST:
        log.warning("fax.no_end", delivery_id=row.id)
        finish(row, FaxCode.NO_END, at, events)
    elif found is not None:
        move(row, placed, _news(row.provider_id, found), events)


def _news(provider_id: str, found: Sequence[CarrierFax]) -> FaxSendingMoved:
    """What the carrier does not know any more did not go well, and nobody can say how far it went."""
    if not found:
        return FaxSendingMoved(provider_id, None, CarrierFaxStatus.FAILED, FaxCode.NO_END)
    (fax,) = found
    return FaxSendingMoved(provider_id, fax.reference, fax.status, fax.code, fax.raw_code, fax.pages, fax.seconds)


def _resolve_placing(row: Row[Any], found: Sequence[CarrierFax] | None, at: datetime, events: list[Event]) -> None:
    """Whether a fax was handed over."""
    age = at - row.started_at
    if found is None:
        wait_or_doubt(row, age, at, events)
    elif found:
        log.info("fax.adopted", delivery_id=row.id)
        adopt(row, found[0].provider_id, at, events)
        (row,) = results.lock(deliveries.c.id == row.id, {}, *MORE)
        _catch_up(row, found[:1], at, events)
    elif age < GRACE:
        look_again(row, row.started_at + GRACE)
    else:
        send_again(row, age, at, events)
