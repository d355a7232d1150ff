"""What a program writes with the key of a person, and in nobody's name: what staff read of it, and what families hear."""

import re
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

import pytest
from flask import Flask, g
from sqlalchemy import select

from app.accounts.callers import caller_of
from app.accounts.models import AuditEvent, Role
from app.accounts.scopes import Scope
from app.accounts.service import audit, remove_system
from app.announcements.models import Announcement
from app.api.common_services.models import ClientMessage
from app.api.courier.face import face as courier
from app.calls.models import Call
from app.calls.service.telling import note_again
from app.conversations import service as threads
from app.conversations.models import Message
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.core.office_hours import WEEKDAYS
from app.core.phone_numbers import for_people
from app.directory.models import ConsentKind, ConsentSource, ContactKind, District, Purpose
from app.directory.service.consent import record_consent
from app.video import service as rooms
from app.video.models import VideoCall
from app.video.queries import host_of
from app.video.tokens import Seat, seat_of
from tests.announcements.schools import campus, run
from tests.api.client import ApiClient
from tests.api.common_services.programs import program
from tests.conftest import SignIn
from tests.conversations.arrivals import arrives
from tests.factories import ContactPointFactory, MessagingServiceFactory, PhoneNumberFactory, StaffFactory, api_bearer, family
from tests.factories.threads import Family


@pytest.fixture
def people(app: Flask) -> Family:
    return family()


def test_a_persons_key_is_not_her_hand(app: Flask, people: Family, sign_in: SignIn) -> None:
    teacher, phone = people.teacher, people.contact_point.address
    sync = program(app, people, name="As teacher", person=teacher)
    talk = threads.start_direct(teacher, people.contact_point.id)
    threads.send(teacher, talk.id, "See you on Monday.", uuid=new_uuid())
    threads.save_draft(teacher, talk.id, "Half a thought")
    arrives(phone, people.number, "Is the bus late?")
    sync.text(phone, "The bus is late by ten minutes.")
    message = db.session.scalars(select(Message).where(Message.body.startswith("The bus"))).one()
    assert (message.staff_id, message.author) == (teacher.id, teacher.shown_name)  # what families read
    assert (message.details["bearer_id"], message.details["through"]) == (sync.bearer.id, "As teacher")
    page = sign_in(teacher)
    shown = page.get(f"/conversations/{talk.id}").text
    whole = f"{teacher.shown_name} · by As teacher"
    assert f'<span dir="auto">{whole}</span>' in shown
    assert "Half a thought" in shown
    threads.discard_draft(teacher, talk.id)
    assert f"{teacher.shown_name} · As teacher" in page.get("/conversations").text
    history = page.get(f"/families/guardian/{people.guardian.id}").text
    assert f"As teacher texted {people.guardian.given_name} for {teacher.shown_name}" in history
    assert whole in page.get(f"/conversations/{talk.id}/export.csv").text


def test_announcements_and_calls_by_a_persons_key_say_so(app: Flask, sign_in: SignIn) -> None:
    place = campus()
    place.district.settings = {"quiet_hours": []}
    people = family(place.school)
    sync = program(app, people, name="As principal", person=place.admin)
    numbers = {"recipient_numbers": [people.contact_point.address], "global_customer_id": str(place.district.uuid)}
    sync.ask("createAnnouncement", {"announcement": {"announcement_type": "sms", "message_body": "No school.", **numbers}}, 201)
    call = {
        "moderator_number": "+15035550150", "participant_numbers": [people.contact_point.address], "twilio_number": people.number.address,
        "client_conversation_id": "c-9",
    }  # fmt: skip
    sync.ask("createConferenceCall", call, 201)
    run(40)
    page, whole = sign_in(place.admin), f"{place.admin.name} · by As principal"
    announcement = db.session.scalars(select(Announcement)).one()
    conference = db.session.scalars(select(Call)).one()
    for address in ("/announcements", f"/announcements/{announcement.id}", f"/calls/{conference.id}", "/calls/history", "/settings/audit"):
        shown = page.get(address).text
        assert whole in shown, address
        assert "by you" not in shown, address
    assert f"Conference by {whole}" in page.get("/calls").text
    with transaction():
        conference.notes = "Ask again on Friday."
        note_again(conference)
        conference.ended_at = conference.created_at
        note_again(conference)
    thread = page.get(f"/conversations/{conference.conversation_id}").text
    assert f"{whole} began a conference call" in thread
    sync.ask("createSdkResponse", {"To": people.contact_point.address, "client_conversation_id": "c-10"})
    assert f"{whole} called" in page.get("/calls/history").text


