"""The interfaces to recordings and to what was said in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Protocol


class RecordingStatus(StrEnum):
    """How far a recording is, in the carrier's words."""

    RUNNING = "in-progress"
    PAUSED = "paused"
    STOPPED = "stopped"
    PROCESSING = "processing"
    READY = "completed"
    ABSENT = "absent"
    """Nothing was recorded."""
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class CarrierRecording:
    """A recording as the carrier knows it."""

    provider_id: str
    status: RecordingStatus
    call_id: str | None
    conference_id: str | None
    seconds: int | None
    created_at: datetime
    error_code: str | None = None


@dataclass(frozen=True, slots=True)
class CarrierTranscription:
    """The text of a recording. `words` is empty until it is completed."""

    provider_id: str
    status: str
    """in-progress, completed or failed."""
    words: str


class RecordingCarrier(Protocol):
    """What every adapter does. All methods may raise CarrierBusy and CarrierUnreachable, and none is called in a transaction."""

    def start(self, call_id: str, reference: str) -> str:
        """Record a call in progress and return the recording's id. On the leg of a conference it has everybody.

        Raises CarrierRefused where the call is over.
        """

    def pause(self, call_id: str, recording_id: str) -> None:
        """Leave out what is said from now on. Raises CarrierRefused where it does not run."""

    def resume(self, call_id: str, recording_id: str) -> None:
        """Go on after a pause. Raises CarrierRefused where it does not run."""

    def stop(self, call_id: str, recording_id: str) -> None:
        """End it before the call ends. Raises CarrierRefused where it does not run."""

    def look_up(self, recording_id: str) -> CarrierRecording:
        """How far it is. Raises CarrierRefused where there is none."""

    def find(self, *, call_id: str | None = None, conference_id: str | None = None) -> Sequence[CarrierRecording]:
        """The recordings of a call or of a conference, newest first."""

    def fetch(self, recording_id: str, into: BinaryIO, *, most_bytes: int) -> str:
        """Write its sound to `into` and return the declared type. Raises MediaRefused; CarrierUnreachable while it is not there yet."""

    def delete(self, recording_id: str) -> None:
        """Have the carrier forget it. One that is gone already is fine."""

    def transcriptions(self, recording_id: str) -> Sequence[CarrierTranscription]:
        """The texts that the carrier made of it."""


class TranscriptCarrier(Protocol):
    """Text of what is said, while it is said (`events.TranscriptMoved`)."""

    def start(self, call_id: str, *, speaker: str, language: str, reference: str) -> str:
        """Listen to the person on that call, known as `speaker`, and return the transcript's id. Raises CarrierRefused."""

    def stop(self, call_id: str, transcript_id: str) -> None:
        """Listen no more. Raises CarrierRefused where it is over already."""
