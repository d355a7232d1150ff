"""When a district changes its quiet hours, what they hold is asked about again, in its order: the gate decides anew."""

from sqlalchemy import text, update

from app.core.clock import now
from app.core.database import db, open_events
from app.core.events import within
from app.delivery.events import DeliveriesQueued
from app.delivery.models import WAITING_CALL, WAITING_EMAIL, WAITING_FAX, WAITING_TEXT, Delivery
from app.directory.events import QuietHoursChanged


@within(QuietHoursChanged)
def ask_again(fact: QuietHoursChanged) -> None:
    """Make it due now, oldest first among equals. What its owner stopped stays aside: it is due at another moment than it is held until."""
    moment = now()
    for waiting in (WAITING_TEXT, WAITING_CALL, WAITING_EMAIL, WAITING_FAX):
        held = (Delivery.district_id == fact.district_id, Delivery.held_until > moment, Delivery.due_at == Delivery.held_until)
        due_now = update(Delivery).where(text(waiting), *held).values(due_at=moment)
        db.session.execute(due_now.execution_options(synchronize_session=False))
    open_events().append(DeliveriesQueued(moment))
