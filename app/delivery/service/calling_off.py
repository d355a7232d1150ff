"""Stopping a fax that is under way."""

from flask import current_app
from sqlalchemy import select, text, update

from app.carrier.fax_choice import faxes_of
from app.carrier.gateway import CarrierFailed, CarrierRefused
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.delivery.errors import CannotStop, CarrierSilent, NotOnTheLine
from app.delivery.models import FAX_ON_THE_LINE, Delivery


def call_off(delivery_id: int) -> None:
    """Have the carrier stop it. What came of that is told by the carrier, as of every fax, and asked for at once.

    Never in a transaction. Raises NotOnTheLine, CannotStop or CarrierSilent; then the fax goes on.
    """
    on_its_way = (Delivery.id == delivery_id, text(FAX_ON_THE_LINE), Delivery.provider_id.is_not(None))
    provider_id = db.session.scalar(select(Delivery.provider_id).where(*on_its_way))
    release_connection()
    carrier = faxes_of(current_app)
    if provider_id is None or carrier is None:
        raise NotOnTheLine
    try:
        carrier.cancel(provider_id)
    except CarrierRefused as refusal:
        raise CannotStop from refusal
    except CarrierFailed as failure:
        raise CarrierSilent from failure
    with transaction():
        db.session.execute(update(Delivery).where(*on_its_way, Delivery.provider_id == provider_id).values(claimed_until=now()))
