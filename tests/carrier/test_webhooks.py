"""The carrier calls: only signed calls are heard, each once, and nonsense is a bad request."""

import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.carrier.events import InboundTextRecorded
from app.carrier.models import CarrierCallback, InboundText
from app.core import events
from app.core.database import db
from app.directory.models import PhoneNumber
from tests.carrier.conftest import Carrier
from tests.factories import PhoneNumberFactory

INBOUND, STATUS = "/webhooks/twilio/messages", "/webhooks/twilio/status"
SID = "SM" + "a" * 32


@pytest.fixture
def number(app: Flask) -> PhoneNumber:
    number = PhoneNumberFactory()
    db.session.commit()
    return number


def text(number: PhoneNumber, **fields: Any) -> dict[str, Any]:
    return {"MessageSid": SID, "From": "+15035550123", "To": number.address, "Body": "¿A qué hora? 🚌", "NumMedia": "0"} | fields


def news(status: str = "sent", **fields: Any) -> dict[str, Any]:
    return {"MessageSid": SID, "MessageStatus": status, "To": "+15035550123", "From": "+15039000000"} | fields


def rows(table: type) -> list[Any]:
    db.session.rollback()
    return db.session.query(table).all()


def test_a_text_is_kept_once_and_answered_with_empty_twiml(number: PhoneNumber, carrier_calls: Carrier) -> None:
    heard: list[InboundTextRecorded] = []

    def hear(fact: InboundTextRecorded) -> None:
        heard.append(fact)

    events.on(InboundTextRecorded)(hear)
    try:
        for _ in range(2):
            answer = carrier_calls(INBOUND, text(number, OptOutType="STOP"))
            assert (answer.status_code, answer.mimetype, "<Response/>" in answer.text) == (200, "text/xml", True)
    finally:
        events._after[InboundTextRecorded].remove(hear)
    (kept,) = rows(InboundText)
    assert (kept.sender, kept.body, kept.opt_out_type) == ("+15035550123", "¿A qué hora? 🚌", "STOP")
    assert (kept.district_id, kept.phone_number_id, kept.routed_at) == (number.district_id, number.id, None)
    assert heard == [InboundTextRecorded(kept.id, number.district_id)]


def test_pictures_are_noted(number: PhoneNumber, carrier_calls: Carrier) -> None:
    url = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
    form = text(number, MessageSid="MM" + "b" * 32, Body="", NumMedia="1", MediaUrl0=url, MediaContentType0="image/jpeg")
    assert carrier_calls(INBOUND, form).status_code == 200
    assert rows(InboundText)[0].media == [{"url": url, "content_type": "image/jpeg"}]


def test_a_text_for_nobody_is_refused_and_not_kept(number: PhoneNumber, carrier_calls: Carrier) -> None:
    answer = carrier_calls(INBOUND, text(number, To="+15039999999"))
    assert (answer.status_code, answer.mimetype) == (404, "text/xml")
    assert rows(InboundText) == []


@pytest.mark.parametrize("path", [INBOUND, STATUS])
def test_forged_calls_leave_nothing(client: FlaskClient, number: PhoneNumber, carrier_calls: Carrier, path: str) -> None:
    form = text(number) | news()
    forged = [
        client.post(path, data=form),
        client.post(path, data=form, headers={"X-Twilio-Signature": "no"}),
        client.post(path, data=form, headers={"X-Twilio-Signature": "é".encode().decode("latin-1")}),
        carrier_calls(path, form, token="guessed token"),
        carrier_calls(path, form, url="http://localhost/elsewhere"),
        carrier_calls(path, form, headers={"X-Twilio-Webhooks-Signature-Settings": "algorithm=ROT13"}),
        client.post(path, data=b"\xff\xfe\x00", headers={"X-Twilio-Signature": "x"}, content_type="application/x-www-form-urlencoded"),
        client.post(path, json=form, headers={"X-Twilio-Signature": "x"}),
    ]
    assert [answer.status_code for answer in forged] == [403] * len(forged)
    assert rows(InboundText) == rows(CarrierCallback) == []


