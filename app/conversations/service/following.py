"""What happened to deliveries, told to the messages that own them, in the same commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import func, select

from app.conversations.events import MessageChanged, MessageStatusChanged
from app.conversations.models import Message, MessageKind, MessageStatus
from app.conversations.service import inbox_row
from app.conversations.service.outbox import OWNER, SIDE_OWNER
from app.conversations.service.statuses import Outcome, needs_attention, outcome
from app.core.clock import now
from app.core.database import db, open_events
from app.core.events import within
from app.delivery.events import DeliveryChanged, DeliverySettled
from app.delivery.models import Delivery, DeliveryState


@within(DeliveryChanged)
def follow(news: DeliveryChanged) -> None:
    """Hear of every delivery, and pick those of messages."""
    if news.owner_kind == SIDE_OWNER and news.state in {DeliveryState.FAILED, DeliveryState.BLOCKED}:
        not_passed_on(news.owner_id)
    is_new = news.previous is None and news.state == DeliveryState.PENDING and not news.is_retry
    if news.owner_kind != OWNER or is_new:  # who put it in has seen whether it is held
        return
    if news.is_retry:
        starts_over(news.owner_id)
    if news.state == DeliveryState.PENDING:
        held_back(news.owner_id, is_held=news.is_held, due_at=news.due_at)
    if news.state != DeliveryState.PENDING or not news.is_retry:
        moved_on(news.owner_id, news.state, news.error_code, is_doubtful=news.is_doubtful)


def not_passed_on(message_id: int) -> None:
    """An acknowledgement, or what was relayed to another guardian, did not arrive: the bubble says how many."""
    message = _held(message_id)
    if message is not None:
        message.details = {**message.details, "side_failures": int(message.details.get("side_failures", 0)) + 1}
        db.session.flush()
        open_events().append(MessageChanged(message.district_id, message.conversation_id, message.id))


@within(DeliverySettled)
def follow_settlement(news: DeliverySettled) -> None:
    """A failure was dealt with on the page of undelivered texts."""
    message = _held(news.owner_id) if news.owner_kind == OWNER else None
    if message is not None and not message.failure_settled:
        settle(message)


def moved_on(message_id: int, state: str, error_code: str | None = None, *, is_doubtful: bool = False) -> None:
    """One delivery of a message is in a new state. News that comes late or twice changes nothing."""
    message = _held(message_id)
    if message is None or message.kind != MessageKind.OUTBOUND:
        return
    fresh = outcome({state: 1}) if message.recipients == 1 else _outcome_of_deliveries(message)
    with _told(message):
        message.is_doubtful = is_doubtful
        _apply(message, fresh, error_code)
    if message.parent_id is not None:
        _follow_copies(message.parent_id)


def held_back(message_id: int, *, is_held: bool, due_at: datetime | None) -> None:
    """Quiet hours hold a delivery, or let it go."""
    message = _held(message_id)
    if message is None or message.status != MessageStatus.PENDING or (message.is_held, message.due_at) == (is_held, due_at):
        return
    with _told(message):
        message.is_held, message.due_at = is_held, due_at


def starts_over(message_id: int) -> None:
    """A failed delivery is tried again: this is the one way back."""
    message = _held(message_id)
    if message is None:
        return
    with _told(message):
        message.status, message.error_code = MessageStatus.PENDING, None
        message.failure_settled = message.is_doubtful = False
        message.failed = max(0, message.failed - 1)
    if message.parent_id is not None:
        parent = _held(message.parent_id)
        if parent is not None:
            with _told(parent):
                parent.status, parent.failed = MessageStatus.PENDING, max(0, parent.failed - 1)


def settle(message: Message) -> None:
    """Somebody dealt with the failure. Within a transaction."""
    fresh = _held(message.id)
    if fresh is not None:
        with _told(fresh):
            fresh.failure_settled = True


def tell(message: Message) -> None:
    """Say where a message stands now."""
    open_events().append(
        MessageStatusChanged(
            message.district_id,
            message.conversation_id,
            message.id,
            message.status,
            message.recipients,
            message.delivered,
            message.failed,
            message.is_doubtful,
        )
    )


@contextmanager
def _told(message: Message) -> Iterator[None]:
    """Announce what changes inside, and keep the conversation's count of failures."""
    before = (message.status, message.delivered, message.failed, message.is_doubtful, message.is_held, message.due_at)
    counted = needs_attention(message)
    yield
    after = (message.status, message.delivered, message.failed, message.is_doubtful, message.is_held, message.due_at)
    counts = needs_attention(message)
    if counted != counts:
        db.session.flush()
        conversation = inbox_row.hold(message.conversation_id)
        conversation.failed_count = max(0, conversation.failed_count + (1 if counts else -1))
        inbox_row.changed(conversation)
    if before != after or counted != counts:
        db.session.flush()
        tell(message)


def _apply(message: Message, fresh: Outcome, error_code: str | None) -> None:
    if fresh.delivered >= message.delivered and fresh.failed >= message.failed:
        message.delivered, message.failed = fresh.delivered, fresh.failed
    if not MessageStatus(message.status).may_become(fresh.status):
        return
    message.status = fresh.status
    if fresh.status in {MessageStatus.FAILED, MessageStatus.BLOCKED}:
        message.error_code = error_code
    if fresh.status == MessageStatus.SENT or (fresh.status == MessageStatus.DELIVERED and message.sent_at is None):
        message.sent_at = now()
    if fresh.status == MessageStatus.DELIVERED:
        message.delivered_at = now()
    if fresh.status not in {MessageStatus.PENDING, MessageStatus.PROCESSING}:
        message.is_held = False


def _outcome_of_deliveries(message: Message) -> Outcome:
    """Of each recipient the newest attempt counts."""
    tried_again = select(Delivery.retry_of_id).where(Delivery.owner_id == message.id, Delivery.retry_of_id.is_not(None))
    rows = db.session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.owner_kind == OWNER, Delivery.owner_id == message.id, Delivery.id.not_in(tried_again))
        .group_by(Delivery.state)
    )
    return outcome(dict(rows.all()))


def _follow_copies(parent_id: int) -> None:
    db.session.flush()
    parent = _held(parent_id)
    if parent is None:
        return
    rows = db.session.execute(select(Message.status, func.count()).where(Message.parent_id == parent_id).group_by(Message.status))
    with _told(parent):
        _apply(parent, outcome(dict(rows.all())), None)


def _held(message_id: int) -> Message | None:
    return db.session.scalar(select(Message).where(Message.id == message_id).with_for_update().execution_options(populate_existing=True))
