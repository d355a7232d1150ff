"""Batches, from the request to the outbox and back to the callbacks."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select, update

from app.accounts import service as accounts
from app.accounts.models import Role, Staff
from app.accounts.scopes import Scope
from app.api.groupcall import carrying
from app.api.groupcall.forgetting import forget_old
from app.api.groupcall.models import GroupcallRecipient
from app.conversations.models import Conversation, Message
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import ContactPoint, PhoneNumber
from app.directory.service import record_consent
from app.webhooks.models import WebhookEndpoint, WebhookEvent
from tests.api.groupcall.conftest import Desk
from tests.conversations.arrivals import arrives
from tests.conversations.outcomes import happened
from tests.factories import ContactPointFactory, SchoolFactory, StaffFactory, api_bearer, family

HOOK = "https://sis.example/in"
NIGHT = datetime(2026, 11, 19, 6, 0, tzinfo=UTC)
"""10 in the evening at the school."""


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


def test_consent_quiet_hours_records_and_reach_hold_as_for_everybody(desk: Desk, school_time: time_machine.Traveller) -> None:
    elsewhere = family()
    elsewhere.guardian.source_id = "g9"
    elena = desk.adult("Elena", may_contact=False)
    school_time.move_to(NIGHT)
    desk.text({"IdaasId": "PC-g1"}, message="At night")
    (held,) = desk.hand_on()
    assert held.held_until is not None
    assert held.held_until > now()
    record_consent(
        desk.family.school.district_id, desk.family.contact_point.address, desk.family.number.consent_scope, "opted_out", "keyword"
    )
    answer = desk.text({"IdaasId": "PC-g1"}, {"IdaasId": "PC-adult-Elena"}, {"IdaasId": "PC-g9"}, CallbackUrl=HOOK)
    warnings = answer.json["WarningMessages"]
    assert "opted out" in warnings[0]
    assert "must not be written to" in warnings[1]
    assert "unknown" in warnings[2]
    assert answer.json["errorMsg"].startswith("OK 0")
    assert [one["Status"] for one in desk.callbacks()] == ["Opted Out"]
    assert elena.contact_points[0].address not in dict(desk.fates())
    assert len(desk.hand_on()) == 1


def test_whoever_says_stop_while_it_waits_gets_nothing(desk: Desk) -> None:
    desk.text({"IdaasId": "PC-g1"}, CallbackUrl=HOOK)
    record_consent(
        desk.family.school.district_id, desk.family.contact_point.address, desk.family.number.consent_scope, "opted_out", "keyword"
    )
    assert desk.hand_on() == []
    assert desk.fates() == [(desk.family.contact_point.address, "Opted Out")]
    assert [one["Status"] for one in desk.callbacks()] == ["Opted Out"]


def test_a_system_that_was_removed_hears_nothing_more(desk: Desk) -> None:
    desk.text({"IdaasId": "PC-g1"}, CallbackUrl=HOOK)
    (sent,) = desk.hand_on()
    happened(sent, DeliveryState.SENT)
    admin = db.session.scalars(select(Staff).where(Staff.role == Role.DISTRICT_ADMIN, Staff.kind == "person")).one()
    accounts.delete_bearer(admin, desk.bearer.id)
    happened(sent, DeliveryState.DELIVERED)
    assert db.session.scalars(select(WebhookEndpoint.state)).one() == "deleted"
    states = list(db.session.scalars(select(WebhookEvent.state).order_by(WebhookEvent.id)))
    assert states == ["dropped"]


def test_a_system_that_was_removed_sends_nothing_more_even_as_a_person(desk: Desk) -> None:
    bearer, token = api_bearer(person=StaffFactory(schools=[desk.family.school], role=Role.DISTRICT_ADMIN))
    later = (now() + timedelta(days=2)).isoformat()
    answer = desk.text({"IdaasId": "PC-g1"}, CustomerId=bearer.customer_number, Password=token, SendDateTime=later)
    assert answer.status_code == 200
    admin = db.session.scalars(select(Staff).where(Staff.role == Role.DISTRICT_ADMIN, Staff.kind == "person").limit(1)).one()
    accounts.delete_bearer(admin, bearer.id)
    db.session.execute(update(GroupcallRecipient).values(due_at=now()))
    assert desk.hand_on() == []
    assert [(one.state, one.detail, one.body) for one in desk.recipients()] == [("Failed", "bearer_closed", "")]


def test_in_test_mode_nothing_leaves(desk: Desk) -> None:
    admin = db.session.scalars(select(Staff).where(Staff.role == Role.DISTRICT_ADMIN, Staff.kind == "person")).one()
    accounts.set_test_mode(admin, desk.bearer.id, is_test=True)
    desk.text({"IdaasId": "PC-g1"}, CallbackUrl=HOOK)
    assert desk.hand_on() == []
    assert [one["Status"] for one in desk.callbacks()] == ["Sent", "Delivered"]
    assert db.session.scalar(select(func.count(Message.id))) == 0
    today = now().date().isoformat()
    used = desk.client.ask("getUsage", {**_named(desk), "FromDate": today, "ToDate": today})
    assert used.json["SMSUnits"] == 0


def test_usage_counts_by_day_what_left(desk: Desk, school_time: time_machine.Traveller) -> None:
    ContactPointFactory(guardian=desk.family.guardian, kind="email", address="rosa@family.test")
    desk.text({"IdaasId": "PC-g1"}, message="a" * 200)
    desk.text({"IdaasId": "PC-g1"}, message="refused")
    desk.email({"IdaasId": "PC-g1"})
    two, one, email = desk.hand_on()
    happened(two, DeliveryState.SENT)
    happened(two, DeliveryState.DELIVERED)
    happened(one, DeliveryState.FAILED, "30006")
    school_time.shift(timedelta(days=1))
    happened(email, DeliveryState.SENT)
    ask = {**_named(desk), "FromDate": "2026-11-17", "ToDate": "2026-11-19"}
    report = desk.client.ask("getUsage", ask).json
    assert (report["SMSMessages"], report["SMSUnits"], report["Emails"]) == (1, 2, 1)
    assert [(day["Date"], day["SMSUnits"], day["Emails"]) for day in report["Days"]] == [
        ("2026-11-17", 0, 0), ("2026-11-18", 2, 0), ("2026-11-19", 0, 1)
    ]  # fmt: skip
    assert desk.client.ask("getUsage", {**ask, "ToDate": "2026-11-16"}).status_code == 400
    assert desk.client.ask("getUsage", {**ask, "FromDate": "2020-01-01"}).status_code == 400


def test_orders_are_kept_as_long_as_reports_reach_back(desk: Desk, school_time: time_machine.Traveller) -> None:
    desk.text({"IdaasId": "PC-g1"})
    desk.hand_on()
    school_time.shift(timedelta(days=399))
    assert forget_old() == 0
    desk.text({"IdaasId": "PC-g1"})
    school_time.shift(timedelta(days=2))
    assert forget_old() == 1
    assert len(desk.recipients()) == 1
    assert db.session.scalar(select(func.count(Message.id))) == 1


@pytest.mark.parametrize("what", ["number", "key", "both missing rights", "revoked", "other district", "scope", "partner key alone"])
def test_who_may_not_gets_the_same_refusal(desk: Desk, what: str) -> None:
    district = desk.family.school.district_id
    said: dict[str, Any] = {**desk.credentials}
    if what == "number":
        said["CustomerId"] = "100999"
    elif what == "key":
        said["Password"] = desk.token[:-1]
    elif what == "both missing rights":
        bearer, said["Password"] = api_bearer(person=StaffFactory(schools=[desk.family.school], role=Role.OFFICE))
        said["CustomerId"] = bearer.customer_number
    elif what == "revoked":
        admin = db.session.scalars(select(Staff).where(Staff.role == Role.DISTRICT_ADMIN, Staff.kind == "person")).one()
        accounts.delete_bearer(admin, desk.bearer.id)
    elif what == "other district":
        said["CustomerId"] = api_bearer()[0].customer_number
    elif what == "scope":
        bearer, said["Password"] = api_bearer(district, scopes=[Scope.SEND_TEXTS])
        said["CustomerId"] = bearer.customer_number
    else:
        admin = db.session.scalars(select(Staff).where(Staff.role == Role.DISTRICT_ADMIN, Staff.kind == "person")).one()
        said["Password"] = accounts.create_key(admin, desk.bearer.id, for_partners=True).token
    answer = desk.client.ask("sendSms", {**said, "SMSMessage": "x", "Recipients": [{"IdaasId": "PC-g1"}]})
    assert answer.status_code == 401
    assert db.session.scalar(select(func.count(GroupcallRecipient.id))) == 0


def test_a_partner_sends_for_the_customers_it_serves_and_no_others(desk: Desk) -> None:
    district = desk.family.school.district_id
    admin = db.session.scalars(select(Staff).where(Staff.role == Role.DISTRICT_ADMIN, Staff.kind == "person")).one()
    partner, password = api_bearer(district, name="Canyon Partners")
    other, _token = api_bearer(district, name="Somebody else")
    accounts.serve_through(admin, desk.bearer.id, partner.id)
    key = accounts.create_key(admin, partner.id, for_partners=True).token
    as_customer = {**desk.credentials, "Password": password, "SMSMessage": "Hi", "Recipients": [{"IdaasId": "PC-g1"}]}
    assert desk.client.ask("sendSms", as_customer).status_code == 200
    assert desk.client.ask("sendSms", {**as_customer, "CustomerId": other.customer_number}).status_code == 401
    one = {"customerId": desk.bearer.customer_number, "recipients": [{"IdaasId": "PC-g1"}], "smsMessage": "Hi"}
    batch = {"PartnerKey": key, "messageData": [one, {**one, "customerId": partner.customer_number}]}
    assert desk.client.ask("sendMulti", batch).status_code == 200
    assert [row.bearer_id for row in desk.recipients()] == [desk.bearer.id, desk.bearer.id, partner.id]
    batch["messageData"].append({**one, "customerId": other.customer_number})
    assert desk.client.ask("sendMulti", batch).status_code == 401
    assert desk.client.ask("sendMulti", {**batch, "PartnerKey": "0196b0a4-7a1c-7b7e-8c1d-5d7e3f9b2a10"}).status_code == 401
    assert len(desk.recipients()) == 3


def test_a_key_of_one_school_reaches_its_families_alone(desk: Desk) -> None:
    next_door = SchoolFactory(district=None, district_id=desk.family.school.district_id)
    bearer, token = api_bearer(desk.family.school.district_id, schools=[next_door])
    said = {"UserName": "SIS", "CustomerId": bearer.customer_number, "Password": token, "SMSMessage": "x"}
    here = desk.family.contact_point.address
    answer = desk.client.ask("sendSms", {**said, "Recipients": [{"IdaasId": "PL-s1", "SendTo": 2}, {"Id": desk.family.guardian.id}, here]})
    assert answer.json["errorMsg"].startswith("OK 0")
    assert len(answer.json["WarningMessages"]) == 3
    assert desk.hand_on() == []


def test_opt_in_states_are_lines_of_the_consent_ledger(desk: Desk) -> None:
    ours, theirs = desk.family.number.address, desk.family.contact_point.address
    query = {**_named(desk), "ShortCode": ours, "RecipientNumber": theirs}
    assert desk.client.ask("getOptIn", query).json["IsOptedIn"] == 1
    assert desk.client.ask("setOptIn", {**query, "Keyword": "stop"}).json["IsOptedIn"] == 0
    assert desk.text(theirs).json["errorMsg"].startswith("OK 0")
    assert desk.client.ask("setOptIn", {**query, "Keyword": "Start"}).json["IsOptedIn"] == 1
    record_consent(desk.family.school.district_id, theirs, desk.family.number.consent_scope, "opted_out", "keyword", wording="STOP")
    kept = desk.client.ask("setOptIn", {**query, "Keyword": "START"}).json
    assert kept["IsOptedIn"] == 0
    assert "only they can opt back in" in kept["Message"]
    batch = {**_named(desk), "ShortCode": ours.lstrip("+"), "Recipients": [
        {"RecipientNumber": theirs, "Keyword": "HELP"}, {"RecipientNumber": "15035550199", "Keyword": "STOP"},
    ]}  # fmt: skip
    assert [one["IsOptedIn"] for one in desk.client.ask("setOptInBatch", batch).json] == [0, 0]
    assert desk.client.ask("setOptIn", {**query, "Keyword": "perhaps"}).status_code == 400
    assert desk.client.ask("getOptIn", {**query, "ShortCode": "70000"}).status_code == 400
    assert desk.client.ask("getOptIn", {**query, "Password": "wrong"}).status_code == 401


def _named(desk: Desk) -> dict[str, Any]:
    return {"CustomerId": desk.bearer.customer_number, "Password": desk.token}


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
