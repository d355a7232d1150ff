"""A carrier for tests: notes what it is asked for, and tells of it by the signed webhooks that a real one sends."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.calls.models import Call, ConferenceParticipant
from app.calls.references import room_of
from app.carrier.calls import CallStatus, CarrierCall, OutboundCall
from app.carrier.conferences import CarrierConference, CarrierParticipant
from app.carrier.gateway import CarrierRefused
from app.carrier.recordings import CarrierRecording, RecordingStatus
from app.core.clock import now
from app.core.database import db
from tests.carrier.conftest import Carrier

CONFERENCE = "CF" + "a" * 32


@dataclass
class Tapes:
    """The interface to recordings."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    failing: Exception | None = None
    running: list[CarrierRecording] = field(default_factory=list)

    def start(self, call: str, reference: str) -> str:
        self.asked.append(("start", call, reference))
        number = f"RE{len(self.running)}"
        self.running.insert(0, CarrierRecording(number, RecordingStatus.RUNNING, call, None, None, now()))
        trouble, self.failing = self.failing, None
        if trouble is not None:
            raise trouble
        return number

    def pause(self, _call: str, number: str) -> None:
        self.asked.append(("pause", number))

    def resume(self, _call: str, number: str) -> None:
        self.asked.append(("resume", number))

    def stop(self, _call: str, number: str) -> None:
        self.asked.append(("stop", number))

    def delete(self, number: str) -> None:
        self.asked.append(("delete", number))

    def find(self, *, call_id: str) -> Sequence[CarrierRecording]:
        return [one for one in self.running if one.call_id == call_id]

    def look_up(self, number: str) -> CarrierRecording:
        return next(one for one in self.running if one.provider_id == number)


