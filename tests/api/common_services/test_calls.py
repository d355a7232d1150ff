"""Conferences, calls from browsers and voicemails, by number."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import BearerType, Role, StaffStatus
from app.accounts.scopes import Scope
from app.api.common_services.models import ClientCall
from app.calls import carrying
from app.calls.fetching import fetch_due
from app.calls.models import Call, ConferenceParticipant, DirectCall
from app.calls.queries_own_phone import own_phone_of
from app.conversations.models import Message
from app.core.database import db
from app.directory.models import ConsentKind, ConsentSource, ContactPoint, District, Guardianship
from app.directory.service.consent import record_consent
from tests.api.common_services.programs import HOOK, Program, program
from tests.calls.switchboard import Switchboard
from tests.calls.tapes import Tapes, sound
from tests.carrier.conftest import Carrier, carrier_calls
from tests.conversations.arrivals import arrives
from tests.factories import ContactPointFactory, PhoneNumberFactory, SchoolFactory, StaffFactory, family
from tests.factories.threads import Family

__all__ = ["carrier_calls"]
MODERATOR, CASE_WORKER = "+15035550190", "+15035550188"


@pytest.fixture
def people(app: Flask) -> Family:
    made = family()
    db.session.get_one(District, made.school.district_id).settings = {"quiet_hours": []}
    db.session.commit()
    return made


@pytest.fixture
def sis(app: Flask, people: Family) -> Program:
    return program(app, people)


def conference(people: Family, **more: object) -> dict[str, object]:
    return {
        "twilio_number": people.number.address, "moderator_number": MODERATOR, "client_conversation_id": "c-1",
        "participant_numbers": [people.contact_point.address, CASE_WORKER, people.contact_point.address], **more,
    }  # fmt: skip


def test_a_conference_from_the_first_ring_to_the_end(app: Flask, sis: Program, people: Family, carrier_calls: Carrier) -> None:
    board = Switchboard(carrier_calls)
    app.extensions["voice_carrier"] = app.extensions["conference_carrier"] = board
    body = conference(people, welcome_message="Welcome.", callback_url="https://sis.example.test/calls")
    made = sis.ask("createConferenceCall", body, 201)
    whole = made["conference_call"]
    assert (made["internal_status"], whole["moderator_number"], whole["participant_numbers"], whole["twilio_number"]) == (
        "pending", MODERATOR, [people.contact_point.address, CASE_WORKER], people.number.address,
    )  # fmt: skip
    assert sis.ask("getConferenceCall", uuid=whole["uuid"])["welcome_message"] == "Welcome."
    shown = sis.ask("getCall", uuid=made["uuid"])
    assert (shown["id"], shown["participant_number"], shown["internal_status"]) == (made["id"], MODERATOR, "pending")
    db.session.commit()
    carrying.carry_out(app)
    db.session.commit()
    [moderator, *_others] = db.session.scalars(select(ConferenceParticipant).order_by(ConferenceParticipant.id)).all()
    db.session.refresh(moderator)
    board.script(moderator, key="1")
    board.room(moderator, "participant-join", Muted="false", Hold="false")
    board.status(moderator, "completed")
    told = [(kind, url, payload["internal_status"], payload["provider_status"]) for kind, url, payload in sis.told()]
    kind, url = "conference_calls.conference_call.status_update", "https://sis.example.test/calls"
    assert told == [
        (kind, url, "pending", None), (kind, url, "inviting", "conference-start"), (kind, url, "finished", "conference-end"),
    ]  # fmt: skip
    changed = sis.ask("updateCallV2", {"call": {"metadata": {"student": 7}}}, uuid=made["uuid"])
    assert (changed["metadata"], changed["internal_status"]) == ({"student": 7}, "finished")
    assert sis.ask("getCallV2", uuid=made["uuid"])["metadata"] == {"student": 7}
    assert sis.ask("getCallRecordingUrl", uuid=made["uuid"]) == {"recording_url": ""}
    for other in (program(app, people), program(app, family(), BearerType.ADMIN)):
        for operation, name in (("getCall", made), ("getCallV2", made), ("getCallRecordingUrl", made), ("getConferenceCall", whole)):
            other.ask(operation, uuid=name["uuid"], status=404)
        other.ask("updateCallV2", {"call": {"metadata": {}}}, uuid=made["uuid"], status=404)
    program(app, people, BearerType.ADMIN).ask("getCall", uuid=made["uuid"])


def test_the_moderator_is_whose_phone_rings_and_not_the_program(app: Flask, sis: Program, people: Family) -> None:
    people.teacher.phone = "+15035550191"
    people.teacher.status = StaffStatus.ACTIVE
    db.session.commit()
    teacher = program(app, people, person=people.teacher)
    newcomer, own, other = (
        each.ask("createConferenceCall", conference(people, client_conversation_id=name, moderator_number=number), 201)
        for each, name, number in ((sis, "c-1", MODERATOR), (sis, "c-2", "+15035550191"), (teacher, "c-3", MODERATOR))
    )
    legs = {}
    for made in (newcomer, own, other):
        call = db.session.scalars(select(ClientCall.call_id).where(ClientCall.uuid == UUID(made["conference_call"]["uuid"]))).one()
        asked = select(ConferenceParticipant).where(ConferenceParticipant.call_id == call).order_by(ConferenceParticipant.id).limit(1)
        leg = db.session.scalars(asked).one()
        legs[made["uuid"]] = (leg.role, leg.name, leg.staff_id)
    assert list(legs.values()) == [
        ("moderator", "(503) 555-0190", None),
        ("moderator", people.teacher.name, people.teacher.id),
        ("moderator", "(503) 555-0190", None),
    ]
    assert own_phone_of(people.teacher) == "+15035550191", "not the one that a program named"


def test_no_call_goes_around_the_gates(app: Flask, sis: Program, people: Family) -> None:
    wishes = [
        ("createConferenceCall", conference(people)),
        ("createSdkResponse", {"To": people.contact_point.address, "client_conversation_id": "c-2"}),
    ]
    for name, body in wishes:
        sis.ask(name, {**body, "callback_url": "http://10.0.0.1/"}, 422)
    sis.ask("createConferenceCall", conference(people, twilio_number="+15035559999"), 422)
    theirs = SchoolFactory(district_id=people.school.district_id)
    other = PhoneNumberFactory(district_id=people.school.district_id, school_id=theirs.id)
    narrow = program(app, people, schools=[people.school])
    assert narrow.ask("createConferenceCall", conference(people, twilio_number=other.address), 422)["error"]["code"] == "not_our_number"
    sis.ask("createConferenceCall", conference(people, participant_numbers=["nobody"]), 422)
    sis.ask("createSdkResponse", {"To": "nobody", "client_conversation_id": "c-2"}, 422)
    db.session.get_one(District, people.school.district_id).settings = {"quiet_hours": ["00:00", "23:59"]}
    db.session.commit()
    for name, body in wishes:
        assert sis.ask(name, body, 422)["error"]["code"] == "quiet_hours"
    db.session.get_one(District, people.school.district_id).settings = {"quiet_hours": []}
    record_consent(people.school.district_id, people.contact_point.address, "all", ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    db.session.commit()
    for name, body in wishes:
        assert sis.ask(name, body, 422)["error"]["code"] == "may_not_be_called"
    record_consent(people.school.district_id, people.contact_point.address, "all", ConsentKind.OPTED_IN, ConsentSource.KEYWORD)
    db.session.scalars(select(Guardianship)).one().may_contact = False
    db.session.commit()
    for name, body in wishes:
        assert sis.ask(name, body, 422)["error"]["code"] == "contact_not_permitted"
    viewer = program(app, people, scopes=["read_texts"])
    for name, body in wishes:
        viewer.ask(name, body, 403)
    assert db.session.scalars(select(Call)).all() == []


def test_a_call_from_a_browser(app: Flask, sis: Program, people: Family) -> None:
    talk = {"client_conversation_id": "c-2", "client_call_id": "their-9", "callback_url": "https://sis.example.test/talk"}
    token = sis.ask("createVoiceToken", {"conversation": {"moderator_id": str(people.teacher.uuid), **talk}}, 201)
    assert token["identity"] == people.teacher.uuid.hex
    own = sis.ask("createVoiceTokenV2", {"moderator_id": "their person 4711"}, 201)["identity"]
    assert own.startswith(f"b{sis.bearer.id}_their_person_4711_")
    stranger = family()
    assert sis.ask("createVoiceTokenV2", {"moderator_id": stranger.teacher.email}, 201)["identity"].startswith(f"b{sis.bearer.id}_")
    sis.ask("createVoiceToken", {"conversation": {"moderator_id": "x", "global_id": str(uuid4())}}, 422)
    answer = sis.client.ask("createSdkResponse", {"To": people.contact_point.address, "client_conversation_id": "c-2"})
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    assert people.contact_point.address in answer.text
    assert f'callerId="{people.number.address}"' in answer.text
    [(kind, url, payload)] = sis.told()
    assert (kind, url, payload["internal_status"], payload["client_call_id"], payload["client_conversation_id"]) == (
        "direct_calls.call.status_update", "https://sis.example.test/talk", "pending", "their-9", "c-2",
    )  # fmt: skip
    again = sis.client.ask("createSdkResponse", {"client_conversation_id": "c-2"})
    assert people.contact_point.address in again.text  # the only contact, and no other call of the program's stands in the way
    assert len(db.session.scalars(select(DirectCall)).all()) == 2
    assert sis.ask("getCall", uuid=payload["uuid"])["participant_number"] == people.contact_point.address


def test_a_voicemail_of_who_calls_back(app: Flask, sis: Program, people: Family, carrier_calls: Carrier) -> None:
    app.extensions["recording_carrier"] = tapes = Tapes()
    phone, ours = people.contact_point.address, people.number.address
    others = program(app, people), program(app, family(), BearerType.ADMIN), program(app, people, BearerType.ADMIN)
    sis.text(phone)
    talk = db.session.scalars(select(Message.conversation_id)).one()
    call = called_back(people, people.contact_point, staff_id=sis.bearer.staff_id, conversation_id=talk)
    leaves_voicemail(call.id, tapes, carrier_calls)
    told = sis.told()
    assert [(kind, url, payload["internal_status"]) for kind, url, payload in told] == [
        ("direct_calls.call.status_update", HOOK, "voicemail"),
        ("voicemails.voicemail.status_update", HOOK, "pending"),
        ("voicemails.voicemail.status_update", HOOK, "recorded"),
    ]
    shown = sis.ask("getVoicemail", id=told[-1][2]["id"])
    assert (shown["participant_number"], shown["provider_number"]) == (phone, ours)
    heard = app.test_client().get(shown["recording_url"], headers={"Range": "bytes=0-9"})
    assert (heard.status_code, len(heard.data)) == (206, 10)
    colleague, stranger, admin = others
    for other in (colleague, stranger):
        other.ask("getVoicemail", id=shown["id"], status=404)
    admin.ask("getVoicemail", id=shown["id"])


def called_back(people: Family, point: ContactPoint, **more: Any) -> Call:
    """One of the school's that is over."""
    whose = {"district_id": people.school.district_id, "school_id": people.school.id, "phone_number_id": people.number.id, **more}
    call = Call(kind="return", title="A call", guardian_id=point.guardian_id, request_key=f"in.{point.id}", status="finished", **whose)
    db.session.add(call)
    db.session.flush()
    line = {"is_inbound": True, "address": point.address, "name": point.guardian.full_name, "stage": "over", "language": "en"}
    db.session.add(DirectCall(call_id=call.id, contact_point_id=point.id, far_call_id=f"CA{call.id:032x}", **line))
    db.session.commit()
    return call


