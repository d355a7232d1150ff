"""Everything that can be done with threads. One function, one transaction; each first asks who sees and may do it."""

from app.conversations.service.drafts import discard_draft, save_draft
from app.conversations.service.reading import mark_read, mark_unread
from app.conversations.service.sending import decide_doubt, retry, send, settle_failure, undo
from app.conversations.service.starting import start_direct, start_group

__all__ = [
    "decide_doubt",
    "discard_draft",
    "mark_read",
    "mark_unread",
    "retry",
    "save_draft",
    "send",
    "settle_failure",
    "start_direct",
    "start_group",
    "undo",
]
