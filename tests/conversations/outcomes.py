"""What the carrier would say, said directly: the dispatcher has its own tests."""

from sqlalchemy import select

from app.conversations.models import Conversation, Message
from app.core.database import db, transaction
from app.delivery.models import Delivery
from app.delivery.news import news_of


def happened(delivery: Delivery, state: str, error_code: str | None = None) -> None:
    """Move a delivery on, as the dispatcher or a callback would."""
    with transaction() as events:
        row = db.session.get_one(Delivery, delivery.id, populate_existing=True)
        previous, row.state, row.error_code = row.state, state, error_code
        events.append(news_of(row, previous))


def deliveries_of(message: Message) -> list[Delivery]:
    """In the order of the recipients."""
    return list(db.session.scalars(select(Delivery).where(Delivery.owner_id == message.id).order_by(Delivery.id)))


def fresh_message(message: Message) -> Message:
    """The message as stored."""
    return db.session.get_one(Message, message.id, populate_existing=True)


def fresh_row(conversation_id: int) -> Conversation:
    """The inbox row as stored."""
    return db.session.get_one(Conversation, conversation_id, populate_existing=True)
