"""Everything that can be done with threads. One function, one transaction; each first asks who sees and may do it."""

from app.conversations.service.drafts import discard_draft, save_draft
from app.conversations.service.reading import mark_read, mark_unread
from app.conversations.service.receiving import receive_text, receive_waiting
from app.conversations.service.sending import decide_doubt, retry, send, settle_failure, undo
from app.conversations.service.starting import start_direct, start_group
from app.conversations.service.unknown_decisions import block_unknown, create_guardian, ignore_unknown, match_unknown, reconsider_unknown

__all__ = [
    "block_unknown",
    "create_guardian",
    "decide_doubt",
    "discard_draft",
    "ignore_unknown",
    "mark_read",
    "mark_unread",
    "match_unknown",
    "receive_text",
    "receive_waiting",
    "reconsider_unknown",
    "retry",
    "save_draft",
    "send",
    "settle_failure",
    "start_direct",
    "start_group",
    "undo",
]
