"""Keeping what the carrier says, once: a repeated webhook changes nothing."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.carrier.events import InboundTextRecorded
from app.carrier.forms import InboundForm
from app.carrier.models import InboundText
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.directory.models import PhoneNumber


class NotOurNumber(NotVisible):
    """A text came for a number that no district has."""


def record_inbound(form: InboundForm) -> InboundText:
    """Keep a text that arrived; a repetition gives the first row. Raises NotOurNumber."""
    try:
        with transaction() as events:
            known = _known(form.provider_id)
            if known is not None:
                return known
            number = db.session.scalar(select(PhoneNumber).where(PhoneNumber.address == form.to))
            if number is None:
                raise NotOurNumber
            text = InboundText(
                provider_id=form.provider_id, district_id=number.district_id, phone_number_id=number.id, sender=form.sender,
                body=form.body, media=form.media, opt_out_type=form.opt_out_type,
            )  # fmt: skip
            db.session.add(text)
            db.session.flush()
            events.append(InboundTextRecorded(text.id, number.district_id))
            return text
    except IntegrityError:
        known = _known(form.provider_id)  # the same webhook, at the same moment, in another process
        if known is None:
            raise
        return known


def _known(provider_id: str) -> InboundText | None:
    return db.session.scalar(select(InboundText).where(InboundText.provider_id == provider_id))
