"""A call that comes in, and the list of calls, on the other database."""

import pytest
from flask import Flask

from app.calls.models import Call, DirectCall
from app.core.database import db
from tests.carrier.conftest import Carrier, carrier_calls
from tests.conftest import SignIn
from tests.factories.threads import thread

__all__ = ["carrier_calls"]
INCOMING = "/webhooks/twilio/voice/incoming"


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    return postgres_app


def test_a_call_that_comes_in_is_one_call_and_stands_in_the_list(app: Flask, carrier_calls: Carrier, sign_in: SignIn) -> None:
    talk = thread()
    talk.family.school.office_hours = {}
    db.session.commit()
    asked = {
        "CallSid": "CA" + "7" * 32, "CallStatus": "ringing", "Direction": "inbound", "From": talk.family.contact_point.address,
        "To": talk.family.number.address,
    }  # fmt: skip
    said = [carrier_calls(INCOMING, asked).text for _ in range(2)]
    assert said[0] == said[1]
    assert "oprima 1" in said[0]
    call, line = db.session.query(Call).one(), db.session.query(DirectCall).one()
    ref = f"?ref={line.reference('far')}&n=0"
    assert "<Record" in carrier_calls(f"{INCOMING}/choice{ref}", asked | {"Digits": "2"}).text
    assert "<Hangup" in carrier_calls(f"{INCOMING}/choice{ref}", asked | {"Digits": "1"}).text  # late: the menu is over
    over = {"CallSid": asked["CallSid"], "CallStatus": "completed"}
    assert [carrier_calls("/webhooks/twilio/voice/status", over).status_code for _ in range(2)] == [204, 204]
    db.session.refresh(call)
    assert (call.status, call.conversation_id) == ("no_answer", talk.id)
    page = sign_in(talk.family.teacher).get(f"/calls/history?show=missed&q={talk.family.contact_point.address[-4:]}").text
    assert talk.family.guardian.full_name in page
    foreign = asked | {"CallSid": "CA" + "8" * 32, "To": "+15035550999"}
    assert carrier_calls(INCOMING, foreign).status_code == 404