@dataclass
class Pens:
    """The interface to writing down what is said."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    failing: Exception | None = None

    def start(self, call: str, *, speaker: str, language: str, reference: str) -> str:
        assert speaker == reference
        self.asked.append(("start", call, language))
        trouble, self.failing = self.failing, None
        if trouble is not None:
            raise trouble
        return f"GT{len(self.asked)}"

    def stop(self, _call: str, number: str) -> None:
        self.asked.append(("stop", number))


@dataclass
class Switchboard:
    """Both interfaces at once. `failing` is raised by the next question, after it was done where `does_it` says so."""

    webhook: Carrier
    placed: list[OutboundCall] = field(default_factory=list)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    calls: dict[str, CarrierCall] = field(default_factory=dict)
    failing: Exception | None = None
    does_it: bool = True
    is_over: bool = False
    refuses_looks: str = ""
    """The code with which it answers whoever asks how something is."""
    meanwhile: Callable[[], None] | None = None
    """Happens once, while a phone is being made to ring."""
    inside: dict[str, CarrierParticipant] = field(default_factory=dict)
    sequence: int = 0
    tapes: Tapes = field(default_factory=Tapes)
    pens: Pens = field(default_factory=Pens)

    def _trouble(self) -> None:
        trouble, self.failing = self.failing, None
        if trouble is not None:
            raise trouble

    # --- as the worker asks ---------------------------------------------------------------

    def place(self, call: OutboundCall) -> str:
        if self.failing and not self.does_it:
            self._trouble()
        if self.meanwhile is not None:
            does, self.meanwhile = self.meanwhile, None
            does()
        number = f"CA{len(self.placed):032x}"
        self.placed.append(call)
        self.calls[number] = CarrierCall(number, call.to, call.sender, CallStatus.QUEUED, None, now())
        self._trouble()
        return number

    def find_calls(self, *, to: str, sender: str, since: datetime) -> Sequence[CarrierCall]:
        self._trouble()
        return [one for one in reversed(self.calls.values()) if (one.to, one.sender) == (to, sender) and one.created_at >= since]

    def look_up(self, number: str) -> Any:
        if self.refuses_looks:
            raise CarrierRefused(self.refuses_looks)
        if number == CONFERENCE:
            return CarrierConference(number, "", is_over=self.is_over, is_running=not self.is_over, created_at=now())
        return self.calls[number]

    def find(self, name: str) -> Sequence[CarrierConference]:
        return [CarrierConference(CONFERENCE, name, is_over=self.is_over, is_running=True, created_at=now())] if self.inside else []

    def participants(self, _conference: str) -> Sequence[CarrierParticipant]:
        return list(self.inside.values())

    def mute(self, _conference: str, call: str, *, on: bool) -> None:
        self._trouble()
        self.asked.append(("mute", call, on))

    def hold(self, _conference: str, call: str, *, on: bool, music_url: str = "") -> None:
        self.asked.append(("hold", call, on))

    def go_on_without(self, _conference: str, call: str) -> None:
        self.asked.append(("go_on_without", call))

    def remove(self, _conference: str, call: str) -> None:
        self.asked.append(("remove", call))

    def end(self, number: str) -> None:
        self.asked.append(("end", number))

    def redirect(self, number: str, script: str) -> None:
        self._trouble()
        self.asked.append(("redirect", number, script))

    def announce(self, _conference: str, script: str) -> None:
        self.asked.append(("announce", script))
        self._trouble()

    def announce_to(self, _conference: str, call: str, script: str) -> None:
        self.asked.append(("announce_to", call, script))
        self._trouble()

    # --- as the carrier tells -------------------------------------------------------------

    def status(self, leg: ConferenceParticipant, word: str, **more: str) -> None:
        """How far a phone is."""
        form = {"CallSid": leg.provider_call_id or f"CA{'f' * 32}", "CallStatus": word, **more}
        assert self.webhook(f"/webhooks/twilio/voice/status?ref={leg.reference}", form).status_code == 204
        db.session.refresh(leg)

    def detect(self, leg: ConferenceParticipant, word: str) -> None:
        """What answered."""
        form = {"CallSid": leg.provider_call_id or "", "AnsweredBy": word}
        assert self.webhook(f"/webhooks/twilio/voice/detection?ref={leg.reference}", form).status_code == 204
        db.session.refresh(leg)

    def room(self, leg: ConferenceParticipant, event: str, *, sequence: int | None = None, **more: str) -> None:
        """A step of the conference."""
        self.sequence += 1
        form = {
            "ConferenceSid": CONFERENCE, "FriendlyName": self.name_of(leg), "StatusCallbackEvent": event,
            "SequenceNumber": str(sequence or self.sequence), **more,
        }  # fmt: skip
        if event.startswith("announcement"):
            form = {"AnnounceUrl": next(one[-1] for one in reversed(self.asked) if one[0].startswith("announce"))} | form
        elif event != "conference-end":
            form |= {"CallSid": leg.provider_call_id or "", "ParticipantLabel": leg.reference}
        assert self.webhook("/webhooks/twilio/voice/conference?ref=leg.1.1", form).status_code == 204
        db.session.refresh(leg)

    def script(self, leg: ConferenceParticipant, *, asked: int = 0, key: str | None = None) -> str:
        """What a phone that was picked up is told."""
        form = {"CallSid": leg.provider_call_id or "", "CallStatus": "in-progress"} | ({"Digits": key} if key else {})
        more = "&key=1" if key is not None else ""
        answer = self.webhook(f"/webhooks/twilio/voice/room?ref={leg.reference}&n={asked}{more}", form)
        assert answer.status_code == 200
        db.session.refresh(leg)
        return answer.text

    def fetch(self, script: str) -> str:
        """The words that the carrier was asked to say."""
        answer = self.webhook(script.removeprefix("http://localhost"), {})
        assert answer.status_code == 200
        return answer.text

    def record(self, call: Call, status: str, number: str = "RE0") -> None:
        """News of a recording. It runs on one line, so no conference is named."""
        line = next(one.call_id for one in self.tapes.running if one.provider_id == number)
        form = {"RecordingSid": number, "RecordingStatus": status, "CallSid": line or ""}
        assert self.webhook(f"/webhooks/twilio/voice/recording?ref=call.{call.id}", form).status_code == 204
        db.session.expire_all()

    def write(self, leg: ConferenceParticipant, event: str = "content", *, number: str = "", words: str = "", seconds: int = 0) -> None:
        """News of what is written down of one person."""
        self.sequence += 1
        form = {
            "TranscriptionSid": number or leg.listening_id or "", "CallSid": leg.provider_call_id or "", "SequenceId": str(self.sequence),
            "TranscriptionEvent": f"transcription-{event}", "Timestamp": (now() + timedelta(seconds=seconds)).isoformat(),
            "LanguageCode": "en-US", "TranscriptionData": json.dumps({"transcript": words, "confidence": 0.9}),
        }  # fmt: skip
        assert self.webhook(f"/webhooks/twilio/voice/transcript?ref={leg.reference}", form).status_code == 204
        db.session.expire_all()

    @staticmethod
    def name_of(leg: ConferenceParticipant) -> str:
        """Of its room."""
        return room_of(db.session.get_one(Call, leg.call_id))
