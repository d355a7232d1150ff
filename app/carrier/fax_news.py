"""Telling the house what a carrier says of faxes, once each, in the commit that notes it."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from app.carrier.events import FaxArrived, FaxSendingMoved
from app.carrier.faxes import CarrierFax, CarrierFaxStatus
from app.carrier.service import NotOurNumber, is_news
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import PhoneNumber

log = structlog.get_logger()

OLDEST, FARTHEST_AHEAD = timedelta(days=30), timedelta(days=1)
"""When a fax can have come that is told of now."""


def record(fax: CarrierFax) -> bool:
    """Tell of `fax` as it is now; False if that was told before.

    Of one that comes in only that it is there: who hangs up before a page came left nothing. Raises NotOurNumber.
    """
    if fax.is_inbound and fax.status != CarrierFaxStatus.RECEIVED:
        return False
    with transaction() as events:
        if fax.is_inbound and db.session.scalar(select(PhoneNumber.id).where(PhoneNumber.address == fax.to)) is None:
            raise NotOurNumber
        fields = {"reason": fax.raw_code} if fax.raw_code else {}
        if not is_news(fax.provider_id, f"fax.{fax.status}", fax.reference, fields, error_code=fax.code):
            return False
        if fax.is_inbound:
            events.append(FaxArrived(fax.provider_id, fax.to, fax.sender, _arrival(fax), fax.pages, fax.seconds, fax.station))
        else:
            events.append(FaxSendingMoved(fax.provider_id, fax.reference, fax.status, fax.code, fax.raw_code, fax.pages, fax.seconds))
    return True


def _arrival(fax: CarrierFax) -> datetime:
    """When it came: as the carrier says, or now where that cannot be, so that it is neither gone at once nor the newest for ever."""
    moment = now()
    if moment - OLDEST <= fax.created_at <= moment + FARTHEST_AHEAD:
        return fax.created_at
    log.warning("carrier.fax_time_not_believed", provider_id=fax.provider_id)
    return moment
