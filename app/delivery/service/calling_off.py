"""Stopping a fax that is under way."""

from flask import current_app
from sqlalchemy import select, text, update

from app.carrier.fax_choice import faxes_of
from app.carrier.gateway import CarrierFailed, CarrierRefused
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.delivery.errors import CannotStop, CarrierSilent, NotOnTheLine
from app.delivery.fax.models import PlacedFax
from app.delivery.models import FAX_ON_THE_LINE, Delivery


def wish_stop(delivery_id: int) -> str:
    """Write down that this try is to be the last, before anybody asks the carrier; returns the carrier's id of it, for `call_off`.

    Belongs into a transaction. Raises NotOnTheLine.
    """
    found = select(Delivery).where(Delivery.id == delivery_id, text(FAX_ON_THE_LINE), Delivery.provider_id.is_not(None))
    delivery = db.session.scalar(found.with_for_update().execution_options(populate_existing=True))
    if delivery is None or delivery.provider_id is None:
        raise NotOnTheLine
    newest = PlacedFax.delivery_id == delivery_id, PlacedFax.attempt == delivery.attempts, PlacedFax.stop_wished_at.is_(None)
    db.session.execute(update(PlacedFax).where(*newest).values(stop_wished_at=now()))
    return delivery.provider_id


def call_off(provider_id: str) -> None:
    """Have the carrier stop it. What came of that is told by the carrier, as of every fax, and asked for at once.

    Never in a transaction. Raises NotOnTheLine, CannotStop or CarrierSilent; then this try goes on.
    """
    release_connection()
    carrier = faxes_of(current_app)
    if carrier is None:
        raise NotOnTheLine
    try:
        carrier.cancel(provider_id)
    except CarrierRefused as refusal:
        raise CannotStop from refusal
    except CarrierFailed as failure:
        raise CarrierSilent from failure
    with transaction():
        on_its_way = Delivery.provider_id == provider_id, text(FAX_ON_THE_LINE)
        db.session.execute(update(Delivery).where(*on_its_way).values(claimed_until=now()))
