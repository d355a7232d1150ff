"""Messages by number: asked for, made by the same service as the pages', and told."""

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import BearerType
from app.api.common_services.models import ClientMessage
from app.api.common_services.service import taking
from app.api.common_services.webhook_map import owner_of
from app.conversations.models import Message
from app.core.clock import now
from app.core.database import db, transaction
from app.delivery.models import Delivery, Priority
from app.directory.models import ConsentKind, ConsentSource, District, Guardianship
from app.directory.service.consent import record_consent
from tests.api.common_services.programs import HOOK, Program, program
from tests.conversations.arrivals import arrives
from tests.factories import MessagingServiceFactory, PhoneNumberFactory, SchoolFactory, family
from tests.factories.threads import Family
from tests.query_counts import plans

UNKNOWN = "+15035550177"


@pytest.fixture
def people(app: Flask) -> Family:
    return family()


@pytest.fixture
def sis(app: Flask, people: Family) -> Program:
    return program(app, people)


def test_a_text_and_its_answer(sis: Program, people: Family) -> None:
    phone = people.contact_point.address
    made = sis.text(phone, "The bus is late.", application_name="SIS")
    assert (made["internal_status"], made["message_type"], made["sender_number"], made["client_conversation_id"]) == (
        "pending", "sms", None, "c-1",
    )  # fmt: skip
    shown = sis.ask("getMessage", uuid=made["message_uuid"])
    assert shown["sender_number"] == people.number.address
    assert shown["global_id"] == made["global_id"]
    delivery = db.session.scalars(select(Delivery)).one()
    assert (delivery.address, delivery.content.body, delivery.contact_point_id) == (phone, "The bus is late.", people.contact_point.id)
    message = db.session.scalars(select(Message).where(Message.kind == "outbound")).one()
    assert (str(message.uuid), message.author) == (made["message_uuid"], "Attendance sync")
    arrives(phone, people.number, "Thanks")
    [(kind, url, payload)] = sis.told()
    assert (kind, url) == ("messages.message.inbound_sms", HOOK)
    told = {name: payload[name] for name in ("message_body", "sender_number", "client_conversation_id", "phone_number_type")}
    assert told == {"message_body": "Thanks", "sender_number": phone, "client_conversation_id": "c-1", "phone_number_type": "mobile"}
    listed = sis.ask("listMessages", query={"from": people.number.address, "to": phone})
    assert listed == [shown]
    answers = sis.ask("listMessages", query={"from": phone, "to": people.number.address, "per_page": 1})
    assert [each["message_body"] for each in answers] == ["Thanks"]
    assert sis.ask("listMessages", query={"from": phone, "to": people.number.address, "per_page": 1, "page": 2}) == []


def test_a_misspelt_member_sends_nothing(sis: Program, people: Family) -> None:
    wish = {"receiver_number": people.contact_point.address, "message_body": "Later", "client_conversation_id": "c-1"}
    refused = sis.ask("createMessage", {"message": {**wish, "sendAt": "2030-01-01T08:00:00Z"}}, 422)
    assert refused["error"]["details"] == {"body/message/sendAt": ["'sendAt' is not known. Did you mean 'send_at'?"]}
    refused = sis.ask("listMessages", None, 400, query={"from": "1", "to": "2", "perPage": "5"})
    assert refused["error"]["message"] == "query/perPage: 'perPage' is not known. Did you mean 'per_page'?"
    assert db.session.scalars(select(ClientMessage)).all() == []


def test_a_list_says_how_long_it_is_and_where_it_goes_on(sis: Program, people: Family) -> None:
    ours, phone = people.number.address, people.contact_point.address
    sis.text(phone)
    for words in ("one", "two", "three"):
        arrives(phone, people.number, words)
    pages, page = [], 1
    links: dict[str, str] = {"next": "?page=1"}
    while "next" in links:
        page = int(parse_qs(urlsplit(links["next"]).query)["page"][0])
        answer = sis.client.ask("listMessages", query={"from": phone, "to": ours, "per_page": 2, "page": page})
        assert answer.headers["X-Total-Count"] == "3"
        pages.append([each["message_body"] for each in answer.json])
        links = {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["Link"])}
    assert pages == [["one", "two"], ["three"]]
    assert set(links) == {"first", "prev", "last"}
    first = sis.client.app.test_client().get(links["first"], headers={"Authorization": f"Bearer {sis.client.token}"})
    assert [each["message_body"] for each in first.json] == pages[0]
    beyond = sis.client.ask("listMessages", query={"from": phone, "to": ours, "per_page": 2, "page": 9})
    assert (beyond.json, beyond.headers["X-Total-Count"]) == ([], "3")
    assert sis.client.ask("listMessages", query={"from": ours, "to": phone}).headers["X-Total-Count"] == "1"


