"""What the carrier brought."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class InboundTextRecorded:
    """A text came in and is kept as a row; whoever routes it may be nudged, and finds it by a sweep otherwise."""

    name: ClassVar[str] = "inbound_text.recorded"
    inbound_text_id: int
    district_id: int


@dataclass(frozen=True, slots=True)
class CallMoved:
    """News of a call, told once: a repetition by the carrier is not announced. Whoever placed it knows it by id or reference."""

    name: ClassVar[str] = "call.moved"
    provider_id: str
    reference: str | None
    status: str
    """A CallStatus."""
    answered_by: str | None = None
    """human, machine_end_beep, machine_end_silence, machine_end_other, fax or unknown; None while the carrier does not know."""
    error_code: str | None = None
    """Why it could not be called: the carrier's code, or sip_ and the telephone network's."""
    seconds: int | None = None
    """How long it was answered, told at its end."""
    parent_id: str | None = None
    """The call whose script dialled this one."""


@dataclass(frozen=True, slots=True)
class CallbacksRecorded:
    """News of texts that we handed over waits to be applied."""

    name: ClassVar[str] = "carrier_callbacks.recorded"


@dataclass(frozen=True, slots=True)
class ConferenceMoved:
    """News of a conference, told once per sequence number, in whatever order the network brings them."""

    name: ClassVar[str] = "conference.moved"
    provider_id: str
    conference_name: str
    reference: str | None
    what: str
    """A ConferenceEvent."""
    sequence: int
    """Grows within one conference: what has a smaller one than the last applied is old."""
    call_id: str | None = None
    label: str = ""
    is_muted: bool | None = None
    is_held: bool | None = None
    reason: str = ""
    """Why somebody left or it ended, in the carrier's words."""
    announce_url: str = ""
    """Of what was said, or could not be; empty where the carrier does not tell."""


@dataclass(frozen=True, slots=True)
class RecordingMoved:
    """News of a recording."""

    name: ClassVar[str] = "recording.moved"
    provider_id: str
    reference: str | None
    status: str
    """A RecordingStatus."""
    call_id: str | None = None
    conference_id: str | None = None
    seconds: int | None = None
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class RecordingTranscribed:
    """The carrier made text of a recording, or could not."""

    name: ClassVar[str] = "recording.transcribed"
    provider_id: str
    recording_id: str
    reference: str | None
    is_ready: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class TranscriptMoved:
    """Something was said on a call that is being listened to, or the listening began, stopped or failed."""

    name: ClassVar[str] = "transcript.moved"
    provider_id: str
    call_id: str
    reference: str | None
    what: str
    """started, line, stopped or failed."""
    sequence: int
    at: datetime
    speaker: str = ""
    words: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class MachineDetected:
    """What answered a call whose script did not wait for it."""

    name: ClassVar[str] = "machine.detected"
    call_id: str
    reference: str | None
    answered_by: str


@dataclass(frozen=True, slots=True)
class FaxArrived:
    """A fax came to one of our numbers, told once. Its document is still at the carrier."""

    name: ClassVar[str] = "carrier.fax_arrived"
    provider_id: str
    to: str
    sender: str
    """E.164; empty where it was hidden."""
    at: datetime
    pages: int | None = None
    seconds: int | None = None
    station: str = ""


@dataclass(frozen=True, slots=True)
class FaxSendingMoved:
    """News of a fax that we send, told once, in any order."""

    name: ClassVar[str] = "carrier.fax_sending_moved"
    provider_id: str
    reference: str | None
    status: str
    """One of `faxes.CarrierFaxStatus`."""
    code: str | None = None
    """One of `fax_codes.FaxCode`, where it failed."""
    raw_code: str | None = None
    pages: int | None = None
    seconds: int | None = None
