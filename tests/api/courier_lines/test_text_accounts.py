"""Text accounts and their numbers: pools of the house, with rules that really hold."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import Role
from app.accounts.scopes import Scope
from app.api.courier.face import face
from app.carrier.gateway import CarrierUnreachable, LineFacts
from app.conversations.models import UnknownText
from app.core.database import db, transaction
from app.delivery.events import DeliveryChanged
from app.delivery.models import Delivery
from app.directory.models import ContactKind, MessagingService, PhoneNumber
from app.directory.phone_network import RentedNumber, register
from app.webhooks.models import WebhookEvent
from tests.api.client import ApiClient
from tests.api.courier_lines.conftest import Other
from tests.conversations.arrivals import arrives
from tests.factories import PhoneNumberFactory, StaffFactory, api_key

UNKNOWN, COACH = "+15035550177", "+15035550188"


@dataclass
class Network:
    """What the account has at the carrier."""

    rented: list[RentedNumber] = field(default_factory=list)

    def rented_numbers(self) -> list[RentedNumber]:
        assert not db.session().in_transaction(), "a slow carrier would hold a connection"
        return self.rented


def test_an_organization_has_one_account_of_its_own(other: Other, stranger: Other) -> None:
    school = str(other.people.school.uuid)
    made = other.made("createTextAccount", "text-accounts", {"organization-id": school})
    pool = db.session.scalars(select(MessagingService).where(MessagingService.uuid == UUID(made["id"]))).one()
    assert (pool.purpose, made["attributes"]["organization-id"]) == ("conversation", school)
    assert other.create("createTextAccount", "text-accounts", {"organization-id": school}).status_code == 409
    assert stranger.create("createTextAccount", "text-accounts", {"organization-id": school}).status_code == 404
    both = other.api.ask("listTextAccounts").json
    assert (both["meta"]["page[total]"], len(both["data"])) == (2, 2)
    for organization, expected in ((school, made["id"]), (str(other.district.uuid), str(other.pool.uuid))):
        listed = other.api.ask("listTextAccounts", query={"organization-id": organization}).json["data"]
        assert [each["id"] for each in listed] == [expected]
    reads = ApiClient(other.api.app, face, api_key(other.district.id, scopes=[Scope.READ_TEXTS]))
    assert reads.ask("getTextAccount", id=made["id"]).status_code == 200
    assert reads.ask("createTextAccount", {"data": {"type": "text-accounts", "attributes": {"organization-id": school}}}).status_code == 403


def test_a_number_is_taken_from_the_carrier_and_claimed_once(other: Other) -> None:
    network = Network([RentedNumber("PN1", "+12065550101", "", True, ""), RentedNumber("PN2", "+15035550102", "", True, "")])
    register(other.api.app, network)
    account = str(other.pool.uuid)
    wanted = {"account-id": account, "area-code": "503", "logging": True}
    made = other.made("createTextAccountNumber", "text-account-numbers", wanted)
    assert (made["attributes"]["phone-number"], made["attributes"]["account-id"], made["attributes"]["logging"]) == (
        "+15035550102", account, True,
    )  # fmt: skip
    number = db.session.scalars(select(PhoneNumber).where(PhoneNumber.address == "+15035550102")).one()
    assert (number.is_active, number.messaging_service_id, number.provider_id) == (True, other.pool.id, "PN2")
    assert other.create("createTextAccountNumber", "text-account-numbers", wanted).status_code == 409
    claimed = other.api.ask("claimTextNumber", {"notes": "Attendance line"}, id=account)
    assert (claimed.status_code, claimed.json["data"]["attributes"]["notes"]) == (201, "Attendance line")
    labels = db.session.scalars(select(PhoneNumber.label).where(PhoneNumber.messaging_service_id == other.pool.id)).all()
    assert "Attendance line" in labels
    free = sum(not label for label in labels)
    assert [other.api.ask("claimTextNumber", {"notes": "More"}, id=account).status_code for _ in range(free + 1)] == [201] * free + [409]
    query = {"account-id": account, "phone-number": "+15035550102"}
    assert [each["id"] for each in other.api.ask("listTextAccountNumbers", query=query).json["data"]] == [made["id"]]


def test_a_text_from_a_stranger_follows_the_rules_of_its_number(other: Other) -> None:
    StaffFactory(role=Role.OFFICE, schools=[other.people.school], email="office@maple.example")
    number = str(other.people.number.uuid)
    rules = {"alert": True, "forward-to": COACH, "events": {"unknown-number": {"callback-url": "https://sis.example.org/unknown"}}}
    changed = other.change("updateTextAccountNumber", "text-account-numbers", number, rules)
    assert changed.status_code == 200, changed.text
    assert other.api.ask("getTextAccountNumber", id=number).json["data"]["attributes"]["events"] == rules["events"]
    arrives(UNKNOWN, other.people.number, "Is school open?")
    arrives(UNKNOWN, other.people.number, "Hello?")
    arrives(COACH, other.people.number, "Got it")
    sent = [(row.channel, row.address, row.content.body) for row in db.session.scalars(select(Delivery).order_by(Delivery.id))]
    texts = [(address, body) for channel, address, body in sent if channel == "sms"]
    assert texts == [(COACH, "(503) 555-0177: Is school open?"), (COACH, "(503) 555-0177: Hello?")]
    mails = [(address, body) for channel, address, body in sent if channel == "email"]
    assert [address for address, _body in mails] == ["office@maple.example"] * 2  # once for each phone
    assert not any("school open" in body for _address, body in mails)
    told = [json.loads(row.body) for row in db.session.scalars(select(WebhookEvent).order_by(WebhookEvent.id))]
    assert [(body["sender"], body["message"]) for body in told] == [(UNKNOWN, "Is school open?"), (UNKNOWN, "Hello?"), (COACH, "Got it")]
    assert len(set(db.session.scalars(select(WebhookEvent.subject)))) == 3, "one that is refused holds up no other"
    assert len(db.session.scalars(select(UnknownText)).all()) == 3
    ours = other.change("updateTextAccountNumber", "text-account-numbers", number, {"forward-to": other.people.number.address})
    assert ours.status_code == 400
    cleared = other.change("updateTextAccountNumber", "text-account-numbers", number, {"forward-to": None, "alert": False})
    assert cleared.json["data"]["attributes"]["forward-to"] is None


def test_a_logged_number_says_what_came_and_went(other: Other) -> None:
    number = str(other.people.number.uuid)
    phone = other.people.contact_point.address
    arrives(UNKNOWN, other.people.number, "Before")
    other.change("updateTextAccountNumber", "text-account-numbers", number, {"logging": True})
    inbound = _recorded(other, "During")
    other.text(phone)
    delivery = db.session.scalars(select(Delivery)).one()
    with transaction() as events:
        events.append(DeliveryChanged(other.district.id, "message", delivery.owner_id, delivery.id, None, "sending", "sent"))
    listed = other.api.ask("listTextNumberLogs", query={"number-id": number}).json
    assert [each["attributes"]["log"] for each in listed["data"]] == [
        f"sent {delivery.id} to {phone}", f"received {inbound} from {UNKNOWN}",
    ]  # fmt: skip
    assert other.api.ask("resetTextAccountNumberLogs", {}, id=number).status_code == 201
    assert other.api.ask("listTextNumberLogs", query={"number-id": number}).json["data"] == []


def _recorded(other: Other, body: str) -> str:
    from app.carrier.forms import InboundForm
    from app.carrier.service import record_inbound

    form = InboundForm("SM77", UNKNOWN, other.people.number.address, body, [], None)
    return record_inbound(form).provider_id


class Directory:
    """A carrier that is asked about numbers."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Any = LineFacts(is_valid=True, kind=ContactKind.LANDLINE, carrier_name="Ziply")

    def lookup_number(self, address: str) -> LineFacts:
        self.asked.append(address)
        if isinstance(self.answer, Exception):
            raise self.answer
        found: LineFacts = self.answer
        return found