def test_a_signature_holds_for_one_body_only(client: FlaskClient, number: PhoneNumber, carrier_calls: Carrier) -> None:
    signature = carrier_calls(INBOUND, text(number)).request.headers["X-Twilio-Signature"]
    answer = client.post(INBOUND, data=text(number, MessageSid="SM" + "c" * 32), headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 403
    assert len(rows(InboundText)) == 1


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (INBOUND, {"MessageSid": ""}),
        (INBOUND, {"MessageSid": "SM 1"}),
        (INBOUND, {"From": ""}),
        (INBOUND, {"From": "+1" * 20}),
        (INBOUND, {"To": "\0"}),
        (INBOUND, {"Body": "x" * 10_000}),
        (INBOUND, {"Body": "null\0byte"}),
        (INBOUND, {"NumMedia": "many"}),
        (INBOUND, {"NumMedia": "²"}),
        (INBOUND, {"NumMedia": "11"}),
        (INBOUND, {"NumMedia": "1"}),
        (INBOUND, {"NumMedia": "1", "MediaUrl0": "file:///etc/passwd"}),
        (INBOUND, {"OptOutType": "MAYBE"}),
        (STATUS, {"MessageSid": ""}),
        (STATUS, {"MessageStatus": ""}),
        (STATUS, {"MessageStatus": "de livered"}),
        (STATUS, {"ErrorCode": "abc"}),
        (STATUS, {"MessageSid": "x" * 65}),
    ],
)
def test_nonsense_is_a_bad_request(number: PhoneNumber, carrier_calls: Carrier, path: str, wrong: dict[str, str]) -> None:
    answer = carrier_calls(path, (text(number) if path == INBOUND else news()) | wrong)
    assert answer.status_code == 400
    assert rows(InboundText) == rows(CarrierCallback) == []


def test_a_huge_call_is_refused_before_it_is_read(number: PhoneNumber, carrier_calls: Carrier) -> None:
    assert carrier_calls(INBOUND, text(number, Body="x" * 300_000)).status_code in {403, 413}
    assert rows(InboundText) == []


def test_news_is_kept_once_for_each_status(app: Flask, carrier_calls: Carrier) -> None:
    path = f"{STATUS}?ref=0190-abc.2"
    for form in (news("sent"), news("sent"), news("undelivered", ErrorCode="30005", RawDlrDoneDate="2611201200")):
        assert carrier_calls(path, form).status_code == 204
    sent, failed = rows(CarrierCallback)
    assert (sent.provider_id, sent.status, sent.error_code, sent.reference, sent.applied_at) == (SID, "sent", None, "0190-abc.2", None)
    assert (failed.status, failed.error_code, failed.fields) == ("undelivered", "30005", {"RawDlrDoneDate": "2611201200"})


def test_many_at_once_are_all_kept(app: Flask) -> None:
    from app.carrier.callback_inbox import CallbackInbox, NotKept
    from app.carrier.forms import StatusForm

    inbox, failures = CallbackInbox(), []

    def bring(sender: int) -> None:
        with app.app_context():
            for number in range(25):
                try:
                    inbox.keep(StatusForm(f"SM{sender}x{number}", "sent", None, None, {}), app.app_context)
                except NotKept as error:
                    failures.append(error)
            db.session.remove()

    threads = [threading.Thread(target=bring, args=(sender,)) for sender in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(rows(CarrierCallback)) == 200


def test_behind_a_proxy_the_public_address_counts(number: PhoneNumber, carrier_calls: Carrier) -> None:
    app_url = "http://localhost" + INBOUND
    answer = carrier_calls(INBOUND, text(number), url=app_url, base_url="http://10.0.0.7:8000")
    assert answer.status_code == 200
    assert carrier_calls(INBOUND, text(number, MessageSid="SM2"), url="http://localhost:80" + INBOUND).status_code == 200
