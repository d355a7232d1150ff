"""What was said: brought by the carrier after a recording or while people speak, or written by a program on this machine."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.calls.events import RecordingChanged, VoicemailLeft, WordsSaid
from app.calls.models import Call, Recording, RecordingKind, RecordingState, Transcript, TranscriptSource, TranscriptState
from app.calls.references import message_in
from app.calls.service import steps, writing_down
from app.calls.service.holding import hold, hold_known
from app.calls.service.progress import named
from app.calls.service.recordings import changed
from app.calls.subtitles import SpokenLine, shared_out
from app.carrier.events import RecordingTranscribed, TranscriptMoved
from app.core.database import db, open_events, transaction
from app.core.events import within
from app.core.search_text import fold

MOST_LINES = 5_000
LONGEST_TEXT = 60_000


@within(RecordingTranscribed)
def follow_text(fact: RecordingTranscribed) -> None:
    """The carrier made text of a recording, or could not."""
    recording = hold_known(fact.recording_id)
    if recording is not None:
        _write(recording, fact.words if fact.is_ready else "")


@within(TranscriptMoved)
def follow_speech(fact: TranscriptMoved) -> None:
    """Somebody said something in a conference that is recorded. Lines come in any order; each comes once."""
    found = named(fact.reference, fact.call_id)
    if found is None:
        _after_the_beep(fact)
        return
    call, leg = found
    if fact.what == "started":
        writing_down.begun(call, leg, fact.provider_id)
    elif fact.what == "line" and fact.words and leg.listening_id == fact.provider_id:
        text = _of_call(call.id, call.district_id, fact.language)
        _add(text, fact, leg.name)
        open_events().append(WordsSaid(call.district_id, call.id))


def _after_the_beep(fact: TranscriptMoved) -> None:
    """A caller speaks a language of which the carrier makes no text afterwards."""
    call_id = message_in(fact.reference)
    if call_id is None or db.session.get(Call, call_id) is None or fact.what != "line" or not fact.words:
        return
    call = steps.held(call_id)
    _add(_of_call(call.id, call.district_id, fact.language), fact, "")
    db.session.flush()
    message = db.session.scalar(select(Recording).where(Recording.call_id == call.id, Recording.kind == RecordingKind.VOICEMAIL))
    if message is not None:
        open_events().append(changed(message, is_about_words=True))


@within(VoicemailLeft, RecordingChanged)
def meet(fact: VoicemailLeft | RecordingChanged) -> None:
    """A message after the beep, and what was written down while it was said: whichever of the two came first."""
    recording = db.session.get_one(Recording, fact.recording_id)
    if recording.kind != RecordingKind.VOICEMAIL:
        return
    text = db.session.scalar(select(Transcript).where(Transcript.call_id == fact.call_id).with_for_update())
    if text is None or not text.lines:
        return
    if text.recording_id is None and db.session.scalar(select(Transcript.id).where(Transcript.recording_id == recording.id)) is None:
        text.recording_id = recording.id
    if recording.state == RecordingState.READY:
        recording.due_at = None  # nobody else need write it down


def _add(text: Transcript, fact: TranscriptMoved, speaker: str) -> None:
    if len(text.lines) < MOST_LINES:
        line = {"at": fact.at.isoformat(), "number": fact.sequence, "speaker": speaker, "words": fact.words}
        text.lines = sorted([*text.lines, line], key=lambda one: (one["at"], one["number"]))
        text.state = TranscriptState.READY
        _make_searchable(text)


def write_text(recording_id: int, words: str) -> None:
    """The carrier's text, asked for because it was never told."""
    with transaction():
        _write(hold(recording_id), words)


def write_lines(recording_id: int, lines: Sequence[SpokenLine], *, language: str) -> None:
    """What a program on this machine heard; none where it heard no words."""
    with transaction():
        recording = hold(recording_id)
        _put(recording, lines, source=TranscriptSource.LOCAL, is_estimated=False, language=language)


def _write(recording: Recording, words: str) -> None:
    lines = shared_out(words, recording.seconds or 0.0) if words else []
    _put(recording, lines, source=TranscriptSource.CARRIER, is_estimated=True, language=recording.language)


def _put(recording: Recording, lines: Sequence[SpokenLine], *, source: TranscriptSource, is_estimated: bool, language: str) -> None:
    text = db.session.scalar(select(Transcript).where(Transcript.recording_id == recording.id).with_for_update())
    if text is not None and text.state == TranscriptState.READY:
        return
    if text is None:
        text = Transcript(district_id=recording.district_id, recording_id=recording.id)
        db.session.add(text)
    text.state = TranscriptState.READY if lines else TranscriptState.FAILED
    text.source, text.is_estimated, text.language = source, is_estimated, language
    text.lines = [asdict(line) for line in lines]
    _make_searchable(text)
    db.session.flush()
    if lines and recording.state == RecordingState.READY:
        recording.due_at = None
    open_events().append(changed(recording, is_about_words=True))


def _of_call(call_id: int, district_id: int, language: str) -> Transcript:
    wanted = select(Transcript).where(Transcript.call_id == call_id).with_for_update()
    known = db.session.scalar(wanted)
    if known is not None:
        return known
    text = Transcript(district_id=district_id, call_id=call_id, source=TranscriptSource.LIVE, language=(language or "en").partition("-")[0])
    try:
        with db.session.begin_nested():
            db.session.add(text)
    except IntegrityError:  # the first words of two people, at the same moment
        return db.session.scalars(wanted).one()
    return text


def _make_searchable(text: Transcript) -> None:
    text.search_text = fold(" ".join(one["words"] for one in text.lines))[:LONGEST_TEXT]
