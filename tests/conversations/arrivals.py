"""Texts that the carrier brought."""

import uuid
from typing import Any

from app.carrier.models import InboundText
from app.conversations import service
from app.core.database import db
from app.directory.models import PhoneNumber


def text_from(address: str, number: PhoneNumber, body: str = "", **fields: Any) -> InboundText:
    """A recorded text, not routed yet."""
    inbound = InboundText(
        provider_id=f"SM{uuid.uuid4().hex}",
        district_id=number.district_id,
        phone_number_id=number.id,
        sender=address,
        body=body,
        **fields,
    )
    db.session.commit()  # ends the snapshot of what was read: the network calls back meanwhile, and SQLite would refuse the row
    db.session.add(inbound)
    db.session.commit()
    return inbound


def arrives(address: str, number: PhoneNumber, body: str = "", **fields: Any) -> InboundText:
    """The same, routed."""
    inbound = text_from(address, number, body, **fields)
    service.receive_text(inbound.id)
    return inbound
