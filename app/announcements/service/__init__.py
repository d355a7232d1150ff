"""What can be done with announcements. Each function is one transaction; what it raises says what to do instead."""

from app.announcements.service.again import correct, follow_up, hurry, make_sure, reach_left_out, reach_the_rest, resend_to_failed
from app.announcements.service.blocking import block, unblock
from app.announcements.service.brake import Brake, brake_for
from app.announcements.service.copies import duplicate, keep_as_template
from app.announcements.service.draft_contents import Draft, DraftText, draft_of, usual_draft, with_speaker
from app.announcements.service.drafts import authored_by, create, discard, forget_passed_time, save, withdraw
from app.announcements.service.escalating import escalate, stay
from app.announcements.service.files import attach, carry, detach
from app.announcements.service.giving_out import note_export, note_letters
from app.announcements.service.letters import hand_out, letters_visible_to, order_letters
from app.announcements.service.lists import keep_numbers, upload
from app.announcements.service.planning import PLANNABLE, is_planned, look, plan, preview
from app.announcements.service.running import halt, pause, resume
from app.announcements.service.sending import accept, accept_this, approve, cancel, refuse, reschedule
from app.announcements.service.sounds import put_sound
from app.announcements.service.testing import Tried, send_test, tests_of

__all__ = [
    "PLANNABLE",
    "Brake",
    "Draft",
    "DraftText",
    "Tried",
    "accept",
    "accept_this",
    "approve",
    "attach",
    "authored_by",
    "block",
    "brake_for",
    "cancel",
    "carry",
    "correct",
    "create",
    "detach",
    "discard",
    "draft_of",
    "duplicate",
    "escalate",
    "follow_up",
    "forget_passed_time",
    "halt",
    "hand_out",
    "hurry",
    "is_planned",
    "keep_as_template",
    "keep_numbers",
    "letters_visible_to",
    "look",
    "make_sure",
    "note_export",
    "note_letters",
    "order_letters",
    "pause",
    "plan",
    "preview",
    "put_sound",
    "reach_left_out",
    "reach_the_rest",
    "refuse",
    "reschedule",
    "resend_to_failed",
    "resume",
    "save",
    "send_test",
    "stay",
    "tests_of",
    "unblock",
    "upload",
    "usual_draft",
    "with_speaker",
    "withdraw",
]
