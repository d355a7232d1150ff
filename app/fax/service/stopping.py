"""Stopping what is on the line: a wrong number is noticed a second too late."""

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.database import transaction
from app.delivery.errors import NotOnTheLine
from app.delivery.service import call_off
from app.fax.models import FaxStatus
from app.fax.queries_sending import sent_visible_to
from app.fax.service.looks import hold


def stop(staff: Staff, fax_id: int) -> None:
    """Have the carrier call it off. It ends as failed, with what had gone through, once the carrier says so.

    Raises NotOnTheLine, CannotStop, CarrierSilent, NotVisible.
    """
    fax = sent_visible_to(staff, fax_id)
    if fax.status != FaxStatus.SENDING or fax.delivery_id is None:
        raise NotOnTheLine
    call_off(fax.delivery_id)
    with transaction():
        fax = hold(fax_id)
        audit("fax.stopped", fax, {"to": fax.name or fax.address}, by=staff)
