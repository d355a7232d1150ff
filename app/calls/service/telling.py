"""What stays of a call in the family's thread."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.behind import through
from app.accounts.models import Staff
from app.calls.models import Call, CallKind, CallState, ConferenceParticipant, PartRole
from app.calls.service import recording_lines
from app.conversations.events import MessageChanged
from app.conversations.models import Conversation, ConversationKind, Message
from app.conversations.queries import is_visible_to
from app.conversations.service import timeline
from app.core.database import db, open_events
from app.core.search_text import indexable

KIND = "call"
"""As the filter of the family's page names it."""


def note_end(call: Call, legs: Sequence[ConferenceParticipant]) -> None:
    """A line with how it went, who was in and who was called in vain, how long, and the notes. Belongs into a transaction.

    Where nobody but the moderator was ever rung, the family has nothing of it: there is a line only if somebody wrote notes.
    """
    rang = any(leg.provider_call_id is not None or leg.joined_at is not None for leg in legs if leg.role != PartRole.MODERATOR)
    if not rang and not call.notes:
        return
    staff = db.session.get_one(Staff, call.staff_id)
    conversation = _thread_of(call, staff)
    if conversation is None or call.ended_at is None:
        return
    seconds = int((call.ended_at - call.answered_at).total_seconds()) if call.answered_at else 0
    guests = [leg for leg in legs if leg.role != PartRole.MODERATOR]
    people = {leg.person: leg.name for leg in guests if leg.joined_at is not None}
    missed = {leg.person: leg.name for leg in guests if leg.provider_call_id is not None and leg.person not in people}
    line = timeline.line(
        conversation, "conference", staff_id=staff.id, author=staff.name, call_id=call.id, names=list(people.values()), seconds=seconds,
        missed=list(missed.values()), happened=call.status == CallState.FINISHED and bool(people), rang_nobody=not rang,
        notes=call.notes, **through(call.bearer_id, staff),
    )  # fmt: skip
    line.reference_type, line.created_at = KIND, call.created_at  # when it began, as in the list of calls
    line.search_text = indexable(call.notes)
    call.timeline_message_id = line.id
    recording_lines.tell_kept(call)


def note_again(call: Call) -> None:
    """The notes were changed after the end. Belongs into a transaction."""
    line = db.session.get(Message, call.timeline_message_id) if call.timeline_message_id else None
    if line is None:
        if call.ended_at is not None and call.kind == CallKind.CONFERENCE:
            note_end(call, db.session.scalars(select(ConferenceParticipant).where(ConferenceParticipant.call_id == call.id)).all())
        return
    line.details = {**(line.details or {}), "notes": call.notes}
    line.search_text = indexable(f"{call.notes} {line.details.get('quote') or ''}")  # the words of a message after the beep, too
    open_events().append(MessageChanged(line.district_id, line.conversation_id, line.id))


def _thread_of(call: Call, staff: Staff) -> Conversation | None:
    """Where it was begun; for one that was begun from the family's page, the newest thread with this guardian."""
    if call.conversation_id:
        found = db.session.get(Conversation, call.conversation_id)
        return found if found is not None and found.deleted_at is None else None
    if call.guardian_id is None:
        return None
    theirs = select(Conversation).where(
        Conversation.guardian_id == call.guardian_id, Conversation.kind == ConversationKind.DIRECT, is_visible_to(staff)
    )
    return db.session.scalars(theirs.order_by(Conversation.id.desc()).limit(1)).first()
