"""What stays of a call in the family's thread."""

from collections.abc import Sequence

from app.accounts.models import Staff
from app.calls.models import Call, CallState, ConferenceParticipant, PartRole
from app.conversations.models import Conversation
from app.conversations.service import timeline
from app.core.database import db


def note_end(call: Call, legs: Sequence[ConferenceParticipant]) -> None:
    """A line with how it went, who was in, and how long. Belongs into a transaction."""
    conversation = db.session.get(Conversation, call.conversation_id) if call.conversation_id else None
    if conversation is None or conversation.deleted_at is not None or call.ended_at is None:
        return
    staff = db.session.get_one(Staff, call.staff_id)
    seconds = int((call.ended_at - call.answered_at).total_seconds()) if call.answered_at else 0
    names = [leg.name for leg in legs if leg.joined_at is not None and leg.role != PartRole.MODERATOR]
    timeline.line(
        conversation, "conference", staff_id=staff.id, author=staff.name, call_id=call.id, names=names, seconds=seconds,
        happened=call.status == CallState.FINISHED and bool(names),
    )  # fmt: skip
