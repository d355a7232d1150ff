"""Telling the house what the carrier says about voice, once each, in the commit that notes it. What people say is not noted here."""

from app.carrier.events import ConferenceMoved, MachineDetected, RecordingMoved, RecordingTranscribed, TranscriptMoved
from app.carrier.service import is_news
from app.carrier.voice_forms import ConferenceForm, DetectionForm, RecordingForm, TranscriptForm, TranscriptionForm
from app.core.database import transaction


def record_conference(form: ConferenceForm) -> None:
    """A step of a conference. A repetition has the same sequence number and changes nothing."""
    fields = {"event": form.what} | ({"call": form.call_id} if form.call_id else {})
    with transaction() as events:
        if is_news(form.provider_id, f"event.{form.sequence}", form.reference, fields):
            events.append(
                ConferenceMoved(
                    form.provider_id, form.conference_name, form.reference, form.what, form.sequence, form.call_id, form.label,
                    form.is_muted, form.is_held, form.reason, form.announce_url,
                )
            )  # fmt: skip


def record_recording(form: RecordingForm) -> None:
    """A step of a recording."""
    with transaction() as events:
        if is_news(form.provider_id, form.status[:20], form.reference, {}, error_code=form.error_code):
            events.append(
                RecordingMoved(
                    form.provider_id, form.reference, form.status, form.call_id, form.conference_id, form.seconds, form.error_code
                )
            )


def record_transcription(form: TranscriptionForm) -> None:
    """The text of a recording, or that there is none."""
    with transaction() as events:
        if is_news(form.provider_id, "ready" if form.is_ready else "failed", form.reference, {}):
            events.append(RecordingTranscribed(form.provider_id, form.recording_id, form.reference, form.is_ready, form.words))


def record_transcript(form: TranscriptForm) -> None:
    """Something that was said on a call."""
    with transaction() as events:
        if is_news(form.provider_id, f"{form.what}.{form.sequence}", form.reference, {}):
            events.append(
                TranscriptMoved(
                    form.provider_id, form.call_id, form.reference, form.what, form.sequence, form.at, form.speaker, form.words,
                    form.language,
                )
            )  # fmt: skip


def record_detection(form: DetectionForm) -> None:
    """What answered a call."""
    with transaction() as events:
        if is_news(form.call_id, "detection", form.reference, {"AnsweredBy": form.answered_by}):
            events.append(MachineDetected(form.call_id, form.reference, form.answered_by))
