"""What was recorded and noted of calls with somebody who is to be forgotten; that there was a call stays."""

from sqlalchemy import delete, select, update

from app.calls.errors import CallGoesOn
from app.calls.models import Call, ConferenceParticipant, DirectCall, Recording, RecordingState, Transcript
from app.calls.service import forgetting
from app.calls.service.recordings import changed
from app.core.database import db, open_events

ERASED = "–"


def erase_guardian(guardian_id: int) -> list[str]:
    """Belongs into a transaction. Returns the keys of sounds that no row names any more. Raises CallGoesOn."""
    calls = list(db.session.scalars(select(Call).where(Call.guardian_id == guardian_id).with_for_update()))
    if any(not call.is_over for call in calls):
        raise CallGoesOn
    ids, keys = [call.id for call in calls], []
    for recording in db.session.scalars(
        select(Recording).where(Recording.call_id.in_(ids), Recording.state != RecordingState.DELETED)
    ).all():
        if recording.file_key:
            keys.append(recording.file_key)
        recording.state, recording.file_key, recording.peaks, recording.due_at = RecordingState.DELETED, None, [], None
        forgetting.need_no_more(recording, at_once=True)
        open_events().append(changed(recording))
    heard = select(Recording.id).where(Recording.call_id.in_(ids))
    db.session.execute(delete(Transcript).where(Transcript.call_id.in_(ids) | Transcript.recording_id.in_(heard)))
    for call in calls:
        call.title, call.notes = ERASED, ""
    db.session.execute(update(DirectCall).where(DirectCall.call_id.in_(ids)).values(address="", name=ERASED))
    for leg in db.session.scalars(select(ConferenceParticipant).where(ConferenceParticipant.guardian_id == guardian_id)).all():
        leg.name, leg.address = ERASED, f"-{leg.id}"[:20]  # a phone stands once in a call
    db.session.flush()
    return keys
