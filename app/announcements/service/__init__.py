"""What can be done with announcements. Each function is one transaction; what it raises says what to do instead."""

from app.announcements.service.again import correct, follow_up, reach_the_rest, resend_to_failed
from app.announcements.service.brake import Brake, brake_for
from app.announcements.service.drafts import (
    Draft,
    DraftText,
    authored_by,
    create,
    discard,
    draft_of,
    duplicate,
    keep_as_template,
    save,
    usual_draft,
)
from app.announcements.service.escalating import escalate, stay
from app.announcements.service.lists import upload
from app.announcements.service.running import halt, pause, resume
from app.announcements.service.sending import accept, approve, cancel, plan, preview, refuse, reschedule

__all__ = [
    "Brake",
    "Draft",
    "DraftText",
    "accept",
    "approve",
    "authored_by",
    "brake_for",
    "cancel",
    "correct",
    "create",
    "discard",
    "draft_of",
    "duplicate",
    "escalate",
    "follow_up",
    "halt",
    "keep_as_template",
    "pause",
    "plan",
    "preview",
    "reach_the_rest",
    "refuse",
    "reschedule",
    "resend_to_failed",
    "resume",
    "save",
    "stay",
    "upload",
    "usual_draft",
]
