"""Asking the carrier what became of a text."""

import structlog
from sqlalchemy import select

from app.api.courier.models import SingleText
from app.api.courier.queries.texts import OWNER
from app.carrier.callback_inbox import append
from app.carrier.choice import current_carrier
from app.carrier.forms import StatusForm
from app.carrier.gateway import CarrierFailed, CarrierStatus
from app.core.database import db, release_connection
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import PhoneNumber

log = structlog.get_logger()
_WORDS = {
    CarrierStatus.SENT: "sent", CarrierStatus.DELIVERED: "delivered", CarrierStatus.FAILED: "failed", CarrierStatus.CANCELLED: "canceled",
}  # fmt: skip


def look_up(text: SingleText) -> None:
    """Note what the carrier says as news, which is applied like all others. One that it cannot say is asked again by the house itself."""
    row = db.session.execute(
        select(Delivery.provider_id, Delivery.address, Delivery.started_at, Delivery.state, PhoneNumber.address.label("sender"))
        .join(PhoneNumber, PhoneNumber.id == Delivery.phone_number_id)
        .where(Delivery.owner_kind == OWNER, Delivery.owner_id == text.message_id)
        .order_by(Delivery.id.desc())
        .limit(1)
    ).first()
    if row is None or text.is_inbound or row.provider_id is None or row.started_at is None or DeliveryState(row.state).is_final:
        return
    release_connection()
    try:
        found = current_carrier().find(to=row.address, sender=row.sender, since=row.started_at)
    except CarrierFailed as error:
        log.warning("courier.text_not_looked_up", problem=type(error).__name__)
        return
    for one in found:
        word = _WORDS.get(one.status)
        if one.provider_id == row.provider_id and word is not None:
            append([StatusForm(one.provider_id, word, one.error_code, None, {})])
