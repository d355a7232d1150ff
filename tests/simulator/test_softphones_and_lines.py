"""Calls to the school and from browsers: keys, legs that are dialled, a message after the beep, and a waiting line."""

import base64
import io
import wave
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from app.carrier.recordings import RecordingStatus
from app.carrier.twilio_softphones import SimulatedSoftphones
from tests.simulator.running import ACCOUNT, ROSA, SCHOOL, TOKEN, Network, School
from tests.simulator.talking import Exchange, until

MARCUS = "+15035550170"


@pytest.fixture
def exchange(network: Network, school: School) -> Exchange:
    network.set(call_speed=10)
    network.control("numbers", {"number": SCHOOL, "name": "Cedar Valley", "voice_url": f"{school.url}/menu"})
    return Exchange(network, school)


@dataclass
class Softphone:
    """A phone in a browser."""

    exchange: Exchange
    identity: str = "abc123"

    def __post_init__(self) -> None:
        url = self.exchange.network.url
        self.address = f"{url}/softphone"
        issued = SimulatedSoftphones(ACCOUNT, TOKEN, url, f"{self.exchange.school.url}/outgoing").issue(self.identity)
        assert issued is not None
        assert issued.address == self.address
        self.headers = {"Authorization": f"Bearer {issued.token}"}

    def state(self) -> dict[str, Any]:
        answer = requests.get(f"{self.address}/state", headers=self.headers, timeout=5)
        assert answer.ok, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.address}/{path}", json=body, headers=self.headers, timeout=5)
        assert answer.ok, answer.text
        return answer.json()

    def is_in(self, state: str) -> dict[str, Any] | None:
        call = self.state()["call"]
        return call if call and call["state"] == state else None

    def heard(self) -> list[str]:
        return [line["words"] for line in self.state()["lines"] if line["kind"] == "said"]


def incoming(exchange: Exchange, number: str = ROSA) -> str:
    exchange.hold(number)
    return str(exchange.network.control(f"handsets/{number}/calls", {"to": SCHOOL})["sid"])


def test_who_has_the_phone_in_hand_finds_a_key_however_quick_the_network_is(exchange: Exchange, network: Network) -> None:
    network.set(call_speed=2000)
    exchange.answers(
        menu="<Gather numDigits='1' action='/keys'><Say>Press 1.</Say></Gather><Say>Too late.</Say>", keys="<Say>Thank you.</Say>"
    )
    sid = incoming(exchange)
    until(lambda: "Press 1." in exchange.lines(sid, "heard"))
    exchange.do(ROSA, "press", keys="1")
    until(lambda: exchange.story(sid)["status"] == "completed")
    assert exchange.lines(sid, "heard") == ["Press 1.", "Thank you."]
    network.control(f"handsets/{ROSA}/call/let_go", {})
    sid = str(network.control(f"handsets/{ROSA}/calls", {"to": SCHOOL})["sid"])
    until(lambda: "Too late." in exchange.lines(sid, "heard"))


def test_a_browser_calls_out_and_is_called_back(exchange: Exchange, network: Network, school: School) -> None:
    told = exchange.addresses.status("leg.1")
    exchange.answers(
        outgoing=f"<Dial callerId='{SCHOOL}' action='/after'><Number statusCallback='{told}'>{ROSA}</Number></Dial>",
        after="<Hangup/>",
        menu="<Gather numDigits='1' action='/keys'><Say>Press 1 for the teacher.</Say></Gather>",
        keys="<Dial action='/after' timeout='20'><Client>abc123</Client></Dial>",
    )
    phone = Softphone(exchange)
    assert requests.get(f"{phone.address}/state", headers={"Authorization": "Bearer no"}, timeout=5).status_code == 401
    made = phone.post("calls", to=ROSA, wishes={"conversation": "7"})
    until(lambda: phone.heard() == ["Guest: Hello."])
    (asked,) = school.of("outgoing")
    assert [asked.form[name] for name in ("From", "To", "Direction", "CallStatus", "conversation")] == [
        "client:abc123", ROSA, "inbound", "ringing", "7",
    ]  # fmt: skip
    (leg,) = exchange.calls.parts_of(made["sid"])
    assert (leg.to, leg.sender, leg.parent_id) == (ROSA, SCHOOL, made["sid"])
    assert phone.post(f"calls/{made['sid']}/hang_up") == {"ok": True}
    network.settle()
    assert [form["ParentCallSid"] for form in exchange.told("status")] == [made["sid"]]

    sid = incoming(exchange)
    until(lambda: exchange.lines(sid, "heard"))
    exchange.do(ROSA, "press", keys="1")
    ringing = until(lambda: phone.is_in("ringing"))
    assert ringing["is_inbound"]
    phone.post(f"calls/{ringing['sid']}/answer")
    until(lambda: phone.is_in("talking") and exchange.story(sid)["peer_id"])
    exchange.do(ROSA, "speak", words="Buenos días")
    assert phone.heard()[-1].endswith("Buenos días")
    phone.post(f"calls/{ringing['sid']}/hang_up")
    after = school.wait_for(2, "after")[-1].form
    assert (after["DialCallStatus"], after["DialCallSid"]) == ("completed", ringing["sid"])
    network.settle()
    assert exchange.calls.look_up(sid).is_inbound


