"""What the tests of voicemail share: a caller who spoke after the beep, and a carrier that has the sound."""

import json
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.calls.fetching import fetch_due
from app.calls.models import Call, DirectCall, Recording
from app.core.clock import now
from app.core.database import db
from app.voicemail.models import Voicemail
from tests.calls.tapes import Tapes, sound
from tests.carrier.conftest import Carrier, carrier_calls
from tests.conftest import SignIn
from tests.factories.threads import Thread, thread

__all__ = ["carrier_calls"]
WORDS = "Hey Ms. Okafor, it is Rosa. Mateo left his inhaler at home. I will bring it at ten."


@dataclass
class Desk:
    """A teacher at her browser."""

    app: Flask
    tapes: Tapes
    webhook: Carrier
    browser: FlaskClient
    thread: Thread

    def leave(self, number: int = 1, *, file: bytes | None = None, caller: str = "", told: str = "completed") -> Voicemail:
        """The guardian (or a strange phone, which reaches the office) calls and speaks after the beep, as the carrier tells it."""
        sid = f"RE{number:032x}"
        self.tapes.files[sid] = sound() if file is None else file
        call = db.session.query(Call).filter_by(request_key=f"in.{number}").one_or_none() or self.call(number, caller)
        form = {"RecordingSid": sid, "RecordingStatus": told, "RecordingDuration": "2", "CallSid": f"CA{number:032x}"}
        assert self.webhook(f"/webhooks/twilio/voice/recording?ref=voicemail.{call.id}", form).status_code == 204
        db.session.expire_all()
        return db.session.query(Voicemail).filter_by(call_id=call.id).one()

    def call(self, number: int, caller: str = "") -> Call:
        """The call itself, over and without a message."""
        people = self.thread.family
        call = Call(
            district_id=people.school.district_id, school_id=people.school.id, kind="return", phone_number_id=people.number.id,
            conversation_id=None if caller else self.thread.id, title="A call", guardian_id=None if caller else people.guardian.id,
            staff_id=None if caller else people.teacher.id, request_key=f"in.{number}", status="finished",
        )  # fmt: skip
        db.session.add(call)
        db.session.flush()
        line = DirectCall(
            call_id=call.id, is_inbound=True, address=caller or people.contact_point.address, name="", stage="over", language="en",
            contact_point_id=None if caller else people.contact_point.id, far_call_id=f"CA{number:032x}",
        )  # fmt: skip
        db.session.add(line)
        db.session.commit()
        return call

    def written(self, row: Voicemail, words: str = WORDS) -> None:
        """The carrier tells what was said."""
        form = {
            "TranscriptionSid": "TR" + "1" * 32, "RecordingSid": self.sid(row), "TranscriptionText": words,
            "TranscriptionStatus": "completed" if words else "failed",
        }  # fmt: skip
        assert self.webhook("/webhooks/twilio/voice/transcription?ref=vm", form).status_code == 204
        db.session.expire_all()

    def heard(self, row: Voicemail, words: str) -> None:
        """The carrier writes down what a caller says who does not speak English, while they say it."""
        form = {
            "TranscriptionSid": "GT" + "1" * 32, "CallSid": "CA" + "9" * 32, "SequenceId": "2", "Timestamp": now().isoformat(),
            "TranscriptionEvent": "transcription-content", "LanguageCode": "es-US",
            "TranscriptionData": json.dumps({"transcript": words, "confidence": 0.9}),
        }  # fmt: skip
        assert self.webhook(f"/webhooks/twilio/voice/transcript?ref=voicemail.{row.call_id}", form).status_code == 204
        db.session.expire_all()

    def work(self) -> None:
        """One turn of the worker."""
        db.session.commit()
        with self.app.app_context():
            fetch_due.function()
        db.session.expire_all()

    @staticmethod
    def sid(row: Voicemail) -> str:
        """The carrier's id of its recording."""
        return db.session.get_one(Recording, row.recording_id).provider_id


@pytest.fixture
def desk(app: Flask, sign_in: SignIn, carrier_calls: Carrier) -> Desk:
    talk = thread()
    tapes = app.extensions["recording_carrier"] = Tapes()
    return Desk(app, tapes, carrier_calls, sign_in(talk.family.teacher), talk)
