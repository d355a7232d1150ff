"""Who may send by the batch face, for whom, and until when."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.accounts import service as accounts
from app.accounts.models import AuditEvent, Role, Staff
from app.accounts.scopes import Scope
from app.api.groupcall.models import GroupcallRecipient
from app.core.clock import now
from app.core.database import db
from app.delivery.models import DeliveryState
from app.directory.models import Consent
from app.webhooks.models import WebhookEndpoint, WebhookEvent
from tests.api.groupcall.conftest import Desk
from tests.conversations.outcomes import happened
from tests.factories import PhoneNumberFactory, SchoolFactory, StaffFactory, api_bearer

HOOK = "https://sis.example/in"


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


def test_a_key_of_one_school_speaks_from_no_number_of_another(desk: Desk) -> None:
    """Neither to a colleague, nor in what families are said to have asked for."""
    district, ours = desk.family.school.district_id, desk.family.number
    next_door = SchoolFactory(district=None, district_id=district)
    StaffFactory(schools=[next_door], phone="+15035550321")
    bearer, token = api_bearer(district, schools=[next_door])
    named = {"CustomerId": bearer.customer_number, "Password": token}
    ours.school_id = desk.family.school.id
    desk.text("15035550321", **named)
    assert desk.hand_on() == []
    assert [row.detail for row in desk.recipients()] == ["no_free_number"]
    ledger = {**named, "ShortCode": ours.address, "RecipientNumber": desk.family.contact_point.address}
    assert desk.client.ask("getOptIn", ledger).status_code == 400
    assert desk.client.ask("setOptIn", {**ledger, "Keyword": "STOP"}).status_code == 400
    everybodys = PhoneNumberFactory(district_id=district)
    own = PhoneNumberFactory(district_id=district, school_id=next_door.id)
    desk.text("15035550321", **named)
    assert [sent.phone_number_id for sent in desk.hand_on()] == [own.id]
    assert desk.client.ask("getOptIn", {**ledger, "ShortCode": everybodys.address}).json["IsOptedIn"] == 1


def test_what_a_system_does_in_a_persons_name_says_whose_hand_it_was(desk: Desk) -> None:
    person = StaffFactory(schools=[desk.family.school], role=Role.DISTRICT_ADMIN, name="Paula Person")
    bearer, token = api_bearer(person=person, name="Canyon Sync")
    named = {"CustomerId": bearer.customer_number, "Password": token}
    small = {"customerId": int(bearer.customer_number), "password": token}
    once = {**named, "ShortCode": desk.family.number.address}
    for answer in (
        desk.text({"IdaasId": "PC-g1"}, **named),
        desk.email({"IdaasId": "PC-g1"}, **small),
        desk.multi({"IdaasId": "PC-g1"}, smsMessage="Closed", **small),
        desk.client.ask("setOptIn", {**once, "RecipientNumber": "12065550142", "Keyword": "STOP"}),
        desk.client.ask("setOptInBatch", {**once, "Recipients": [{"RecipientNumber": "12065550143", "Keyword": "STOP"}]}),
    ):
        assert answer.status_code == 200, answer.text
    lines = db.session.scalars(select(AuditEvent).where(AuditEvent.staff_id == person.id).order_by(AuditEvent.id)).all()
    acts = [(one.action, one.details.get("through")) for one in lines]
    assert acts == [("groupcall.sent", "Canyon Sync")] * 3 + [("consent.recorded", "Canyon Sync")] * 2
    said = db.session.scalars(select(Consent.wording).where(Consent.staff_id == person.id)).all()
    assert said == ["STOP (by Canyon Sync, for Paula Person)"] * 2


def test_two_systems_of_a_person_served_at_once_stand_each_for_itself(desk: Desk) -> None:
    person = StaffFactory(schools=[desk.family.school], role=Role.DISTRICT_ADMIN, name="Paula Person")
    admin = db.session.scalars(select(Staff).where(Staff.role == Role.DISTRICT_ADMIN, Staff.kind == "person").limit(1)).one()
    partner, _token = api_bearer(desk.family.school.district_id, name="Canyon Partners")
    systems = [api_bearer(person=person, name=name)[0] for name in ("Sync A", "Sync B")]
    for one in systems:
        accounts.serve_through(admin, one.id, partner.id)
    key = accounts.create_key(admin, partner.id, for_partners=True).token
    said = {"emailBody": "x", "smsMessage": "x", "recipients": [{"IdaasId": "PC-g1"}]}
    messages = [{"customerId": int(one.customer_number), **said} for one in systems]
    answer = desk.client.ask("sendMulti", {"PartnerKey": key, "messageData": messages})
    assert answer.status_code == 200, answer.text
    lines = db.session.scalars(select(AuditEvent.details).where(AuditEvent.action == "groupcall.sent").order_by(AuditEvent.id)).all()
    assert [(one["through"], one["count"]) for one in lines] == [("Sync A", 1), ("Sync B", 1)]