def beeps(seconds: int) -> str:
    """A WAV file as a browser uploads it."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes([0, 40, 0, 40]) * 16_000 * seconds)
    return base64.b64encode(made.getvalue()).decode()


@pytest.mark.parametrize("line", ["", "8016", "8017", "8018"])
def test_a_message_after_the_beep(exchange: Exchange, network: Network, school: School, line: str) -> None:
    tells = (
        f"recordingStatusCallback='{exchange.addresses.recording('vm.1')}' transcribeCallback='{exchange.addresses.transcription('vm.1')}'"
    )
    exchange.answers(menu=f"<Say>After the beep.</Say><Record action='/done' maxLength='60' {tells}/>", done="<Say>Thank you.</Say>")
    number = f"+1503555{line}" if line else ROSA
    sid = exchange.phase(incoming(exchange, number), "taping")
    exchange.do(number, "speak", sound=beeps(3))
    exchange.do(number, "speak", words="Mateo has a fever")
    exchange.do(number, "press", keys="#")
    (done,) = school.wait_for(1, "done")
    assert done.form["Digits"] == "#"
    network.settle()
    assert exchange.lines(sid, "heard")[-1] == "Thank you."
    (tape,) = exchange.recordings.find(call_id=sid)
    assert tape.provider_id == done.form["RecordingSid"]
    texts = [form["TranscriptionText"] for form in exchange.told("transcription")]
    if line == "8016":
        assert (tape.status, texts) == (RecordingStatus.ABSENT, [])
    else:
        sound = io.BytesIO()
        exchange.recordings.fetch(tape.provider_id, sound, most_bytes=10_000_000)
        sound.seek(0)
        if line == "8018":
            assert b"RIFF" not in sound.getvalue()
        else:
            with wave.open(sound) as file:
                assert file.getnframes() > 4 * file.getframerate()
                assert bytes([0, 40]) * 10_000 in file.readframes(file.getnframes())
        assert texts == ([""] if line == "8017" else ["Mateo has a fever"])
        assert [text.words for text in exchange.recordings.transcriptions(tape.provider_id)] == texts


def test_who_says_nothing_leaves_no_message(exchange: Exchange, network: Network, school: School) -> None:
    exchange.answers(menu="<Record action='/done'/><Say>We heard nothing.</Say>")
    sid = exchange.phase(incoming(exchange), "taping")
    network.set(call_speed=100)
    exchange.do(ROSA, "press", keys="5")
    network.settle()
    assert exchange.lines(sid, "heard") == ["We heard nothing."]
    assert (school.of("done"), exchange.recordings.find(call_id=sid)) == ([], [])


def test_a_line_is_served_first_come_first(exchange: Exchange, network: Network, school: School) -> None:
    exchange.answers(
        menu="<Enqueue waitUrl='/wait' action='/left'>office</Enqueue>", wait="<Say>Please wait.</Say><Pause length='20'/>",
        agent="<Dial><Queue>office</Queue></Dial>", elsewhere="<Say>Somebody else takes you.</Say>", left="<Hangup/>",
    )  # fmt: skip
    first = incoming(exchange)
    (queue,) = until(exchange.client.queues.list)
    until(queue.members.list)
    second = incoming(exchange, MARCUS)
    until(lambda: len(queue.members.list()) == 2)
    assert [one.call_sid for one in queue.members.list()] == [first, second]
    assert school.wait_for(2, "wait")[1].form["QueuePosition"] == "2"
    agent = exchange.call("+15035550171", "agent")
    exchange.phase(first, "bridged")
    assert queue.fetch().current_size == 1
    queue.members(second).update(url=f"{school.url}/elsewhere", method="POST")
    until(lambda: "Somebody else takes you." in exchange.lines(second, "heard"))
    exchange.calls.end(agent)
    (left,) = school.wait_for(1, "left")
    assert (left.form["CallSid"], left.form["QueueResult"]) == (first, "bridged")
    network.settle()


def test_nobody_answers_a_dialled_leg_and_a_call_is_rejected(exchange: Exchange, network: Network, school: School) -> None:
    exchange.answers(menu="<Dial action='/after'><Client>nobody</Client></Dial>", after="<Reject reason='busy'/>")
    sid = incoming(exchange)
    (after,) = school.wait_for(1, "after")
    assert after.form["DialCallStatus"] == "no-answer"
    exchange.answers(menu="<Reject reason='busy'/>")
    refused = incoming(exchange, MARCUS)
    network.settle()
    assert [exchange.story(one)["status"] for one in (sid, refused)] == ["busy", "busy"]