def test_nothing_goes_around_the_gates(app: Flask, sis: Program, people: Family) -> None:
    phone = people.contact_point.address
    record_consent(people.school.district_id, phone, people.number.consent_scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    db.session.commit()
    stopped = sis.ask("getMessage", uuid=sis.text(phone)["message_uuid"])
    assert (stopped["internal_status"], stopped["error_code"]) == ("failed", "opted_out")
    [(kind, _url, payload)] = sis.told()
    assert (kind, payload["internal_status"], payload["error_code"]) == ("messages.message.status_update", "failed", "opted_out")
    record_consent(people.school.district_id, phone, people.number.consent_scope, ConsentKind.OPTED_IN, ConsentSource.KEYWORD)
    db.session.scalars(select(Guardianship)).one().may_contact = False
    db.session.commit()
    assert sis.ask("getMessage", uuid=sis.text(phone)["message_uuid"])["error_code"] == "contact_not_permitted"
    db.session.scalars(select(Guardianship)).one().may_contact = True
    db.session.get_one(District, people.school.district_id).settings = {"quiet_hours": ["00:00", "23:59"]}
    db.session.commit()
    waiting = sis.text(phone)["message_uuid"]
    held = db.session.scalars(select(Delivery)).one()
    assert held.held_until is not None
    shown = sis.ask("getMessage", uuid=waiting)
    assert (shown["internal_status"], datetime.fromisoformat(shown["held_until"])) == ("pending", held.held_until.replace(microsecond=0))
    assert not held.is_reply
    assert sis.ask("getMessage", uuid=sis.text("12")["message_uuid"])["error_code"] == "not_a_phone"
    assert db.session.scalars(select(Delivery)).all() == [held]


def test_roles_and_schools_count(app: Flask, people: Family) -> None:
    elsewhere = SchoolFactory(district_id=people.school.district_id)
    narrow = program(app, people, schools=[elsewhere])
    made = narrow.text(people.contact_point.address)
    assert narrow.ask("getMessage", uuid=made["message_uuid"])["error_code"] == "number_out_of_reach"
    teacher = program(app, people, person=people.teacher)
    assert teacher.ask("getMessage", uuid=teacher.text(UNKNOWN)["message_uuid"])["error_code"] == "not_allowed"
    mine = teacher.text(people.contact_point.address)
    assert teacher.ask("getMessage", uuid=mine["message_uuid"])["internal_status"] == "pending"
    assert db.session.scalars(select(Message.staff_id)).all() == [people.teacher.id]


def test_a_key_of_one_school_speaks_as_no_other(app: Flask, people: Family) -> None:
    district, phone = people.school.district_id, people.contact_point.address
    theirs = SchoolFactory(district_id=district)
    pool = MessagingServiceFactory(district_id=district, name="Theirs", provider_id=f"MG{'7' * 32}")
    other = PhoneNumberFactory(district_id=district, school_id=theirs.id, messaging_service_id=pool.id)
    narrow = program(app, people, schools=[people.school])
    narrow.text(phone, sender_number=other.address, status=422)
    narrow.text(phone, messaging_service_sid=pool.provider_id, status=422)
    assert narrow.ask("listMessagingServices") == []
    narrow.text(phone, sender_number=people.number.address)
    program(app, people).text(phone, sender_number=other.address)
    assert {each.phone_number_id for each in db.session.scalars(select(Delivery))} == {people.number.id, other.id}


def test_scheduled_and_called_off(sis: Program, people: Family) -> None:
    phone, later = people.contact_point.address, (now() + timedelta(hours=2)).isoformat()
    made = sis.text(phone, send_at=later)
    assert db.session.scalars(select(Delivery)).all() == []
    sis.ask("cancelMessage", uuid=made["message_uuid"], status=204)
    sis.ask("cancelMessage", uuid=made["message_uuid"], status=409)
    assert [payload["internal_status"] for _kind, _url, payload in sis.told()] == ["cancelled"]
    second = sis.text(phone, send_at=later)
    with transaction():
        db.session.execute(update(ClientMessage).where(ClientMessage.state == "waiting").values(send_at=now(), due_at=now()))
    assert taking.words.take_all() == 1
    assert sis.ask("getMessage", uuid=second["message_uuid"])["internal_status"] == "pending"
    sis.ask("cancelMessage", uuid=second["message_uuid"], status=409)
    sis.text(phone, send_at="2020-01-01T00:00:00Z", status=422)
    sis.text(phone, send_at="2990-01-01T00:00:00Z", status=422)


def test_which_words_are_refused_at_once(sis: Program, people: Family) -> None:
    phone = people.contact_point.address
    for wrong in (
        {"sender_number": "+15035559999"}, {"message_body": " "}, {"global_customer_id": "somebody else"},
        {"messaging_service_sid": f"MG{'0' * 32}"}, {"callback_url": "http://127.0.0.1/x"}, {"media_urls": ["http://169.254.169.254/"]},
    ):  # fmt: skip
        sis.text(phone, **{"body": wrong.pop("message_body", "Hello"), **wrong}, status=422)
    unknown = {"receiver_number": phone, "message_body": "Hello", "global_id": "01890a5d-ac96-774b-bcce-b302099a8057"}
    sis.ask("createMessage", {"message": unknown}, 422)
    assert sis.text(phone, "x" * 161)["message_type"] == "mms"
    assert sis.text(phone, "x" * 160, media_urls=[])["message_type"] == "sms"
    assert db.session.scalars(select(Delivery.channel).order_by(Delivery.id)).all() == ["mms", "sms"]


def test_order_priority_and_addresses_for_news(sis: Program, people: Family) -> None:
    phone = people.contact_point.address
    for number in range(3):
        wish = {"receiver_number": phone, "message_body": str(number), "client_conversation_id": "c-9", "priority": "high"}
        sis.ask("createMessage", {"message": {**wish, "callback_url": f"https://sis.example.test/{number}"}}, 201)
    assert taking.words.take_all() == 3
    bodies = [row.content.body for row in db.session.scalars(select(Delivery).order_by(Delivery.id))]
    assert bodies == ["0", "1", "2"]
    assert set(db.session.scalars(select(Delivery.priority))) == {Priority.HIGH}
    arrives(phone, people.number, "Which?")
    assert [url for _kind, url, _payload in sis.told()] == ["https://sis.example.test/0"]


def test_who_takes_part_in_nothing_is_heard_by_the_owner_of_the_number(sis: Program, people: Family) -> None:
    sis.text(people.contact_point.address, sender_number=people.number.address)
    arrives(UNKNOWN, people.number, "Who is this?", media=[])
    [(kind, _url, payload)] = sis.told()
    assert (kind, payload["sender_number"], payload["client_conversation_id"]) == ("messages.message.inbound_sms", UNKNOWN, None)
    arrives(people.contact_point.address, people.number, "STOP")
    assert [payload["message_body"] for _kind, _url, payload in sis.told()] == ["STOP"]
    made = sis.text(people.contact_point.address)
    assert sis.ask("getMessage", uuid=made["message_uuid"])["error_code"] == "opted_out"


def test_others_are_unknown(app: Flask, sis: Program, people: Family) -> None:
    made = sis.text(people.contact_point.address)
    colleague, admin = program(app, people), program(app, people, BearerType.ADMIN)
    stranger = program(app, family(), BearerType.ADMIN)
    for other in (colleague, stranger):
        other.ask("getMessage", uuid=made["message_uuid"], status=404)
        other.ask("cancelMessage", uuid=made["message_uuid"], status=404)
        query = {"from": people.number.address, "to": people.contact_point.address}
        assert other.ask("listMessages", query=query) == []
        wish = {"receiver_number": UNKNOWN, "message_body": "Hello", "global_id": made["global_id"]}
        other.ask("createMessage", {"message": wish}, 422)
    assert admin.ask("getMessage", uuid=made["message_uuid"])["id"] == made["id"]
    number = PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id)
    assert colleague.text(people.contact_point.address, sender_number=number.address)["sender_number"] == number.address
    assert len(set(db.session.scalars(select(Message.conversation_id)))) == 2


def test_without_a_key_or_scope(app: Flask, sis: Program, people: Family) -> None:
    sis.client.token = "hr_live_nothing"  # it opens nothing
    sis.ask("getMessage", uuid="01890a5d-ac96-774b-bcce-b302099a8057", status=403)
    reader = program(app, people, scopes=["read_texts"])
    reader.text(people.contact_point.address, status=403)


def test_who_spoke_last_over_a_number_is_one_look_however_much_was_said(sis: Program, people: Family) -> None:
    sis.text(people.contact_point.address)
    asked = plans(lambda: owner_of(people.number.id))
    assert owner_of(people.number.id) == sis.bearer.id
    [plan] = [plan for each, plan in asked.items() if "client_messages.sender" in each]
    assert "ix_client_messages_sender" in plan
    assert "TEMP B-TREE" not in plan