def test_video_calls_by_a_persons_key_say_so(app: Flask, people: Family, sign_in: SignIn) -> None:
    host = people.teacher
    sync = program(app, people, name="As teacher", person=host)
    sync.text(people.contact_point.address)
    wish = {"session_name": "About Mateo", "host_username": host.shown_name, "client_conversation_id": "c-1"}
    for _each in range(2):
        sync.ask("createVideoCall", {"video_call": wish}, 201)
    call, later = db.session.scalars(select(VideoCall).order_by(VideoCall.id)).all()
    with transaction():
        later.scheduled_at = now() + timedelta(minutes=5)
    for each in (call, later):
        rooms.write_note(host, each.id, "Ask again on Friday.")
    rooms.arm_reminder(host, later.id)
    rooms.remind_due()  # a worker's, long after the system asked
    rooms.end(host, call.id)
    shown, whole = sign_in(host).get(f"/conversations/{call.conversation_id}").text, f"{host.shown_name} · by As teacher"
    assert f"{whole} began a video call. Nobody joined." in shown
    link = db.session.scalars(select(Message).where(Message.body.contains("/v/")))
    assert [one.details["through"] for one in link] == ["As teacher"]
    own = rooms.create(host, rooms.Plan(conversation_id=call.conversation_id, note="By hand."))
    rooms.end(host, own.id)
    assert f"{host.shown_name} began a video call. Nobody joined." in sign_in(host).get(f"/conversations/{call.conversation_id}").text


def test_what_is_done_with_a_token_of_a_system_is_not_her_hand(app: Flask, people: Family, sign_in: SignIn) -> None:
    host = people.teacher
    sync = program(app, people, name="As teacher", person=host)
    made = sync.ask("createVideoCall", {"video_call": {"session_name": "About Mateo", "host_username": "Ms. O"}}, 201)
    call = db.session.scalars(select(VideoCall)).one()
    waits = rooms.seat_for_guardian(host, call.id, people.guardian)
    page = app.test_client().post("/v/", data={"token": made["host_token"]}).text  # nobody is signed in there
    found = re.search(r'data-token="([^"]+)"', page)
    seat, guest = seat_of(found[1] if found else ""), Seat(call.uuid, waits.uuid)
    assert seat is not None
    rooms.enter(seat, "host", rooms.Media())
    rooms.enter(guest, "guest", rooms.Media())
    rooms.admit(seat, waits.uuid)
    rooms.put_out(seat, waits.uuid)
    rooms.end_from_room(seat)
    own = rooms.create(host, rooms.Plan(session_name="By hand"))
    rooms.end_from_room(Seat(own.uuid, host_of(own).uuid))
    acts = AuditEvent.action.in_(["video_call.admitted", "video_call.removed", "video_call.ended"])
    lines = db.session.scalars(select(AuditEvent).where(acts).order_by(AuditEvent.id)).all()
    assert [(line.action[11:], line.staff_id == host.id, line.details.get("through")) for line in lines] == [
        ("admitted", True, "As teacher"), ("removed", True, "As teacher"), ("ended", True, "As teacher"), ("ended", True, None),
    ]  # fmt: skip
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district_id=people.school.district_id)
    assert f"{host.name} · by As teacher" in sign_in(admin).get("/settings/audit").text


def test_nobody_is_reminded_of_a_video_call_for_a_system_that_was_removed(app: Flask, people: Family, sign_in: SignIn) -> None:
    sync = program(app, people, name="As teacher", person=people.teacher)
    sync.text(people.contact_point.address)
    sync.ask("createVideoCall", {"video_call": {"session_name": "Mateo", "host_username": "Ms. Lee", "client_conversation_id": "c-1"}}, 201)
    call = db.session.scalars(select(VideoCall)).one()
    with transaction():
        call.scheduled_at = now() + timedelta(minutes=5)
    rooms.arm_reminder(people.teacher, call.id)
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district_id=people.school.district_id)
    later = rooms.create(people.teacher, rooms.Plan(conversation_id=call.conversation_id, scheduled_at=now() + timedelta(days=1)))
    rooms.arm_reminder(people.teacher, later.id)
    there = f"/settings/api/systems/{sync.bearer.id}/unsent"
    page = sign_in(admin)
    shown = page.get(there).text
    assert "the links to 1 video call<" in shown
    assert "Mateo" in shown
    assert "Called off: 1 text and the links to 1 video call." in page.post(there, follow_redirects=True).text
    assert "Nothing waits" in page.get(there).text
    assert db.session.get_one(VideoCall, later.id, populate_existing=True).remind_at is not None, "by hand"
    remove_system(admin, sync.bearer.id)
    rooms.arm_reminder(people.teacher, call.id)  # as if it had been too late to call off
    rooms.remind_due()
    assert db.session.scalars(select(Message).where(Message.body.contains("/v/"))).all() == []
    assert db.session.get_one(VideoCall, call.id, populate_existing=True).remind_at is None


def test_after_hours_the_school_answers_for_a_program(app: Flask, people: Family) -> None:
    far = WEEKDAYS[(now() + timedelta(days=3)).weekday()]
    people.school.office_hours = {far: [["08:00", "09:00"]]}
    db.session.commit()
    program(app, people).text(people.contact_point.address, "Mateo is marked absent.")
    arrives(people.contact_point.address, people.number, "He is ill.")
    reply = db.session.scalars(select(Message).where(Message.is_automatic)).one()
    assert reply.author == people.school.name
    assert people.school.name in reply.body
    assert "Attendance sync" not in f"{reply.body}{reply.translation}"


