"""The carrier tells of conferences, recordings and transcripts: signed, each piece of news once, and nonsense is a bad request."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from app.carrier.events import CallMoved, ConferenceMoved, MachineDetected, RecordingMoved, RecordingTranscribed, TranscriptMoved
from app.carrier.voice_forms import ScriptForm
from app.core import events
from tests.carrier.conftest import Carrier

CA, CF, RE, TR, GT = (kind + "a" * 32 for kind in ("CA", "CF", "RE", "TR", "GT"))
KINDS = (CallMoved, ConferenceMoved, RecordingMoved, RecordingTranscribed, TranscriptMoved, MachineDetected)
NEWS: dict[str, tuple[dict[str, str], Any]] = {
    "status": (
        {"CallSid": CA, "CallStatus": "completed", "CallDuration": "61", "ParentCallSid": CA[:-1] + "b"},
        CallMoved(CA, "leg.1", "completed", seconds=61, parent_id=CA[:-1] + "b"),
    ),
    "conference": (
        {"ConferenceSid": CF, "FriendlyName": "Room", "StatusCallbackEvent": "participant-mute", "SequenceNumber": "4", "CallSid": CA,
         "ParticipantLabel": "rosa", "Muted": "true", "Hold": "false"},
        ConferenceMoved(CF, "Room", "leg.1", "participant-mute", 4, CA, "rosa", is_muted=True, is_held=False),
    ),
    "recording": (
        {"RecordingSid": RE, "RecordingStatus": "completed", "CallSid": CA, "RecordingDuration": "12", "ErrorCode": "0"},
        RecordingMoved(RE, "leg.1", "completed", CA, seconds=12),
    ),
    "transcription": (
        {"TranscriptionSid": TR, "RecordingSid": RE, "TranscriptionStatus": "completed", "TranscriptionText": "Llego tarde"},
        RecordingTranscribed(TR, RE, "leg.1", is_ready=True, words="Llego tarde"),
    ),
    "transcript": (
        {"TranscriptionSid": GT, "CallSid": CA, "TranscriptionEvent": "transcription-content", "SequenceId": "2", "LanguageCode": "es-US",
         "Timestamp": "2026-11-21T19:00:01.5Z", "TranscriptionData": '{"transcript":"Hola","confidence":0.9}', "InboundTrackLabel": "rosa"},
        TranscriptMoved(GT, CA, "leg.1", "line", 2, datetime(2026, 11, 21, 19, 0, 1, 500000, UTC), "rosa", "Hola", "es-US"),
    ),
    "detection": ({"CallSid": CA, "AnsweredBy": "machine_end_beep"}, MachineDetected(CA, "leg.1", "machine_end_beep")),
}  # fmt: skip


@pytest.fixture
def heard(app: Flask) -> Iterator[list[object]]:
    found: list[object] = []
    hear = events.on(*KINDS)(found.append)
    yield found
    for kind in KINDS:
        events._after[kind].remove(hear)


@pytest.mark.parametrize("subject", NEWS)
def test_each_piece_of_news_is_told_once(carrier_calls: Carrier, client: FlaskClient, heard: list[object], subject: str) -> None:
    form, fact = NEWS[subject]
    path = f"/webhooks/twilio/voice/{subject}?ref=leg.1"
    assert client.post(path, data=form).status_code == 403
    assert heard == []
    assert [carrier_calls(path, form).status_code for _ in range(2)] == [204, 204]
    assert heard == [fact]


@pytest.mark.parametrize(
    ("subject", "wrong"),
    [
        ("conference", {"SequenceNumber": "first"}), ("conference", {"ConferenceSid": "no id"}),
        ("recording", {"RecordingDuration": "1e9"}),
        ("transcription", {"TranscriptionText": "\0"}), ("transcript", {"TranscriptionData": "[]"}), ("transcript", {"Timestamp": "soon"}),
        ("detection", {"AnsweredBy": ""}),
    ],
)  # fmt: skip
def test_nonsense_is_a_bad_request(carrier_calls: Carrier, heard: list[object], subject: str, wrong: dict[str, str]) -> None:
    answer = carrier_calls(f"/webhooks/twilio/voice/{subject}", NEWS[subject][0] | wrong)
    assert (answer.status_code, heard) == (400, [])


def test_a_question_for_a_script_is_read_strictly() -> None:
    asked = ScriptForm.of(MultiDict({
        "CallSid": CA, "CallStatus": "in-progress", "From": "client:abc123", "To": "+15035550100", "Direction": "inbound",
        "DialCallStatus": "no-answer", "QueueResult": "leave", "QueueTime": "12", "conversation": "7",
    }))  # fmt: skip
    assert (asked.sender, asked.is_inbound, asked.dialled_status) == ("client:abc123", True, "no-answer")
    assert asked.wishes == {"conversation": "7"}
