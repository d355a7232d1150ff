"""What stays of a call between two phones in the family's thread."""

from app.accounts.behind import through
from app.accounts.models import Staff
from app.calls.models import Call, DirectCall, Outcome
from app.calls.service import recording_lines
from app.conversations.events import MessageChanged
from app.conversations.models import Conversation, Message
from app.conversations.service import inbox_row, timeline
from app.core.database import db, open_events
from app.core.search_text import indexable
from app.directory.timeline import MomentKind


def note_end(call: Call, line: DirectCall) -> None:
    """A line with who called whom, how it went, and how long. Of a message after the beep the room of voicemails tells.

    Belongs into a transaction.
    """
    if line.outcome == Outcome.VOICEMAIL:
        return
    known = db.session.get(Conversation, call.conversation_id) if call.conversation_id else None
    if known is None or known.deleted_at is not None or call.ended_at is None:
        return
    conversation = inbox_row.hold(known.id)
    person_id = line.answered_by_id if line.is_inbound else call.staff_id
    staff = db.session.get(Staff, person_id) if person_id else None
    seconds = int((call.ended_at - call.answered_at).total_seconds()) if call.answered_at else 0
    entry = timeline.line(
        conversation, "direct_call", staff_id=None if line.is_inbound else call.staff_id,
        author=line.name if line.is_inbound else (staff.name if staff else ""), call_id=call.id, name=line.name, notes=call.notes,
        by=staff.name if staff else "", is_inbound=line.is_inbound, status=call.status, outcome=line.outcome, seconds=seconds,
        rang_nobody=line.rang_nobody, for_id=call.staff_id, **through(call.bearer_id, staff),
    )  # fmt: skip
    entry.reference_type, entry.reference_id = MomentKind.CALL, call.id
    entry.created_at = call.created_at  # when it began, as in the list of calls
    entry.search_text = indexable(call.notes)
    call.timeline_message_id = entry.id
    recording_lines.tell_kept(call)


def note_message(call: Call) -> None:
    """A message was left after all: the line that told of a missed call is put right. Belongs into a transaction."""
    _put_right(call, Outcome.VOICEMAIL)


def note_again(call: Call, line: DirectCall) -> None:
    """What became of it was known only after its line had been written. Belongs into a transaction."""
    _put_right(call, line.outcome)


def _put_right(call: Call, outcome: str | None) -> None:
    line = db.session.get(Message, call.timeline_message_id) if call.timeline_message_id else None
    if line is not None:
        line.details = {**(line.details or {}), "outcome": outcome, "status": call.status}
        open_events().append(MessageChanged(line.district_id, line.conversation_id, line.id))
