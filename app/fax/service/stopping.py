"""Stopping what is on the line: a wrong number is noticed a second too late."""

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.database import transaction
from app.delivery.errors import NotOnTheLine
from app.delivery.service import call_off, wish_stop
from app.fax.models import FaxStatus
from app.fax.queries_sending import sent_visible_to
from app.fax.service.looks import hold_in_outbox


def stop(staff: Staff, fax_id: int) -> None:
    """Have the carrier call it off. It ends as failed, with what had gone through, once the carrier says so.

    Whatever the carrier makes of it, it is not tried again, and it is known who stopped it. Raises NotOnTheLine, CannotStop,
    CarrierSilent, NotVisible.
    """
    sent_visible_to(staff, fax_id)
    with transaction():
        fax = hold_in_outbox(fax_id)
        if fax.status != FaxStatus.SENDING or fax.delivery_id is None:
            raise NotOnTheLine
        provider_id = wish_stop(fax.delivery_id)
        audit("fax.stopped", fax, {"to": fax.name or fax.address}, by=staff)
    call_off(provider_id)
