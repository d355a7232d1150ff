"""The first lines of every change: whether this person sees it, and may change it."""

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.accounts.service import audit
from app.conversations import queries
from app.conversations.errors import NotAllowed
from app.conversations.models import Conversation, Message
from app.conversations.service import inbox_row
from app.core.database import transaction


def may_write(staff: Staff) -> None:
    """Raise NotAllowed for who only reads."""
    if not role_allows(staff.role, Permission.WRITE_THREADS):
        raise NotAllowed


def readable(staff: Staff, conversation_id: int) -> Conversation:
    """A visible conversation, held until the commit. Raises NotVisible."""
    return queries.conversation_held_by(staff, conversation_id)


def writable(staff: Staff, conversation_id: int) -> Conversation:
    """A visible conversation that this person may change, held until the commit. Raises NotVisible, NotAllowed."""
    conversation = queries.conversation_held_by(staff, conversation_id)
    may_write(staff)
    return conversation


def writable_message(staff: Staff, message_id: int) -> tuple[Message, Conversation]:
    """A visible message that this person may act upon, with its held conversation. Raises NotVisible, NotAllowed."""
    message = actionable_message(staff, message_id)
    return message, inbox_row.hold(message.conversation_id)


def actionable_message(staff: Staff, message_id: int) -> Message:
    """The same without holding the conversation yet: who also touches deliveries locks those first, as dispatchers do."""
    message = queries.message_visible_to(staff, message_id)
    may_write(staff)
    return message


def note_taken_out(staff: Staff, conversation: Conversation, how: str) -> None:
    """Who took a thread out of the house, "printed" or "exported", is in the audit trail."""
    with transaction():
        audit(f"conversation.{how}", conversation, {}, by=staff)
