"""What the carrier's webhooks of conferences, recordings and transcripts say, and what it says when it asks for a script."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from werkzeug.datastructures import MultiDict

from app.carrier.forms import BadWebhook, matching, reference_in, storable

LONGEST_WORDS = 20_000
LONGEST_NAME = 200

_ID = re.compile(r"[A-Za-z0-9_-]{2,64}")
_WORD = re.compile(r"[A-Za-z_-]{2,40}")
_NUMBER = re.compile(r"\d{1,9}")
_SECONDS = re.compile(r"-?\d{1,7}")
_DIGITS = re.compile(r"[0-9*#]{1,32}|hangup")
_PARTY = re.compile(r"client:[A-Za-z0-9_.-]{1,121}|sip:[\x21-\x7e]{1,200}|[A-Za-z0-9+][A-Za-z0-9 &._+-]{0,19}")
_TRANSCRIPT_EVENTS = {
    "transcription-started": "started", "transcription-content": "line", "transcription-stopped": "stopped",
    "transcription-error": "failed",
}  # fmt: skip

Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class ConferenceForm:
    """News of a conference."""

    provider_id: str
    conference_name: str
    reference: str | None
    what: str
    sequence: int
    call_id: str | None
    label: str
    is_muted: bool | None
    is_held: bool | None
    reason: str
    announce_url: str

    @classmethod
    def of(cls, form: Form, query: Form) -> Self:
        """Read it. Raises BadWebhook."""
        return cls(
            provider_id=matching(form, "ConferenceSid", _ID), conference_name=_text(form, "FriendlyName", LONGEST_NAME),
            reference=reference_in(query), what=matching(form, "StatusCallbackEvent", _WORD),
            sequence=int(matching(form, "SequenceNumber", _NUMBER)), call_id=_maybe(form, "CallSid", _ID),
            label=_text(form, "ParticipantLabel", LONGEST_NAME), is_muted=_yes(form, "Muted"), is_held=_yes(form, "Hold"),
            reason=_text(form, "ReasonParticipantLeft", 80) or _text(form, "ReasonConferenceEnded", 80),
            announce_url=_text(form, "AnnounceUrl", 500),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordingForm:
    """News of a recording."""

    provider_id: str
    reference: str | None
    status: str
    call_id: str | None
    conference_id: str | None
    seconds: int | None
    error_code: str | None

    @classmethod
    def of(cls, form: Form, query: Form) -> Self:
        """Read it. Raises BadWebhook."""
        return cls(
            provider_id=matching(form, "RecordingSid", _ID), reference=reference_in(query),
            status=_maybe(form, "RecordingStatus", _WORD) or "completed", call_id=_maybe(form, "CallSid", _ID),
            conference_id=_maybe(form, "ConferenceSid", _ID), seconds=_seconds(form, "RecordingDuration"),
            error_code=_error(form),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TranscriptionForm:
    """The text of a recording."""

    provider_id: str
    recording_id: str
    reference: str | None
    is_ready: bool
    words: str

    @classmethod
    def of(cls, form: Form, query: Form) -> Self:
        """Read it. Raises BadWebhook."""
        return cls(
            provider_id=matching(form, "TranscriptionSid", _ID), recording_id=matching(form, "RecordingSid", _ID),
            reference=reference_in(query), is_ready=matching(form, "TranscriptionStatus", _WORD) == "completed",
            words=_text(form, "TranscriptionText", LONGEST_WORDS),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TranscriptForm:
    """Something that was said just now, or the beginning or end of the listening."""

    provider_id: str
    call_id: str
    reference: str | None
    what: str
    sequence: int
    at: datetime
    speaker: str
    words: str
    language: str

    @classmethod
    def of(cls, form: Form, query: Form) -> Self:
        """Read it. Raises BadWebhook."""
        event = matching(form, "TranscriptionEvent", _WORD)
        if event not in _TRANSCRIPT_EVENTS:
            raise BadWebhook("TranscriptionEvent")
        return cls(
            provider_id=matching(form, "TranscriptionSid", _ID), call_id=matching(form, "CallSid", _ID), reference=reference_in(query),
            what=_TRANSCRIPT_EVENTS[event], sequence=int(matching(form, "SequenceId", _NUMBER)), at=_moment(form),
            speaker=_text(form, "InboundTrackLabel", LONGEST_NAME), words=_said(form) if event == "transcription-content" else "",
            language=_text(form, "LanguageCode", 20),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DetectionForm:
    """What answered."""

    call_id: str
    reference: str | None
    answered_by: str

    @classmethod
    def of(cls, form: Form, query: Form) -> Self:
        """Read it. Raises BadWebhook."""
        return cls(matching(form, "CallSid", _ID), reference_in(query), matching(form, "AnsweredBy", _WORD))


@dataclass(frozen=True, slots=True)
class ScriptForm:
    """The carrier asks what a call is to do: at its beginning, after keys, a recording, a dialled leg or a wait in a line."""

    call_id: str
    status: str
    sender: str
    """E.164, client:<identity>, or a word of the carrier for who hides it."""
    to: str
    is_inbound: bool
    digits: str
    answered_by: str | None
    dialled_id: str | None
    dialled_status: str
    """How the leg of a `<Dial>` ended: completed, busy, no-answer, failed, canceled or answered."""
    dialled_seconds: int | None
    recording_id: str | None
    recording_seconds: int | None
    queue_result: str
    """Why a wait ended: bridged, redirected, hangup, leave, queue-full, system-error."""
    wishes: dict[str, str]
    """What a softphone sent along: its parameters of the connection, in small letters."""

    @classmethod
    def of(cls, form: Form) -> Self:
        """Read it. Raises BadWebhook."""
        return cls(
            call_id=matching(form, "CallSid", _ID), status=matching(form, "CallStatus", _WORD),
            sender=_maybe(form, "From", _PARTY) or "", to=_maybe(form, "To", _PARTY) or "",
            is_inbound=form.get("Direction", "").startswith("inbound"), digits=_maybe(form, "Digits", _DIGITS) or "",
            answered_by=_maybe(form, "AnsweredBy", _WORD), dialled_id=_maybe(form, "DialCallSid", _ID),
            dialled_status=_maybe(form, "DialCallStatus", _WORD) or "", dialled_seconds=_seconds(form, "DialCallDuration"),
            recording_id=_maybe(form, "RecordingSid", _ID), recording_seconds=_seconds(form, "RecordingDuration"),
            queue_result=_maybe(form, "QueueResult", _WORD) or "",
            wishes={name: storable(value[:LONGEST_NAME], name) for name, value in form.items() if name[:1].islower() and len(name) < 40},  # noqa: PLR2004
        )  # fmt: skip


def _maybe(form: Form, name: str, pattern: re.Pattern[str]) -> str | None:
    return matching(form, name, pattern) if form.get(name) else None


def _text(form: Form, name: str, most: int) -> str:
    given = form.get(name, "")
    if len(given) > most:
        raise BadWebhook(name)
    return storable(given, name)


def _yes(form: Form, name: str) -> bool | None:
    return form[name] == "true" if form.get(name) else None


def _seconds(form: Form, name: str) -> int | None:
    return max(int(matching(form, name, _SECONDS)), 0) if form.get(name) else None


def _error(form: Form) -> str | None:
    code = _maybe(form, "ErrorCode", _NUMBER)
    return None if code in {None, "0"} else code


def _moment(form: Form) -> datetime:
    try:
        at = datetime.fromisoformat(form.get("Timestamp", ""))
    except ValueError:
        raise BadWebhook("Timestamp") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _said(form: Form) -> str:
    try:
        said = json.loads(form.get("TranscriptionData", ""))["transcript"]
    except (ValueError, KeyError, TypeError):
        raise BadWebhook("TranscriptionData") from None
    if not isinstance(said, str) or len(said) > LONGEST_WORDS:
        raise BadWebhook("TranscriptionData")
    return storable(said, "TranscriptionData")
