"""A call that comes in, and the list of calls, on the other database."""

import threading
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask

from app.calls.models import Call, DirectCall
from app.calls.said import MenuSaid
from app.calls.service import leading
from app.calls.service.leading import ring
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


def test_of_two_who_press_one_at_once_one_rings_in_the_browser(
    app: Flask, carrier_calls: Carrier, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = thread()
    talk.family.school.office_hours = {}
    db.session.commit()
    assert sign_in(talk.family.teacher).post("/calls/phone/here").status_code == 204
    asked = {"CallStatus": "ringing", "Direction": "inbound", "From": talk.family.contact_point.address, "To": talk.family.number.address}
    callers = [asked | {"CallSid": "CA" + n * 32} for n in "78"]
    for caller in callers:
        assert "oprima 1" in carrier_calls(INCOMING, caller).text
    references = [line.reference("far") for line in db.session.query(DirectCall).order_by(DirectCall.call_id)]
    db.session.rollback()
    both = threading.Barrier(2)

    def ring_late(*given: Any) -> MenuSaid:
        with suppress(threading.BrokenBarrierError):
            both.wait(0.7)  # who has looked waits for the other to have looked, too
        return ring(*given)

    monkeypatch.setattr(leading, "ring", ring_late)
    said: list[str] = []

    def press(caller: dict[str, str], reference: str) -> None:
        said.append(carrier_calls(f"{INCOMING}/choice?ref={reference}&n=0", caller | {"Digits": "1"}).text)

    presses = [threading.Thread(target=press, args=pair) for pair in zip(callers, references, strict=True)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert sorted("<Client" in one for one in said) == [False, True]