def leaves_voicemail(call: int, tapes: Tapes, carrier_calls: Carrier) -> None:
    """In that call, and the worker fetches it."""
    tapes.files[f"RE{call:032x}"] = sound()
    form = {"RecordingSid": f"RE{call:032x}", "RecordingStatus": "completed", "RecordingDuration": "2", "CallSid": f"CA{call:032x}"}
    assert carrier_calls(f"/webhooks/twilio/voice/recording?ref=voicemail.{call}", form).status_code == 204
    db.session.commit()
    fetch_due.function()
    db.session.expire_all()


@pytest.mark.parametrize(
    ("scopes", "hears"),
    [
        ([Scope.SEND_TEXTS], []),
        ([Scope.SEND_TEXTS, Scope.READ_VOICEMAIL], [("pending", None), ("recorded", None)]),
        ([Scope.SEND_TEXTS, Scope.READ_VOICEMAIL, Scope.READ_PEOPLE], [("pending", "Ana Flores"), ("recorded", "Ana Flores")]),
    ],
    ids=["texts alone", "voicemail", "people too"],
)
def test_a_voicemail_over_a_number_of_the_whole_district(
    app: Flask, people: Family, carrier_calls: Carrier, scopes: list[Scope], hears: list[tuple[str, str | None]]
) -> None:
    """Who spoke over it last hears of those that it may see, and by name only where its keys read people."""
    app.extensions["recording_carrier"] = tapes = Tapes()
    next_door = SchoolFactory(district=None, district_id=people.school.district_id)
    people.number.school_id, people.guardian.given_name, people.guardian.family_name = None, "Ana", "Flores"
    theirs = family(next_door).guardian
    db.session.commit()
    sis = program(app, people, schools=[people.school], scopes=scopes)
    sis.text(people.contact_point.address)
    other = called_back(people, ContactPointFactory(guardian=theirs), school_id=next_door.id).id
    ours = called_back(people, ContactPointFactory(guardian=people.guardian), staff_id=people.teacher.id).id
    for call in (other, ours):
        leaves_voicemail(call, tapes, carrier_calls)
    told = [payload for kind, _url, payload in sis.told() if kind == "voicemails.voicemail.status_update"]
    assert [(one["internal_status"], one["caller_id"]) for one in told] == hears
    if told:
        assert sis.ask("getVoicemail", id=told[-1]["id"])["caller_id"] == told[-1]["caller_id"]


def spoke(sis: Program, phone: str) -> None:
    """A text of it left."""
    made = sis.text(phone)
    assert sis.ask("getMessage", uuid=made["message_uuid"])["internal_status"] == "pending"
    sis.told()


def test_strangers_are_heard_by_who_is_still_let_in_and_reads_them(app: Flask, people: Family) -> None:
    """Of those that spoke over the number."""
    admin = StaffFactory(schools=[], role=Role.DISTRICT_ADMIN, district=None, district_id=people.school.district_id)
    first, second = program(app, people, name="First"), program(app, people, name="Second")
    teachers = program(app, people, name="As teacher", person=people.teacher)
    for number, sis in enumerate([first, second]):
        spoke(sis, f"+1503555017{number}")
    accounts.delete_bearer(admin, second.bearer.id)
    arrives("+15035559999", people.number, "Is this the school?")
    assert [(kind, payload["message_body"]) for kind, _url, payload in first.told()] == [
        ("messages.message.inbound_sms", "Is this the school?")
    ]
    spoke(teachers, people.contact_point.address)
    arrives("+15035559998", people.number, "And this?")
    assert [each.told() for each in (teachers, first, second)] == [[], [], []]
