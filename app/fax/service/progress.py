"""What becomes of a fax on its way: the outbox tells, in the commit in which it happened."""

from sqlalchemy import select

from app.carrier.fax_codes import FaxCode
from app.core.clock import now
from app.core.database import db
from app.core.events import within
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery, DeliveryState
from app.fax.errors_sending import FaxWentOn
from app.fax.models import Fax, FaxStatus
from app.fax.queries_tries import newest_try
from app.fax.service.contacts import is_no_machine, know
from app.fax.service.looks import hold_or_none, touch

OWNER = "fax"
BECOMES = {
    DeliveryState.PENDING: FaxStatus.QUEUED,
    DeliveryState.PROCESSING: FaxStatus.SENDING,
    DeliveryState.SENDING: FaxStatus.SENDING,
    DeliveryState.SENT: FaxStatus.SENDING,
    DeliveryState.DELIVERED: FaxStatus.SENT,
    DeliveryState.FAILED: FaxStatus.FAILED,
    DeliveryState.BLOCKED: FaxStatus.FAILED,
    DeliveryState.CANCELLED: FaxStatus.FAILED,
}
OVER = frozenset({FaxStatus.SENT, FaxStatus.FAILED})


@within(DeliveryChanged)
def follow(fact: DeliveryChanged) -> None:
    """Part of the commit that moved the delivery. News of an older delivery of the same fax changes nothing."""
    if fact.owner_kind != OWNER:
        return
    fax = hold_or_none(fact.owner_id)
    if fax is None:
        if fact.state == DeliveryState.PENDING:
            raise FaxWentOn
        return  # it was deleted for good meanwhile
    if fact.is_retry:
        _refuse_retry(fax, fact)
        fax.delivery_id, fax.failure, fax.finished_at, fax.sent_pages = fact.delivery_id, None, None, 0
    elif fact.delivery_id != fax.delivery_id or fax.status in OVER | {FaxStatus.DRAFT}:
        return
    status = BECOMES[DeliveryState(fact.state)]
    is_to_come = status == FaxStatus.QUEUED and fax.status == FaxStatus.SCHEDULED and fact.error_code is None
    fax.status = FaxStatus.SCHEDULED if is_to_come else status
    fax.failure = None if status == FaxStatus.SENT else fact.error_code or fax.failure
    if fact.is_held and status == FaxStatus.QUEUED:
        fax.send_at = fact.due_at
    _count(fax, fact.delivery_id)
    if status in OVER:
        fax.finished_at = now()
    if status == FaxStatus.SENT:
        fax.sent_pages = fax.pages - fax.from_page + 1
        know(fax.district_id, fax.address, is_machine=True)
    if fax.failure == FaxCode.NOT_A_FAX:
        is_no_machine(fax.district_id, fax.address)
    touch(fax)


def _refuse_retry(fax: Fax, fact: DeliveryChanged) -> None:
    """Somebody has a delivery tried again that did not arrive; the fax may have gone on since. Raises FaxWentOn."""
    tried = db.session.scalar(select(Delivery.retry_of_id).where(Delivery.id == fact.delivery_id))
    if fax.status != FaxStatus.FAILED or fax.deleted_at is not None or tried != fax.delivery_id:
        raise FaxWentOn


def _count(fax: Fax, delivery_id: int) -> None:
    """How many pages arrived, and how long it was on the line, at the newest try."""
    db.session.flush()
    tried = newest_try(delivery_id)
    if tried is not None and tried.outcome is not None:
        fax.sent_pages = min(tried.pages or 0, fax.pages)
        fax.seconds = tried.seconds
