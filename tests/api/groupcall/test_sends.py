"""Batches, from the request to the outbox and back to the callbacks."""

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Staff
from app.api.groupcall import carrying
from app.conversations.models import Conversation, Message
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import ContactPoint, PhoneNumber
from app.webhooks.models import WebhookEndpoint, WebhookEvent
from tests.api.groupcall.conftest import Desk
from tests.conversations.arrivals import arrives
from tests.conversations.outcomes import happened
from tests.factories import ContactPointFactory

HOOK = "https://sis.example/in"


def test_a_text_goes_through_the_offices_thread_and_each_change_is_told(desk: Desk, author: Callable[[], Staff]) -> None:
    answer = desk.text({"IdaasId": "PC-g1"}, message="Hi $Name$, $Other$", DynamicTokens={"name": "Rosa"}, ClientRef="c7", CallbackUrl=HOOK)
    told = answer.json
    assert (answer.status_code, told["statusMsg"], told["MessageSentId"], told["ClientRef"]) == (200, "In Queue", 0, "c7")
    assert told["errorMsg"] == "OK 1 messages queued for sending."
    assert told["MessageId"].startswith(f"{desk.bearer.customer_number}.20261118.")
    assert told["WarningMessages"] == ["The token $Other$ has no value for every recipient; it stays as it is."]
    (sent,) = desk.hand_on()
    assert (sent.content.body, sent.owner_kind, sent.priority) == ("Hi Rosa, $Other$", "message", 9)
    message = db.session.get_one(Message, sent.owner_id)
    talk = db.session.get_one(Conversation, message.conversation_id)
    assert (talk.is_office, talk.guardian_id, message.staff_id) == (True, desk.family.guardian.id, author().id)
    assert desk.hand_on() == [sent]
    happened(sent, DeliveryState.SENT)
    happened(sent, DeliveryState.DELIVERED)
    happened(sent, DeliveryState.DELIVERED)
    arrives(sent.address, db.session.get_one(PhoneNumber, sent.phone_number_id), "Thank you!")
    sent_id = desk.recipients()[0].send_id
    same = {
        "MessageId": told["MessageId"], "MessageSentId": sent_id, "ClientRef": "c7", "RecipientId": "PC-g1", "Recipient": sent.address,
        "Route": "sms", "Units": 1, "estab": desk.bearer.customer_number,
    }  # fmt: skip
    heard = desk.callbacks()
    assert [one["Status"] for one in heard] == ["Sent", "Delivered", "Reply"]
    assert heard[2]["Reply"] == "Thank you!"
    assert all(same.items() <= one.items() for one in heard)
    assert len({one["id"] for one in heard}) == 3
    endpoint = db.session.scalars(select(WebhookEndpoint)).one()
    assert (endpoint.method, endpoint.url, endpoint.face) == ("GET", HOOK, "groupcall")


def test_send_to_reaches_the_contacts_that_may_be_written_to_and_each_once(desk: Desk) -> None:
    luis = desk.adult("Luis")
    desk.adult("Elena", may_contact=False)
    first, second = desk.family.contact_point.address, luis.contact_points[0].address
    answers = [desk.text({"IdaasId": "PL-s1", "SendTo": way}) for way in (0, 1, 2)]
    assert "SendTo 1 or 2" in answers[0].json["WarningMessages"][0]
    desk.text({"IdaasId": "PL-s1", "SendTo": 2}, {"IdaasId": "PC-g1"}, first.lstrip("+"), {"MobileNumber": first, "SendTo": 1})
    assert [address for address, _state in desk.fates()] == [first, first, second, first, second]
    assert [one.json["errorMsg"][:4] for one in answers] == ["OK 0", "OK 1", "OK 2"]


def test_whoever_is_named_is_found_by_the_first_identification_that_matches(desk: Desk) -> None:
    guardian, phone = desk.family.guardian, desk.family.contact_point.address
    desk.family.teacher.phone = "+15035550111"
    db.session.commit()
    for one in (
        {"Id": guardian.id}, {"Id": 10**9, "IdaasId": "PC-g1"}, {"ExternalId": "g1"}, {"MessengerId": str(guardian.uuid)},
        {"IdaasId": f"PC-{guardian.uuid}"}, {"Id": guardian.id, "MobileNumber": "15035550177"},
    ):  # fmt: skip
        assert desk.text(one).json["WarningMessages"] == [], one
    assert {address for address, _state in desk.fates()} == {phone}
    assert desk.text({"IdaasId": "PWT-t1"}).json["WarningMessages"] == []
    stranger = desk.text("15035550188")
    assert stranger.json["errorMsg"].startswith("OK 1")
    assert "is unknown" in desk.text({"IdaasId": "PC-nobody"}).json["WarningMessages"][0]
    desk.hand_on()
    sent = {one.address: one.owner_kind for one in db.session.scalars(select(Delivery))}
    assert sent == {phone: "message", "+15035550111": "groupcall", "+15035550188": "message"}
    colleague = db.session.scalars(select(Delivery).where(Delivery.owner_kind == "groupcall")).one()
    happened(colleague, DeliveryState.DELIVERED)
    assert ("+15035550111", "Delivered") in desk.fates()


