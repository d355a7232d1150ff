"""Everything that can be done with threads. One function, one transaction; each first asks who sees and may do it."""

from app.conversations.service.drafts import discard_draft, save_draft
from app.conversations.service.reading import mark_read, mark_unread
from app.conversations.service.sending import send
from app.conversations.service.starting import start_direct, start_group

__all__ = [
    "discard_draft",
    "mark_read",
    "mark_unread",
    "save_draft",
    "send",
    "start_direct",
    "start_group",
]
