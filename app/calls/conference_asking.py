"""What a wish about a conference becomes at the carrier. Without a transaction."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask

from app.calls.asking import asked
from app.calls.models import SPEAKS, WishKind
from app.calls.service.errands import KEEPS, Errand
from app.calls.service.outcomes import Done, Found, FoundRecordings, Outcome
from app.carrier.calls import OutboundCall, VoiceCarrier
from app.carrier.conferences import ConferenceCarrier
from app.carrier.recordings import RecordingCarrier, TranscriptCarrier
from app.carrier.voice_choice import WEBHOOKS, calls_of, conferences_of, public_address_of, recordings_of, transcripts_of

ROOM_PAGES = f"{WEBHOOKS}/room"
WORDS_PAGES = f"{WEBHOOKS}/words"
SKEW = timedelta(seconds=2)
"""By which the carrier's clock may differ."""


@dataclass(frozen=True, slots=True)
class Asker:
    """The carrier, and where it finds what it is to play."""

    calls: VoiceCarrier
    conferences: ConferenceCarrier
    recordings: RecordingCarrier
    transcripts: TranscriptCarrier
    script: str
    words: str

    @classmethod
    def of(cls, app: Flask) -> "Asker":
        """With the carrier of the configuration."""
        pages = (public_address_of(app, ROOM_PAGES), public_address_of(app, WORDS_PAGES))
        return cls(calls_of(app), conferences_of(app), recordings_of(app), transcripts_of(app), *pages)

    def ask(self, errand: Errand) -> Outcome:
        """One question. Runs in a thread of its own."""
        return asked(errand, lambda: self._do(errand))

    def _do(self, errand: Errand) -> Outcome:
        if errand.kind is WishKind.PLACE:
            return self._place(errand)
        if errand.kind in KEEPS:
            return self._keep(errand)
        if errand.kind is WishKind.LISTEN:
            return self._listen(errand)
        conference, leg = errand.conference_id or "", errand.provider_call_id or ""
        if errand.kind in SPEAKS:
            self._say(errand, conference, leg)
        elif errand.kind is WishKind.END:
            self.conferences.end(conference)
        elif errand.kind is WishKind.MUTE:
            self.conferences.mute(conference, leg, on=errand.is_on)
        elif errand.kind is WishKind.HOLD:
            self.conferences.hold(conference, leg, on=errand.is_on)
        elif errand.is_in and conference:
            if errand.kind is WishKind.LEAVE:
                self.conferences.go_on_without(conference, leg)
            self.conferences.remove(conference, leg)
        else:
            self.calls.end(leg)
        return Done()

    def _place(self, errand: Errand) -> Outcome:
        if errand.lost_since is not None:
            return Found(self.calls.find_calls(to=errand.to, sender=errand.sender, since=errand.lost_since - SKEW))
        return Done(
            self.calls.place(
                OutboundCall(
                    errand.to, errand.sender, f"{self.script}?ref={errand.reference}", errand.reference, detects_machines=False,
                    detects_beside=not errand.is_moderator, longest_seconds=errand.seconds,
                )
            )
        )  # fmt: skip

    def _keep(self, errand: Errand) -> Outcome:
        line, recording = errand.recording_leg or "", errand.recording_id or ""
        if errand.kind is WishKind.RECORD:
            if errand.lost_since is not None:
                return FoundRecordings(self.recordings.find(call_id=line))
            return Done(self.recordings.start(line, errand.recording_reference))
        if errand.kind is WishKind.STOP:
            self.recordings.stop(line, recording)
        elif errand.is_on:
            self.recordings.pause(line, recording)
        else:
            self.recordings.resume(line, recording)
        return Done()

    def _listen(self, errand: Errand) -> Outcome:
        line, name = errand.provider_call_id or "", errand.reference
        if errand.is_on:
            return Done(self.transcripts.start(line, speaker=name, language=errand.language, reference=name))
        self.transcripts.stop(line, errand.listening_id)
        return Done()

    def _say(self, errand: Errand, conference: str, leg: str) -> None:
        words = f"{self.words}?wish={errand.wish_id}&try={errand.tries}"
        if errand.leg_id is None:
            self.conferences.announce(conference, words)
        else:
            self.conferences.announce_to(conference, leg, words)
