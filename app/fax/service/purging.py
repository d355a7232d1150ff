"""Deleting what is over: rows in one commit, and what lies outside of the database afterwards, from a list of that commit."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, delete, select, update

from app.accounts.service import audit
from app.config import Settings
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.events import within
from app.delivery.events import DeliveryChanged
from app.delivery.fax.models import PlacedFax
from app.delivery.models import Delivery, DeliveryState
from app.delivery.service import forget_words
from app.fax.events import FaxReady
from app.fax.models import Fax, FaxForward, FaxPage, FaxPart, LeftoverKind
from app.fax.queries_retention import is_over, retention_of
from app.fax.service.leftovers import leave
from app.fax.service.looks import changed
from app.fax.service.preparing import OWNER as FORWARDS

FAXES = "fax"
"""How the outbox names what is sent."""
AT_ONCE = 20
"""Faxes of one commit: others wait for it."""


def purge_some(district_id: int) -> int:
    """Delete what is over of a district, as many as fit into one commit; returns how many that were."""
    with transaction():
        moment, rule = now(), retention_of(district_id)
        if rule.is_held:
            return 0
        found = select(Fax).where(is_over(district_id, rule, moment)).order_by(Fax.id).limit(AT_ONCE)
        faxes = [one for one in db.session.scalars(found.with_for_update(skip_locked=True)) if is_due(rule.kept_until(one), moment)]
        ids = [one.id for one in faxes]
        if not ids:
            return 0
        leave(LeftoverKind.FILE, _files_of(faxes, ids))
        sent = select(Delivery.id).where(Delivery.owner_kind == FAXES, Delivery.owner_id.in_(ids))
        tries = _placed(PlacedFax.delivery_id.in_(sent))
        leave(LeftoverKind.CARRIER, [*(one.provider_id for one in faxes if one.provider_id), *tries])
        forwards = list(db.session.scalars(select(FaxForward.id).where(FaxForward.fax_id.in_(ids))))
        forget_words(FORWARDS, forwards)
        forget_words(FAXES, ids)
        for one in faxes:
            audit("fax.purged", one, {"name": one.name or one.address, "day": one.created_at.date().isoformat()})
            open_events().append(changed(one))
        db.session.execute(update(Fax).where(Fax.copy_of_id.in_(ids)).values(copy_of_id=None))
        for table in (FaxForward, FaxPage, FaxPart):
            db.session.execute(delete(table).where(table.fax_id.in_(ids)))
        db.session.execute(delete(Fax).where(Fax.id.in_(ids)))
        db.session.expunge_all()
    return len(ids)


@within(FaxReady)
def carrier_needs_no_copy(fact: FaxReady) -> None:
    """After some days the carrier deletes its copy, if the house has its own by then (`leftovers`)."""
    settings: Settings = current_app.extensions["settings"]
    provider_id = db.session.scalar(select(Fax.provider_id).where(Fax.id == fact.fax_id))
    if provider_id:
        leave(LeftoverKind.CARRIER, [provider_id], now() + timedelta(days=settings.carrier_keeps_days))


@within(DeliveryChanged)
def carrier_needs_nothing_sent(fact: DeliveryChanged) -> None:
    """A fax of ours is over, one way or the other: after some days the carrier deletes what it has of each try."""
    if fact.owner_kind == FAXES and DeliveryState(fact.state).is_final:
        settings: Settings = current_app.extensions["settings"]
        leave(LeftoverKind.CARRIER, _placed(PlacedFax.delivery_id == fact.delivery_id), now() + timedelta(days=settings.carrier_keeps_days))


def is_due(end: datetime | None, at: datetime) -> bool:
    """Whether a fax that is kept until `end` is over."""
    return end is not None and end <= at


def _placed(which: ColumnElement[bool]) -> list[str]:
    """The carrier's ids of tries."""
    return list(db.session.scalars(select(PlacedFax.provider_id).where(which, PlacedFax.provider_id.is_not(None))))


def _files_of(faxes: list[Fax], ids: list[int]) -> list[str]:
    """Every file of these faxes. No two share one: whatever is made of another fax copies its files."""
    keys = {key for one in faxes for key in (one.source_key, one.document_key, one.thumb_key)}
    for row in db.session.execute(select(FaxPage.image_key, FaxPage.screen_key, FaxPage.thumb_key).where(FaxPage.fax_id.in_(ids))):
        keys |= set(row)
    keys |= set(db.session.scalars(select(FaxPart.source_key).where(FaxPart.fax_id.in_(ids))))
    keys |= set(db.session.scalars(select(FaxForward.document_key).where(FaxForward.fax_id.in_(ids))))
    return sorted(key for key in keys if key)
