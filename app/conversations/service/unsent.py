"""What other systems wrote, taken back from the outbox: it stands in no thread any more, as if it had been undone in time."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, select

from app.accounts.models import Bearer, Staff
from app.conversations.models import Message, MessageStatus
from app.conversations.queries_unsent import OWNER, waiting
from app.conversations.service import inbox_row
from app.conversations.service.sending import leave_no_empty_line, withdraw
from app.core.database import db, transaction
from app.delivery.models import Delivery, DeliveryState
from app.delivery.service import cancel_pending


def call_off(_actor: Staff, bearer: Bearer, most: int) -> int:
    """So many, oldest first; of a text to several, what has left stays. Returns how many texts were stopped."""
    with transaction():
        found = waiting(bearer).subquery()
        waits = select(found.c.id).distinct().order_by(found.c.id).limit(most)
        return stop(db.session.scalars(waits).all())


def stop(numbers: Collection[int]) -> int:
    """Take what waits of these texts out of the outbox, and out of their threads. Returns how many texts that were."""
    with transaction():
        stopped = [number for number in numbers if cancel_pending(OWNER, number)]
        if stopped:
            _take_out(stopped)
    return len(stopped)


def _take_out(numbers: list[int]) -> None:
    """Out of their threads what nobody gets any more, copies of a text to a group before that text."""
    never = Delivery.state.in_([DeliveryState.CANCELLED, DeliveryState.BLOCKED])
    some_get_it = select(Delivery.owner_id).where(Delivery.owner_kind == OWNER, Delivery.owner_id.in_(numbers), ~never)
    gone = list(db.session.scalars(_held(Message.id.in_(numbers), Message.id.not_in(some_get_it))))
    for message in gone:
        _withdraw(message)
    parents = {message.parent_id for message in gone if message.parent_id is not None}
    some_stay = select(Message.parent_id).where(Message.parent_id.in_(parents), Message.status != MessageStatus.CANCELLED)
    for parent in db.session.scalars(_held(Message.id.in_(parents), Message.id.not_in(some_stay))) if parents else ():
        _withdraw(parent)


def _held(*conditions: ColumnElement[bool]) -> Select[Message]:
    found = select(Message).where(*conditions, Message.status != MessageStatus.CANCELLED).order_by(Message.conversation_id, Message.id)
    return found.execution_options(populate_existing=True)


def _withdraw(message: Message) -> None:
    line = inbox_row.hold(message.conversation_id)
    withdraw(message, line)
    if message.parent_id is not None:
        leave_no_empty_line(line)
