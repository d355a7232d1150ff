"""Twilio's recordings and transcripts, through its own client library."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, BinaryIO

from twilio.rest import Client

from app.carrier import media
from app.carrier.gateway import CarrierRefused, CarrierUnreachable
from app.carrier.recordings import CarrierRecording, CarrierTranscription, RecordingStatus
from app.carrier.twilio import house_errors
from app.carrier.twilio_calls import RECORDING_EVENTS
from app.carrier.voice_addresses import VoiceAddresses

MOST_FOUND = 50
NOT_FOUND = "20404"
SOUND = "https://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{recording}.wav"


@dataclass(frozen=True)
class TwilioRecordings:
    """One account. `base` is the simulator's address, or None."""

    client: Client
    addresses: VoiceAddresses
    origins: media.Origins
    base: str | None = None

    def start(self, call_id: str, reference: str) -> str:
        """Begin."""
        with house_errors():
            begun = self.client.calls(call_id).recordings.create(
                recording_status_callback=self.addresses.recording(reference), recording_status_callback_method="POST",
                recording_status_callback_event=RECORDING_EVENTS,
            )  # fmt: skip
        if not begun.sid:
            raise CarrierUnreachable("the carrier took it, and its answer has no id")
        return str(begun.sid)

    def pause(self, call_id: str, recording_id: str) -> None:
        """Leave out what follows."""
        with house_errors():
            self.client.calls(call_id).recordings(recording_id).update(status="paused", pause_behavior="skip")

    def resume(self, call_id: str, recording_id: str) -> None:
        """Go on."""
        with house_errors():
            self.client.calls(call_id).recordings(recording_id).update(status="in-progress")

    def stop(self, call_id: str, recording_id: str) -> None:
        """End it."""
        with house_errors():
            self.client.calls(call_id).recordings(recording_id).update(status="stopped")

    def look_up(self, recording_id: str) -> CarrierRecording:
        """How far it is."""
        with house_errors():
            return _recording(self.client.recordings(recording_id).fetch())

    def find(self, *, call_id: str | None = None, conference_id: str | None = None) -> Sequence[CarrierRecording]:
        """Of a call or a conference."""
        wanted = {name: value for name, value in (("call_sid", call_id), ("conference_sid", conference_id)) if value}
        with house_errors():
            return [_recording(one) for one in self.client.recordings.list(**wanted, limit=MOST_FOUND)]

    def fetch(self, recording_id: str, into: BinaryIO, *, most_bytes: int) -> str:
        """Stream the sound."""
        url = SOUND.format(account=self.client.account_sid, recording=recording_id)
        if self.base:
            url = url.replace("https://api.twilio.com", self.base, 1)
        return media.fetch(url, into, origins=self.origins, auth=self.client.auth, most_bytes=most_bytes)

    def delete(self, recording_id: str) -> None:
        """Have it forgotten."""
        try:
            with house_errors():
                self.client.recordings(recording_id).delete()
        except CarrierRefused as refusal:
            if refusal.code != NOT_FOUND:
                raise

    def transcriptions(self, recording_id: str) -> Sequence[CarrierTranscription]:
        """The texts."""
        with house_errors():
            found = self.client.recordings(recording_id).transcriptions.list(limit=MOST_FOUND)
            return [CarrierTranscription(str(one.sid), str(one.status), one.transcription_text or "") for one in found]


@dataclass(frozen=True)
class TwilioTranscripts:
    """Real-time transcription of one account."""

    client: Client
    addresses: VoiceAddresses

    def start(self, call_id: str, *, speaker: str, language: str, reference: str) -> str:
        """Listen to one leg."""
        with house_errors():
            begun = self.client.calls(call_id).transcriptions.create(
                status_callback_url=self.addresses.transcript(reference), status_callback_method="POST", track="inbound_track",
                inbound_track_label=speaker, language_code=language, partial_results=False, enable_automatic_punctuation=True,
            )  # fmt: skip
        if not begun.sid:
            raise CarrierUnreachable("the carrier took it, and its answer has no id")
        return str(begun.sid)

    def stop(self, call_id: str, transcript_id: str) -> None:
        """Listen no more."""
        with house_errors():
            self.client.calls(call_id).transcriptions(transcript_id).update(status="stopped")


def _recording(one: Any) -> CarrierRecording:
    return CarrierRecording(
        provider_id=str(one.sid),
        status=RecordingStatus(str(one.status)),
        call_id=one.call_sid or None,
        conference_id=one.conference_sid or None,
        seconds=int(one.duration) if one.duration not in {None, "", "-1"} else None,
        created_at=one.date_created.astimezone(UTC),
        error_code=str(one.error_code) if one.error_code else None,
    )
