"""Everything that can be done with threads. One function, one transaction; each first asks who sees and may do it."""

from app.conversations.service.access import note_taken_out
from app.conversations.service.after_hours import Wording, also_answers
from app.conversations.service.apart import go_on_with, start_apart
from app.conversations.service.attachments import attach, attach_kept, detach, fetch_expected
from app.conversations.service.by_number import start_with_number
from app.conversations.service.colleagues import add_colleagues, mute, remove_colleague
from app.conversations.service.drafts import discard_draft, save_draft
from app.conversations.service.members import add_members, deactivate_pairing, end_orphaned_pairings, reactivate_pairing, remove_member
from app.conversations.service.notes import add_note, react
from app.conversations.service.reading import count_again, mark_read, mark_unread, mark_unread_from
from app.conversations.service.receiving import receive_text, receive_waiting
from app.conversations.service.saved_replies import create_saved_reply, delete_saved_reply, edit_saved_reply
from app.conversations.service.scheduling import (
    cancel_scheduled,
    change_scheduled,
    edit_scheduled,
    reschedule,
    schedule,
    send_due,
    send_scheduled_now,
)
from app.conversations.service.sending import decide_doubt, retry, send, settle_failure, undo
from app.conversations.service.shaping import rename, speak_from
from app.conversations.service.starting import start_direct, start_group
from app.conversations.service.suggestions import decide_suggestion
from app.conversations.service.translating import (
    Preview,
    ask_translation,
    correct_translation,
    translate_for,
    translate_inbound,
    translate_waiting,
)
from app.conversations.service.triage import Action, BulkResult, assign, bulk, delete, finish, reopen, restore, snooze, wake_due
from app.conversations.service.unknown_decisions import block_unknown, create_guardian, ignore_unknown, match_unknown, reconsider_unknown
from app.conversations.service.web_thread import (
    Visit,
    create_link,
    guardian_read,
    guardian_reply,
    open_link,
    revoke_links,
    send_link,
    shown_to_guardian,
)

__all__ = [
    "Action",
    "BulkResult",
    "Preview",
    "Visit",
    "Wording",
    "add_colleagues",
    "add_members",
    "add_note",
    "also_answers",
    "ask_translation",
    "assign",
    "attach",
    "attach_kept",
    "block_unknown",
    "bulk",
    "cancel_scheduled",
    "change_scheduled",
    "correct_translation",
    "count_again",
    "create_guardian",
    "create_link",
    "create_saved_reply",
    "deactivate_pairing",
    "decide_doubt",
    "decide_suggestion",
    "delete",
    "delete_saved_reply",
    "detach",
    "discard_draft",
    "edit_saved_reply",
    "edit_scheduled",
    "end_orphaned_pairings",
    "fetch_expected",
    "finish",
    "go_on_with",
    "guardian_read",
    "guardian_reply",
    "ignore_unknown",
    "mark_read",
    "mark_unread",
    "mark_unread_from",
    "match_unknown",
    "mute",
    "note_taken_out",
    "open_link",
    "react",
    "reactivate_pairing",
    "receive_text",
    "receive_waiting",
    "reconsider_unknown",
    "remove_colleague",
    "remove_member",
    "rename",
    "reopen",
    "reschedule",
    "restore",
    "retry",
    "revoke_links",
    "save_draft",
    "schedule",
    "send",
    "send_due",
    "send_link",
    "send_scheduled_now",
    "settle_failure",
    "shown_to_guardian",
    "snooze",
    "speak_from",
    "start_apart",
    "start_direct",
    "start_group",
    "start_with_number",
    "translate_for",
    "translate_inbound",
    "translate_waiting",
    "undo",
    "wake_due",
]
