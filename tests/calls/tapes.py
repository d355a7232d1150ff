"""Recordings for tests: sound files of every kind of trouble, and a carrier that keeps them."""

import array
import io
import math
import wave
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from app.carrier.gateway import CarrierRefused, CarrierUnreachable
from app.carrier.recordings import CarrierRecording, CarrierTranscription, RecordingStatus
from app.core.clock import now

RATE = 8000


def sound(seconds: float = 2.0) -> bytes:
    """A WAV file: silence in its first half, a tone in its second."""
    half = int(RATE * seconds / 2)
    tone = array.array("h", (int(12_000 * math.sin(index / 3)) for index in range(half)))
    file = io.BytesIO()
    with wave.open(file, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(RATE)
        target.writeframes(bytes(2 * half) + tone.tobytes())
    return file.getvalue()


@dataclass
class Tapes:
    """A carrier's recordings, by their ids. One that is not among `files` does not exist; an empty text means no transcript."""

    files: dict[str, bytes] = field(default_factory=dict)
    states: dict[str, RecordingStatus] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    is_away: bool = False
    asked: list[str] = field(default_factory=list)

    def look_up(self, recording_id: str) -> CarrierRecording:
        """How far it is."""
        self.asked.append(recording_id)
        if self.is_away:
            raise CarrierUnreachable("away")
        status = self.states.get(recording_id, RecordingStatus.READY)
        if recording_id not in self.files and status is RecordingStatus.READY:
            raise CarrierRefused("20404")
        return CarrierRecording(recording_id, status, None, None, 2, now())

    def delete(self, recording_id: str) -> None:
        """It forgets."""
        if self.is_away:
            raise CarrierUnreachable("away")
        self.files.pop(recording_id, None)

    def fetch(self, recording_id: str, into: BinaryIO, *, most_bytes: int) -> str:
        """Its sound."""
        into.write(self.files[recording_id][:most_bytes])
        return "audio/x-wav"

    def transcriptions(self, recording_id: str) -> Sequence[CarrierTranscription]:
        """Its texts."""
        words = self.texts.get(recording_id, "")
        return [CarrierTranscription("TR1", "completed", words)] if words else []
