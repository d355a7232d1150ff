"""The house's voice adapters on a simulated network, and phones in people's hands."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response
from twilio.rest import Client
from werkzeug.datastructures import MultiDict

from app.carrier import media
from app.carrier.calls import OutboundCall
from app.carrier.forms import CallForm
from app.carrier.http_client import PooledHttpClient
from app.carrier.twilio_calls import TwilioVoice
from app.carrier.twilio_conferences import TwilioConferences
from app.carrier.twilio_recordings import TwilioRecordings, TwilioTranscripts
from app.carrier.voice_addresses import VoiceAddresses
from app.carrier.voice_forms import ConferenceForm, DetectionForm, RecordingForm, ScriptForm, TranscriptForm, TranscriptionForm
from tests.simulator.running import ACCOUNT, SCHOOL, TOKEN, Heard, Network, School

FORMS: dict[str, Any] = {
    "status": CallForm, "conference": ConferenceForm, "recording": RecordingForm, "transcription": TranscriptionForm,
    "transcript": TranscriptForm, "detection": DetectionForm,
}  # fmt: skip


def twiml(text: str) -> Response:
    return Response(f"<Response>{text}</Response>", mimetype="text/xml")


def until(holds: Callable[[], Any], seconds: float = 5) -> Any:
    """What `holds` gives once it is true."""
    limit = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < limit, "it never came true"
        time.sleep(0.01)
    return found


@dataclass
class Exchange:
    """A network, a school, and the adapters between them."""

    network: Network
    school: School

    def __post_init__(self) -> None:
        self.client = client = Client(ACCOUNT, TOKEN, http_client=PooledHttpClient(self.network.url, 8))
        self.addresses = VoiceAddresses(f"{self.school.url}/voice")
        self.calls = TwilioVoice(client, self.addresses)
        self.conferences = TwilioConferences(client, self.addresses)
        origins = media.Origins.of_simulator(self.network.url)
        self.recordings = TwilioRecordings(client, self.addresses, origins, self.network.url)
        self.transcripts = TwilioTranscripts(client, self.addresses)

    def answers(self, **scripts: str) -> None:
        """The school's scripts by the last part of their address."""

        def answer(heard: Heard) -> Response:
            if heard.path not in scripts:
                return Response(status=204)
            if "CallSid" in heard.form:
                ScriptForm.of(MultiDict(heard.form))
            return twiml(scripts[heard.path])

        self.school.answers = answer

    def hold(self, *numbers: str) -> None:
        for number in numbers:
            self.network.control(f"handsets/{number}/call/hold", {})

    def do(self, number: str, act: str, **more: Any) -> None:
        """Something is done with a phone."""
        assert self.network.control(f"handsets/{number}/call/{act}", more)["ok"]

    def call(self, to: str, script: str, **more: Any) -> str:
        wishes = {"reference": script, "detects_machines": False} | more
        return self.calls.place(OutboundCall(to, SCHOOL, f"{self.school.url}/{script}", **wishes))

    def story(self, sid: str) -> dict[str, Any]:
        return next(one for one in self.network.control("calls")["calls"] if one["sid"] == sid)

    def lines(self, sid: str, *kinds: str) -> list[str]:
        return [line["words"] for line in self.story(sid)["lines"] if line["kind"] in kinds]

    def phase(self, sid: str, phase: str) -> str:
        until(lambda: self.story(sid)["phase"] == phase)
        return sid

    def talk_to(self, number: str, script: str, phase: str, **more: Any) -> str:
        """Call a phone in somebody's hand, who answers."""
        self.hold(number)
        sid = self.phase(self.call(number, script, **more), "ringing")
        self.do(number, "answer")
        return self.phase(sid, phase)

    def told(self, subject: str) -> list[dict[str, str]]:
        """What the school was told, all of which the house understands."""
        forms = [heard.form for heard in self.school.of(f"voice/{subject}")]
        for form in forms:
            FORMS[subject].of(MultiDict(form), MultiDict({"ref": "a.1"}))
        return forms
