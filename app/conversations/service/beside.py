"""What other rooms say of a conversation: that something goes on in it which one can join."""

from app.conversations.service import inbox_row
from app.core.database import transaction


def goes_on(conversation_id: int, address: str) -> None:
    """The head of the thread leads there from now on. Belongs into a transaction, or is one."""
    with transaction():
        conversation = inbox_row.hold(conversation_id)
        if conversation.going_on != address:
            conversation.going_on = address
            inbox_row.changed(conversation)


def nothing_goes_on(conversation_id: int, address: str) -> None:
    """The same ended; what began meanwhile stays."""
    with transaction():
        conversation = inbox_row.hold(conversation_id)
        if conversation.going_on == address:
            conversation.going_on = None
            inbox_row.changed(conversation)
