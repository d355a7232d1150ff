"""Threads: who takes part, what was said, who read it."""

from app.conversations.models.conversations import (
    Conversation,
    ConversationKind,
    ConversationState,
    Participant,
)
from app.conversations.models.helpers import (
    Draft,
    GuardianLink,
    SavedReply,
    ScheduledMessage,
)
from app.conversations.models.messages import (
    Attachment,
    Mention,
    Message,
    MessageKind,
    MessageStatus,
    Reaction,
    Receipt,
)
from app.conversations.models.unknown import BlockedSender, UnknownState, UnknownText

__all__ = [
    "Attachment",
    "BlockedSender",
    "Conversation",
    "ConversationKind",
    "ConversationState",
    "Draft",
    "GuardianLink",
    "Mention",
    "Message",
    "MessageKind",
    "MessageStatus",
    "Participant",
    "Reaction",
    "Receipt",
    "SavedReply",
    "ScheduledMessage",
    "UnknownState",
    "UnknownText",
]