def test_nobody_is_promised_who_never_wrote(app: Flask, people: Family) -> None:
    far = WEEKDAYS[(now() + timedelta(days=3)).weekday()]
    people.teacher.office_hours = {far: [["08:00", "09:00"]]}
    db.session.commit()
    program(app, people, name="As teacher", person=people.teacher).text(people.contact_point.address, "Mateo is marked absent.")
    arrives(people.contact_point.address, people.number, "He is ill.")
    reply = db.session.scalars(select(Message).where(Message.is_automatic)).one()
    assert reply.author == people.school.name
    assert people.teacher.shown_name not in reply.body


def test_who_may_only_send_learns_no_names_from_refusals(app: Flask, people: Family) -> None:
    phone, name = people.contact_point.address, people.guardian.full_name
    other = ContactPointFactory(guardian=people.guardian)
    pool = MessagingServiceFactory(district_id=people.school.district_id, name="Conversations", purpose=Purpose.CONVERSATION)
    for _each in range(3):  # each system speaks over a number of its own
        PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id, messaging_service_id=pool.id)
    attributes = {"account-id": str(pool.uuid), "message": "Hello", "target": phone}
    wish = {"data": {"type": "texts", "attributes": attributes}}
    for kind, scopes in ((ConsentKind.OPTED_OUT, [Scope.SEND_TEXTS, Scope.READ_TEXTS]), (None, [Scope.SEND_TEXTS])):
        if kind:
            record_consent(people.school.district_id, phone, people.number.consent_scope, kind, ConsentSource.KEYWORD)
        else:
            people.contact_point.kind = ContactKind.LANDLINE
        db.session.commit()
        sender = program(app, people, scopes=scopes)
        made = sender.text(phone)
        words = db.session.scalars(select(ClientMessage.error_words).where(ClientMessage.uuid == UUID(made["message_uuid"]))).one()
        assert for_people(phone) in words
        assert name not in words
        for point in (other.address, for_people(other.address)):
            assert point not in words
        refused = ApiClient(app, courier, sender.client.token).ask("createText", wish)
        assert refused.status_code == HTTPStatus.BAD_REQUEST
        assert name not in refused.text
        assert for_people(other.address) not in refused.text
    reader = program(app, people, scopes=[Scope.SEND_TEXTS, Scope.READ_PEOPLE])
    told = ApiClient(app, courier, reader.client.token).ask("createText", wish)
    assert for_people(other.address) in told.get_json()["errors"][0]["detail"]


def test_the_audit_log_names_the_system(app: Flask, people: Family, sign_in: SignIn) -> None:
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district_id=people.school.district_id)
    _bearer, token = api_bearer(person=admin, name="Keeper of keys")
    with app.test_request_context():
        g.api_caller = caller_of(token)
        with transaction():
            audit("texting.changed", db.session.get_one(District, admin.district_id), {"quiet_hours": ""})
    shown = sign_in(admin).get("/settings/audit").text
    assert f"{admin.name} · by Keeper of keys" in shown


def test_the_teacher_of_the_child_sees_that_a_program_texted(app: Flask, people: Family, sign_in: SignIn) -> None:
    sync, phone, first = program(app, people), people.contact_point.address, people.guardian.given_name
    sync.text(phone, "Mateo is marked absent.")
    arrives(phone, people.number, "He is ill.")
    teacher = sign_in(people.teacher)
    address = f"/families/guardian/{people.guardian.id}"
    seen = teacher.get(address).text
    assert f"Attendance sync texted {first}" in seen
    assert f"{first} texted" in seen.replace(f"Attendance sync texted {first}", "")
    thread_id = db.session.scalars(select(Message.conversation_id)).first()
    for hidden in ("marked absent", "He is ill", f"/conversations/{thread_id}"):
        assert hidden not in seen
    assert f"Attendance sync texted {first}" not in teacher.get(f"{address}?q=absent").text
    elsewhere = StaffFactory(role=Role.TEACHER, district_id=people.school.district_id, schools=[])
    assert "Attendance sync" not in sign_in(elsewhere).get(address).text
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    assert "marked absent" in sign_in(office).get(address).text


def test_each_text_of_a_system_is_a_line_of_the_audit_log(app: Flask, people: Family, sign_in: SignIn) -> None:
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district_id=people.school.district_id)
    PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id)  # for the thread of the second one
    talk = threads.start_direct(people.teacher, people.contact_point.id)
    threads.send(people.teacher, talk.id, "See you on Monday.", uuid=new_uuid())
    program(app, people, name="As teacher", person=people.teacher).text(people.contact_point.address, "The bus is late.")
    program(app, people).text(people.contact_point.address, "Mateo is marked absent.")
    lines = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "message.sent").order_by(AuditEvent.id)).all()
    assert [(line.staff_id == people.teacher.id, line.details) for line in lines] == [
        (True, {"name": people.guardian.full_name, "through": "As teacher"}), (False, {"name": people.guardian.full_name}),
    ]  # fmt: skip
    shown = sign_in(admin).get("/settings/audit").text
    assert shown.count(f"Texted {people.guardian.full_name}") == 2
    assert "The bus" not in shown
