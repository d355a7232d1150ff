"""What became of the emails by which faxes are sent on."""

from sqlalchemy import update

from app.core.clock import now
from app.core.database import db
from app.core.events import within
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery, DeliveryState
from app.fax.models import FaxForward, ForwardStatus
from app.fax.service.looks import hold, touch
from app.fax.service.outcome_mails import tell_forward_failed
from app.fax.service.preparing import OWNER

MEANT = {
    DeliveryState.PENDING: ForwardStatus.QUEUED,
    DeliveryState.PROCESSING: ForwardStatus.QUEUED,
    DeliveryState.SENDING: ForwardStatus.QUEUED,
    DeliveryState.SENT: ForwardStatus.SENT,
    DeliveryState.DELIVERED: ForwardStatus.SENT,
    DeliveryState.FAILED: ForwardStatus.FAILED,
    DeliveryState.BLOCKED: ForwardStatus.FAILED,
    DeliveryState.CANCELLED: ForwardStatus.FAILED,
}


@within(DeliveryChanged)
def follow(fact: DeliveryChanged) -> None:
    """The news of an email moves its forward on. A failure stands on the fax, and makes it new again for the office."""
    if fact.owner_kind != OWNER:
        return
    known = db.session.get(FaxForward, fact.owner_id)
    if known is None:
        return
    fax = hold(known.fax_id)
    row = db.session.get_one(FaxForward, fact.owner_id, populate_existing=True, with_for_update=True)
    if fact.is_retry:
        row.delivery_id = fact.delivery_id
    if row.delivery_id not in {None, fact.delivery_id}:
        return
    status = ForwardStatus.UNSURE if fact.is_doubtful else MEANT[DeliveryState(fact.state)]
    if (row.status, row.error_code) == (status, fact.error_code):
        return
    is_lost = status in {ForwardStatus.FAILED, ForwardStatus.UNSURE} and row.status != status
    row.status, row.error_code = status, fact.error_code
    if fact.state == DeliveryState.FAILED:  # it is shown on the fax: no family that the office must look after
        db.session.execute(update(Delivery).where(Delivery.id == fact.delivery_id).values(settled_at=now()))
    if status == ForwardStatus.FAILED and is_lost:
        tell_forward_failed(row, fax)
    if is_lost and fax.is_inbound:
        fax.read_at = fax.read_by_id = None
    touch(fax)
