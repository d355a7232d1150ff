"""What stays of a recorded call in the family's thread: where it can be heard, or that it cannot."""

from sqlalchemy import Select, select

from app.accounts.behind import through
from app.accounts.models import Staff
from app.calls.events import RecordingChanged
from app.calls.models import Call, Recording, RecordingKind, RecordingState
from app.conversations.models import Conversation
from app.conversations.service import inbox_row, timeline
from app.core.database import db
from app.core.events import within
from app.directory.timeline import MomentKind

SETTLED = (RecordingState.READY, RecordingState.FAILED)


@within(RecordingChanged)
def tell_thread(fact: RecordingChanged) -> None:
    """A line once it is known what became of it, below that of its call. Voicemails have a room of their own, which tells of them."""
    if fact.kind == RecordingKind.VOICEMAIL or fact.is_about_words or fact.state not in SETTLED:
        return
    call = db.session.get_one(Call, fact.call_id)  # held since before the recording was
    if call.ended_at is not None:
        _tell(call, db.session.get_one(Recording, fact.recording_id))


def tell_kept(call: Call) -> None:
    """What was settled while the call went on, now that its own line stands. Belongs into the transaction that ends it."""
    for recording in db.session.scalars(_of(call).where(Recording.state.in_(SETTLED)).order_by(Recording.id)):
        _tell(call, recording)


def _of(call: Call) -> Select[Recording]:
    return select(Recording).where(Recording.call_id == call.id, Recording.kind != RecordingKind.VOICEMAIL)


def _tell(call: Call, recording: Recording) -> None:
    known = db.session.get(Conversation, call.conversation_id) if call.conversation_id else None
    if known is None or known.deleted_at is not None:
        return
    staff = db.session.get(Staff, call.staff_id) if call.staff_id else None
    numbers = db.session.scalars(_of(call).with_only_columns(Recording.id).order_by(Recording.id)).all()
    line = timeline.line(
        inbox_row.hold(known.id), "recording", staff_id=call.staff_id, author=staff.name if staff else "", recording_id=recording.id,
        seconds=recording.seconds, is_broken=recording.state == RecordingState.FAILED, part=numbers.index(recording.id) + 1,
        parts=len(numbers), **through(call.bearer_id, staff),
    )  # fmt: skip
    line.reference_type, line.reference_id = MomentKind.CALL.value, call.id
