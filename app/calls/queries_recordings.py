"""Which recordings a person hears: those of calls that they see, and what other rooms open to them."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import ColumnElement, false, or_, select

from app.accounts.models import Staff
from app.calls.models import Call, ConferenceParticipant, Recording, RecordingKind, Transcript
from app.calls.queries import is_visible_to
from app.core.database import db
from app.core.errors import NotVisible

Condition = Callable[[Staff], ColumnElement[bool]]
_further: list[Condition] = []


class Words(NamedTuple):
    """A recording, and what was said in it, as far as that is known."""

    recording: Recording
    transcript: Transcript | None


def also_reaches(condition: Condition) -> None:
    """Let a later room open recordings, such as those of its voicemails. Called from its init_app."""
    if condition not in _further:
        _further.append(condition)


def recording_is_audible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Recording`."""
    of_calls = Recording.call_id.in_(select(Call.id).where(is_visible_to(staff)))
    is_no_voicemail = Recording.kind != "voicemail"
    further = [condition(staff) for condition in _further]
    return (Recording.district_id == staff.district_id) & or_(of_calls & is_no_voicemail, *further, false())


def recording_visible_to(staff: Staff, recording_id: int) -> Recording:
    """The recording. Raises NotVisible."""
    found = db.session.scalar(select(Recording).where(Recording.id == recording_id, recording_is_audible_to(staff)))
    if found is None:
        raise NotVisible
    return found


def words_visible_to(staff: Staff, recording_id: int) -> Words:
    """The recording with its transcript. Raises NotVisible."""
    recording = recording_visible_to(staff, recording_id)
    return Words(recording, transcript_of(recording))


def transcript_of(recording: Recording) -> Transcript | None:
    """The words of one that was fetched as visible: its own, or what was heard live on its call."""
    mine = Transcript.recording_id == recording.id
    wanted = or_(mine, Transcript.call_id == recording.call_id) if recording.kind == RecordingKind.CONFERENCE else mine
    return db.session.scalar(select(Transcript).where(wanted).order_by(Transcript.recording_id.is_(None)).limit(1))


def people_of(call: Call) -> list[str]:
    """Who was in a conference that was fetched as visible, in the order in which they came."""
    came = select(ConferenceParticipant.name).where(ConferenceParticipant.call_id == call.id, ConferenceParticipant.joined_at.is_not(None))
    return list(dict.fromkeys(db.session.scalars(came.order_by(ConferenceParticipant.joined_at, ConferenceParticipant.id))))
