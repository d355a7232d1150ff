"""Texts to numbers: through the threads, so that all holds which holds on the pages; and whom they are told to."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.accounts.scopes import Scope
from app.api.courier.face import face
from app.api.courier.models.texts import SingleText
from app.api.courier.service.forgetting import end_callbacks
from app.carrier.gateway import CarrierStatus, CarrierText
from app.conversations.models import Conversation, Message
from app.conversations.service import following
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.models import Delivery, DeliveryState
from app.directory.models import ConsentKind, ConsentSource, District, Guardianship, Purpose
from app.directory.service.consent import record_consent
from app.webhooks.models import WebhookEndpoint, WebhookEvent
from tests.api.client import ApiClient
from tests.api.courier_lines.conftest import Other
from tests.conversations.arrivals import arrives
from tests.conversations.conftest import WEDNESDAY_TEN
from tests.factories import MessagingServiceFactory, PhoneNumberFactory, SchoolFactory, StaffFactory, api_key, family

UNKNOWN = "+15035550177"
HOOK, STATUS = "https://sis.example.org/replies", "https://sis.example.org/statuses"


def told() -> list[tuple[str, dict[str, Any]]]:
    return [(row.kind, json.loads(row.body)) for row in db.session.scalars(select(WebhookEvent).order_by(WebhookEvent.id))]


def test_a_text_to_a_family_stands_in_the_thread_and_leaves_by_the_outbox(other: Other) -> None:
    answer = other.text(other.people.contact_point.address)
    assert answer.status_code == 201, answer.text
    shown = answer.json["data"]["attributes"]
    assert (shown["from"], shown["target"]) == (other.people.number.address, other.people.contact_point.address)
    assert (shown["status"], shown["created-by"], shown["error"]) == ("accepted", str(other.staff.uuid), None)
    talk = db.session.scalars(select(Conversation)).one()
    assert (talk.guardian_id, talk.preview) == (other.people.guardian.id, "Bus 4 is late.")
    delivery = db.session.scalars(select(Delivery)).one()
    assert (delivery.address, delivery.due_at <= now()) == (other.people.contact_point.address, True)
    number = answer.json["data"]["id"]
    assert other.api.ask("getText", id=number).json["data"] == answer.json["data"]
    listed = other.api.ask("listTexts", query={"account-id": str(other.pool.uuid), "filter[target]": delivery.address})
    assert [each["id"] for each in listed.json["data"]] == [number]
    nobody = other.api.ask("listTexts", query={"account-id": str(other.pool.uuid), "filter[target]": UNKNOWN})
    assert nobody.json["data"] == []


def test_answers_and_news_go_to_whoever_gave_an_address(other: Other) -> None:
    phone = other.people.contact_point.address
    sent = other.text(
        phone, **{"callback-url": HOOK, "callback-status-url": STATUS, "callback-json": {"ride": 4}, "expected-responses": ["yes", "no"]}
    ).json["data"]
    message = db.session.scalars(select(Message)).one()
    with transaction():
        following.moved_on(message.id, DeliveryState.SENT)
    with transaction():
        following.moved_on(message.id, DeliveryState.DELIVERED)
    arrives(phone, other.people.number, "Which bus?")
    arrives(phone, other.people.number, " No ")
    news = told()
    assert [kind for kind, _body in news] == ["text.status", "text.status", "text.reply"]
    assert [body["data"]["attributes"]["status"] for _kind, body in news] == ["sent", "delivered", "received"]
    reply = news[-1][1]
    assert (reply["data"]["attributes"]["message"], reply["data"]["attributes"]["from"]) == (" No ", phone)
    assert reply["meta"] == {"callback-json": {"ride": 4}, "in-reply-to": sent["id"]}
    listed = other.api.ask("listTexts", query={"account-id": str(other.pool.uuid)}).json
    assert [each["attributes"]["status"] for each in listed["data"]] == ["received", "received", "delivered"]
    sid = listed["data"][0]["attributes"]["twilio-sid"]
    raw = other.api.ask("getTextReceiveLog", id=sid).json["data"]["attributes"]
    assert (raw["message"], raw["sender"], raw["to"]) == (" No ", phone, other.people.number.address)
    assert (
        len(other.api.ask("listTexts", query={"account-id": str(other.pool.uuid), "page[limit]": 1, "page[offset]": 1}).json["data"]) == 1
    )


def test_a_callback_for_one_answer_is_forgotten_after_it(other: Other) -> None:
    phone = other.people.contact_point.address
    other.text(phone, **{"callback-url": HOOK, "callback-one-off": True})
    arrives(phone, other.people.number, "One")
    arrives(phone, other.people.number, "Two")
    assert [body["data"]["attributes"]["message"] for _kind, body in told()] == ["One"]


def test_nobody_is_called_back_about_a_text_of_long_ago(other: Other) -> None:
    phone = other.people.contact_point.address
    for _each in range(2):
        other.text(phone, **{"callback-url": f"{HOOK}?id=4", "callback-status-url": f"{STATUS}?id=4"})
    first = db.session.scalars(select(SingleText).order_by(SingleText.id)).first()
    assert first is not None
    first.created_at = now() - timedelta(days=91)
    db.session.commit()
    assert end_callbacks() == 1
    assert end_callbacks() == 0
    kept = db.session.execute(select(SingleText.callback_endpoint_id, SingleText.status_endpoint_id).order_by(SingleText.id)).all()
    assert [tuple(map(bool, row)) for row in kept] == [(False, False), (True, True)]
    arrives(phone, other.people.number, "Still here")
    assert [kind for kind, _body in told() if kind == "text.reply"] == ["text.reply"]
    assert set(db.session.scalars(select(WebhookEvent.query))) == {"id=4"}
    assert set(db.session.scalars(select(WebhookEndpoint.url))) == {HOOK, STATUS}


def test_nobody_is_texted_whom_a_page_could_not_text(other: Other, school_time: Any) -> None:
    people, district = other.people, other.people.school.district_id
    phone = people.contact_point.address
    record_consent(district, phone, people.number.consent_scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    refused = other.text(phone)
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (400, "opted_out")
    record_consent(district, phone, people.number.consent_scope, ConsentKind.OPTED_IN, ConsentSource.KEYWORD)
    school_time.move_to(WEDNESDAY_TEN.replace(hour=8))  # midnight at the schools
    assert other.text(phone).json["data"]["attributes"]["status"] == "scheduled"
    assert db.session.scalars(select(Delivery)).one().held_until is not None
    school_time.move_to(WEDNESDAY_TEN)
    db.session.scalars(select(Guardianship)).one().may_contact = False
    db.session.commit()
    assert other.text(phone).json["errors"][0]["code"] == "contact_not_permitted"
    assert len(db.session.scalars(select(Delivery)).all()) == 1


def test_a_number_that_nobody_knows_becomes_a_person_once(other: Other) -> None:
    first, second = other.text(UNKNOWN), other.text(UNKNOWN, "And now?")
    assert (first.status_code, second.status_code) == (201, 201)
    assert db.session.scalars(select(Conversation.title)).all() == ["(503) 555-0177"]
    record_consent(other.district.id, UNKNOWN, other.people.number.consent_scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    assert other.text(UNKNOWN).status_code == 400


def test_a_key_of_a_school_and_one_without_the_right_stay_inside(other: Other) -> None:
    elsewhere = family()
    assert other.text(elsewhere.contact_point.address).status_code == 201  # another district's family is nobody here
    assert db.session.scalars(select(Conversation.guardian_id)).one() != elsewhere.guardian.id
    reads = ApiClient(other.api.app, face, api_key(other.district.id, scopes=[Scope.READ_TEXTS]))
    body = {"data": {"type": "texts", "attributes": {"account-id": str(other.pool.uuid), "message": "Hi", "target": UNKNOWN}}}
    assert reads.ask("createText", body).status_code == 403
    teacher = ApiClient(other.api.app, face, api_key(other.district.id, person=other.people.teacher))
    assert teacher.ask("createText", body).status_code == 403  # a teacher adds no people
    assert ApiClient(other.api.app, face, None).ask("createText", body).status_code == 401


def test_a_key_of_one_school_speaks_as_no_other(other: Other) -> None:
    theirs = SchoolFactory(district_id=other.district.id)
    pool = MessagingServiceFactory(district_id=other.district.id, name="Theirs", purpose=Purpose.CONVERSATION)
    alone = PhoneNumberFactory(district_id=other.district.id, school_id=theirs.id, messaging_service_id=pool.id)
    beside = PhoneNumberFactory(district_id=other.district.id, school_id=theirs.id, messaging_service_id=other.pool.id)
    key = api_key(other.district.id, schools=[other.people.school])
    narrow = replace(other, api=ApiClient(other.api.app, face, key))
    for name, ours in (("listTextAccounts", other.pool), ("listTextAccountNumbers", other.people.number)):
        assert [each["id"] for each in narrow.api.ask(name).json["data"]] == [str(ours.uuid)]
    assert narrow.api.ask("getTextAccount", id=str(pool.uuid)).status_code == 404
    phone = other.people.contact_point.address
    assert narrow.text(phone, **{"account-id": str(pool.uuid)}).status_code == 404
    for number in (alone, beside):
        assert narrow.text(phone, **{"number-id": str(number.uuid)}).status_code == 404
        assert narrow.api.ask("getTextAccountNumber", id=str(number.uuid)).status_code == 404
    other.change("updateTextAccount", "text-accounts", str(other.pool.uuid), {"phone-number": beside.address})
    assert narrow.text(phone).json["data"]["attributes"]["from"] == other.people.number.address
    assert other.text(UNKNOWN).json["data"]["attributes"]["from"] == beside.address


def test_what_is_another_districts_is_unknown(other: Other, stranger: Other) -> None:
    sent = other.text(other.people.contact_point.address).json["data"]["id"]
    account, number = str(other.pool.uuid), str(other.people.number.uuid)
    for name in ("getText", "receiveTextCallback"):
        assert stranger.api.ask(name, {} if name == "receiveTextCallback" else None, id=sent).status_code == 404
    assert stranger.api.ask("listTexts", query={"account-id": account}).status_code == 404
    assert stranger.api.ask("getTextAccount", id=account).status_code == 404
    assert stranger.api.ask("getTextAccountNumber", id=number).status_code == 404
    assert stranger.api.ask("listTextNumberLogs", query={"number-id": number}).status_code == 404
    body = {"data": {"type": "texts", "attributes": {"account-id": account, "message": "Hi", "target": UNKNOWN}}}
    assert stranger.api.ask("createText", body).status_code == 404
    inbound = arrives(UNKNOWN, other.people.number, "Hello")
    assert other.api.ask("getTextReceiveLog", id=inbound.provider_id).status_code == 200
    assert stranger.api.ask("getTextReceiveLog", id=inbound.provider_id).status_code == 404


def test_which_number_speaks_is_the_accounts_rule(other: Other) -> None:
    account = str(other.pool.uuid)
    second = PhoneNumberFactory(district_id=other.district.id, school_id=other.people.school.id, messaging_service_id=other.pool.id)
    db.session.commit()
    refused = other.text(other.people.contact_point.address, **{"number-id": str(second.uuid)})
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (400, "custom_number")
    changed = other.change("updateTextAccount", "text-accounts", account, {"allow-custom-number": True, "phone-number": second.address})
    assert changed.json["data"]["attributes"]["phone-number"] == second.address
    assert other.text(UNKNOWN).json["data"]["attributes"]["from"] == second.address
    first = other.text(UNKNOWN, **{"number-id": str(other.people.number.uuid)})
    assert first.json["data"]["attributes"]["from"] == other.people.number.address
    assert other.change("updateTextAccount", "text-accounts", account, {"phone-number": UNKNOWN}).status_code == 400
    office = StaffFactory(role=Role.OFFICE, schools=[other.people.school])
    db.session.commit()
    given = other.made(
        "createTextUserNumberMap", "text-user-number-maps",
        {"number-id": str(other.people.number.uuid), "organization-id": str(other.people.school.uuid), "user-id": str(office.uuid)},
    )  # fmt: skip
    assert other.api.ask("getTextUserNumberMap", id=given["id"]).json["data"] == given
    listed = other.api.ask("listTextUserNumberMaps", query={"filter[user-id]": str(office.uuid)}).json
    assert [each["id"] for each in listed["data"]] == [given["id"]]
    as_office = ApiClient(other.api.app, face, api_key(other.district.id, person=office))
    body = {"data": {"type": "texts", "attributes": {"account-id": account, "message": "Hi", "target": other.people.contact_point.address}}}
    assert as_office.ask("createText", body).json["data"]["attributes"]["from"] == other.people.number.address


class Ledger:
    """A carrier that is asked what became of a text."""

    def __init__(self, status: CarrierStatus) -> None:
        self.status = status

    def find(self, *, to: str, sender: str, since: Any) -> list[CarrierText]:
        return [CarrierText("SM1", to, sender, "", self.status, None, since)]


def test_news_about_a_text_is_believed_from_the_carrier_alone(other: Other) -> None:
    from app.delivery.callbacks import apply_batch

    sent = other.text(other.people.contact_point.address).json["data"]["id"]
    delivery = db.session.scalars(select(Delivery)).one()
    delivery.state, delivery.provider_id, delivery.started_at = DeliveryState.SENDING, "SM1", now()
    db.session.commit()
    other.api.app.extensions["carrier"] = Ledger(CarrierStatus.SENT)
    answer = other.api.ask("receiveTextCallback", {"MessageSid": "SM1", "MessageStatus": "delivered"}, id=sent)
    assert answer.status_code == 204
    assert apply_batch() == 1
    db.session.commit()
    shown = other.api.ask("getText", id=sent).json["data"]["attributes"]
    assert (shown["status"], shown["twilio-sid"]) == ("sent", "SM1")


@pytest.mark.parametrize("url", ["http://127.0.0.1/x", "http://169.254.169.254/latest", "ftp://sis.example.org/"])
def test_no_callback_goes_where_it_must_not(other: Other, url: str) -> None:
    assert other.text(other.people.contact_point.address, **{"callback-url": url}).status_code == 400
    assert db.session.scalars(select(Message)).all() == []


def test_a_first_text_may_be_introduced(other: Other) -> None:
    other.made(
        "setOrgPreference", "org-preferences",
        {"name": "initial-sms-message", "organization-id": str(other.district.uuid), "type": "string", "value": "This is Maple School."},
    )  # fmt: skip
    other.text(UNKNOWN)
    other.text(UNKNOWN, "Second")
    assert [row.body for row in db.session.scalars(select(Message).order_by(Message.id))] == [
        "This is Maple School.",
        "Bus 4 is late.",
        "Second",
    ]
    school = str(other.people.school.uuid)
    listed = other.api.ask("listOrgPreferences", query={"organization-id": school}).json["data"]
    shown = {each["attributes"]["name"]: each["attributes"] for each in listed}
    assert set(shown) == {"default-channel-title", "group-provider-ack", "initial-sms-message"}
    assert (shown["initial-sms-message"]["value"], shown["initial-sms-message"]["explicit"]) == ("This is Maple School.", False)
    assert shown["default-channel-title"]["value"] is None


def test_the_whole_district_is_not_changed_by_reading(other: Other) -> None:
    before = db.session.get_one(District, other.district.id).settings
    other.api.ask("listOrgPreferences", query={"organization-id": str(other.district.uuid), "filter[name]": "group-provider-ack"})
    assert db.session.get_one(District, other.district.id).settings == before
