"""Which recordings a person hears: those of calls that they see, and what other rooms open to them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, false, func, or_, select

from app.accounts.models import Staff
from app.calls.models import RESTS, Call, CallLine, ConferenceParticipant, Recording, RecordingKind, Step, Transcript, TranscriptSource
from app.calls.queries import is_visible_to
from app.core.database import db
from app.core.errors import NotVisible

Rests = Sequence[tuple[datetime, datetime | None]]
OVER_AGAIN = frozenset({
    Step.RECORDING_MOVED, Step.RECORDING_OVER, Step.RECORDING_ENDED, Step.LINE_LEFT, Step.STOPPED_UNTOLD, Step.ENDED,
})  # fmt: skip
Condition = Callable[[Staff], ColumnElement[bool]]
_further: list[Condition] = []


class Words(NamedTuple):
    """A recording, and what was said in it, as far as that is known."""

    recording: Recording
    transcript: Transcript | None
    rests: Rests
    """Of the call, while nothing was recorded, each with its end if it had one."""
    others: Sequence[datetime]
    """When other recordings of the same call began: what was said then is in them."""


def also_reaches(condition: Condition) -> None:
    """Let a later room open recordings, such as those of its voicemails. Called from its init_app."""
    if condition not in _further:
        _further.append(condition)


def is_opened_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Recording`: a later room lets this person hear it."""
    return or_(false(), *(condition(staff) for condition in _further))


def recording_is_audible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Recording`."""
    of_calls = Recording.call_id.in_(select(Call.id).where(is_visible_to(staff)))
    is_no_voicemail = Recording.kind != "voicemail"
    return (Recording.district_id == staff.district_id) & or_(of_calls & is_no_voicemail, is_opened_to(staff))


def recording_visible_to(staff: Staff, recording_id: int) -> Recording:
    """The recording. Raises NotVisible."""
    found = db.session.scalar(select(Recording).where(Recording.id == recording_id, recording_is_audible_to(staff)))
    if found is None:
        raise NotVisible
    return found


def words_visible_to(staff: Staff, recording_id: int) -> Words:
    """The recording with its transcript. Raises NotVisible."""
    recording = recording_visible_to(staff, recording_id)
    transcript = transcript_of(recording)
    is_live = transcript is not None and transcript.source == TranscriptSource.LIVE and recording.kind == RecordingKind.CONFERENCE
    return Words(recording, transcript, _rests(recording) if is_live else (), _others(recording) if is_live else ())


def transcript_of(recording: Recording) -> Transcript | None:
    """The words of one that was fetched as visible: its own, or what was heard live on its call."""
    mine = Transcript.recording_id == recording.id
    wanted = or_(mine, Transcript.call_id == recording.call_id) if recording.kind == RecordingKind.CONFERENCE else mine
    return db.session.scalar(select(Transcript).where(wanted).order_by(Transcript.recording_id.is_(None)).limit(1))


def _rests(recording: Recording) -> Rests:
    ends = {Step.RECORDING_AGAIN, Step.RECORDING, *OVER_AGAIN}
    told = select(CallLine.what, CallLine.at).where(CallLine.call_id == recording.call_id, CallLine.what.in_([*RESTS, *ends]))
    rests: list[tuple[datetime, datetime | None]] = []
    for what, at in db.session.execute(told.order_by(CallLine.id)):
        if what in RESTS:
            rests += [(at, None)] if not rests or rests[-1][1] is not None else []
        elif rests and rests[-1][1] is None:
            rests[-1] = (rests[-1][0], at)
    return rests


def _others(recording: Recording) -> Sequence[datetime]:
    begun = select(func.coalesce(Recording.begun_at, Recording.created_at)).where(
        Recording.call_id == recording.call_id, Recording.kind == recording.kind, Recording.id != recording.id
    )  # fmt: skip
    return db.session.scalars(begun).all()


def people_of(call: Call) -> list[str]:
    """Who was in a conference that was fetched as visible, in the order in which they came."""
    came = select(ConferenceParticipant.name).where(ConferenceParticipant.call_id == call.id, ConferenceParticipant.joined_at.is_not(None))
    return list(dict.fromkeys(db.session.scalars(came.order_by(ConferenceParticipant.joined_at, ConferenceParticipant.id))))