def test_emails_become_words_of_the_house_with_their_files(desk: Desk) -> None:
    ContactPointFactory(guardian=desk.family.guardian, kind="email", address="rosa@family.test")
    db.session.commit()
    picture = base64.b64encode(b"%PDF-1.4 a form").decode()
    answer = desk.email(
        {"IdaasId": "PC-g1", "DynamicTokens": {"Day": "Monday"}}, {"EmailAddress": "Clinic@town.test"},
        body="<p>Closed on <b>$Day$</b></p>", dynamicTokens={"Day": "some day"}, emailSubject="Closed", clientRef="e1",
        emailReplyToAddress="office@cedar.test", emailSentFromName="SIS", attachments=[{"FileName": "form.pdf", "FileData": picture}],
        callbackUrl=f"{HOOK}?status=&key=1",
    )  # fmt: skip
    assert answer.json["ClientRef"] == "e1"
    assert any("not shown" in words for words in answer.json["WarningMessages"])
    first, second = desk.hand_on()
    assert [(one.channel, one.address, one.content.body) for one in (first, second)] == [
        ("email", "rosa@family.test", "Closed on Monday"), ("email", "clinic@town.test", "Closed on some day")
    ]  # fmt: skip
    assert first.content.details["subject"] == "Closed"
    assert first.content.details["reply_to"] == "office@cedar.test"
    assert first.content.media[0]["name"] == "form.pdf"
    happened(first, DeliveryState.SENT)
    happened(second, DeliveryState.FAILED, "550")
    assert desk.callbacks() == [{"Status": "Sent"}, {"Status": "Failed"}]
    assert db.session.scalars(select(WebhookEndpoint.url)).one() == HOOK
    assert set(db.session.scalars(select(WebhookEvent.query))) == {"key=1"}
    assert desk.email("x").status_code == 400
    refused = desk.email(
        {"EmailAddress": "a@b.test"}, attachments=[{"FileName": "a.exe", "FileData": base64.b64encode(b"MZ\x90").decode()}]
    )
    assert refused.status_code == 400
    assert len(desk.recipients()) == 2


def test_by_whatever_route_suits(desk: Desk) -> None:
    luis = desk.adult("Luis", email="luis@family.test")
    db.session.get_one(ContactPoint, luis.contact_points[0].id).kind = "landline"
    db.session.commit()
    answer = desk.multi({"IdaasId": "PL-s1", "SendTo": 2}, smsMessage="Closed", emailBody="Closed today", sendXpression=True)
    assert "app timeline" in answer.json["WarningMessages"][-1]
    assert [(one.route, one.address) for one in desk.recipients()] == [
        ("sms", desk.family.contact_point.address), ("email", "luis@family.test")
    ]  # fmt: skip
    nothing = desk.multi({"IdaasId": "PC-g1"}, NotificationMessage="Closed")
    assert "cannot be reached" in nothing.json["WarningMessages"][0]
    assert desk.multi({"IdaasId": "PC-g1"}).status_code == 400


def test_a_batch_answers_in_order_and_one_invalid_message_stops_them_all(desk: Desk) -> None:
    good = {**desk.credentials, "SMSMessage": "One", "Recipients": [{"IdaasId": "PC-g1"}]}
    answer = desk.client.ask("sendSms", {"MESSAGEDATA": [good, {**good, "smsmessage": good["SMSMessage"], "CLIENTREF": "two"}]})
    assert answer.status_code == 400
    answer = desk.client.ask("sendSms", {"MessageData": [good, {**good, "CLIENTREF": "two"}]})
    assert [one["ClientRef"] for one in answer.json] == [None, "two"]
    for wrong in (
        {"SMSMessage": "x" * 1531}, {"SMSMessage": "   "}, {"Recipients": ["447700900123"]}, {"CallbackUrl": "http://127.0.0.1/x"},
        {"SMSMessage": "$Long$", "DynamicTokens": {"Long": "ж" * 671}}, {"SendDateTime": "2031-01-01T00:00:00Z"}, {"Recipients": []},
    ):  # fmt: skip
        assert desk.client.ask("sendSms", {"messageData": [good, {**good, **wrong}]}).status_code == 400, wrong
    wrong_key = desk.client.ask("sendSms", {"messageData": [good, {**good, "Password": "hr_live_wrong"}]})
    assert wrong_key.status_code == 401
    assert len(desk.recipients()) == 2


def test_a_later_time_waits_and_a_past_one_is_now(desk: Desk, school_time: time_machine.Traveller) -> None:
    later = now() + timedelta(hours=2)
    assert desk.text({"IdaasId": "PC-g1"}, SendDateTime=later.isoformat()).json["transmitDateTime"] == later.isoformat()
    desk.text({"IdaasId": "PC-g1"}, message="At once", SendDateTime="2020-01-01T00:00:00Z")
    assert [one.content.body for one in desk.hand_on()] == ["At once"]
    school_time.shift(timedelta(hours=2, minutes=1))
    assert len(desk.hand_on()) == 2


def test_a_small_message_does_not_wait_for_a_large_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        desk.adult(f"Adult{number}")
    large = desk.text({"IdaasId": "PL-s1", "SendTo": 2}).json["errorMsg"]
    assert large.startswith("OK 5")
    assert desk.text({"IdaasId": "PC-g1"}, message="A second word.").status_code == 200
    monkeypatch.setattr(carrying.queue, "batch", 2)
    assert carrying.queue.serve(seconds=-1) is True  # its moment is over
    assert [one for one in desk.recipients() if not one.body] == []
    assert carrying.queue.take_all() == 6
    in_order = sorted(desk.recipients(), key=lambda one: one.message_id or 0)
    assert len({one.send_id for one in in_order[:2]}) == 2