def test_a_number_is_looked_up_once(other: Other, stranger: Other) -> None:
    carrier = other.api.app.extensions["carrier"] = Directory()
    carrier.answer = CarrierUnreachable("away")
    first = other.made("createTextNumberInfo", "text-number-info", {"number": UNKNOWN})
    assert (first["attributes"]["status"], bool(first["attributes"]["error"])) == ("pending", True)
    carrier.answer = LineFacts(is_valid=True, kind=ContactKind.LANDLINE, carrier_name="Ziply")
    again = [other.made("createTextNumberInfo", "text-number-info", {"number": UNKNOWN}) for _ in range(2)]
    assert {each["id"] for each in again} == {first["id"]}
    assert (again[0]["attributes"]["type"], again[0]["attributes"]["carrier-name"], len(carrier.asked)) == ("landline", "Ziply", 2)
    other.made("createTextNumberInfo", "text-number-info", {"number": UNKNOWN, "reresolve": True})
    assert len(carrier.asked) == 3
    listed = other.api.ask("listTextNumberInfo", query={"number": UNKNOWN}).json["data"]
    assert [each["id"] for each in listed] == [first["id"]]
    carrier.answer = LineFacts(is_valid=False)
    assert other.made("createTextNumberInfo", "text-number-info", {"number": COACH})["attributes"]["status"] == "unresolvable"
    assert stranger.api.ask("getTextNumberInfo", id=first["id"]).status_code == 404
    assert stranger.api.ask("listTextNumberInfo", query={"number": UNKNOWN}).json["data"] == []


def outside() -> list[str]:
    return [each.name for each in face.contract.operations() if each.spec.get("x-school-fit") == "outside"]


def test_what_a_school_does_not_need_says_so(other: Other) -> None:
    assert len(outside()) == 20
    answer = other.api.ask("listReplicators")
    assert answer.status_code == 501
    assert "one application with one database" in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize("name", ["listAppCredentials", "listAlexaReminders", "listReplicators"])
def test_it_says_so_to_nobody_without_a_key(other: Other, name: str) -> None:
    assert ApiClient(other.api.app, face, None).ask(name).status_code == 401


def test_a_number_of_no_pool_is_none_of_an_account(other: Other) -> None:
    alone = PhoneNumberFactory(district_id=other.district.id)
    db.session.commit()
    assert other.api.ask("getTextAccountNumber", id=str(alone.uuid)).status_code == 404
