"""Erasing an adult who left the roster: what was written and said is gone everywhere, and nobody else loses anything."""

import io
from typing import Any

from sqlalchemy import select, text

from app.accounts.models import AuditEvent, Bearer
from app.api.common_services.models import ClientConversation, ClientMessage, ClientParticipant
from app.api.common_services.service import taking
from app.api.courier.models import MessageDraft, NumberLog, NumberLookup, UserEmail
from app.api.groupcall import carrying
from app.api.groupcall.models import GroupcallRecipient, GroupcallSend
from app.calls.models import Call, CallKind, CallState, DirectCall, Recording, RecordingState, Stage, Transcript
from app.carrier.models import InboundText
from app.conversations import service as threads
from app.conversations.models import Attachment, Conversation, Message
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db, transaction
from app.core.ids import new_uuid
from app.delivery.models import Delivery, DeliveryContent
from app.directory.models import Consent, ConsentKind, ConsentSource, ContactPoint, District, Guardian, Guardianship
from app.directory.service.consent import record_consent
from app.fax.purge_job import clear_files
from app.fax.retention import HOLD
from app.video.models import VideoCall, VideoParticipant
from app.webhooks.service import Outgoing, callback_endpoint, enqueue
from tests.api.courier_lines.conftest import Other
from tests.conversations.arrivals import arrives
from tests.factories import family

SECRET = "Mateo has the flu"


def purge(other: Other, number: object, **more: Any) -> Any:
    return other.create("purgeData", "system-purges", {"entity-id": str(number), "entity-type": "individual", **more})


def left(other: Other) -> None:
    """Her children are at school no more."""
    db.session.query(Guardianship).filter_by(guardian_id=other.people.guardian.id).update({"is_active": False})
    db.session.commit()


def talk_of(other: Other) -> Conversation:
    talk = threads.start_direct(other.people.teacher, other.people.contact_point.id)
    threads.attach(other.people.teacher, talk.id, io.BytesIO(SECRET.encode()), filename="note.txt", claimed_mime="text/plain")
    attachment = db.session.scalars(select(Attachment)).one()
    threads.send(other.people.teacher, talk.id, SECRET, uuid=new_uuid(), attachment_ids=[attachment.id])
    number = db.session.scalars(select(Delivery.phone_number_id)).one()
    assert number == other.people.number.id
    arrives(other.people.contact_point.address, other.people.number, SECRET)
    return talk


def call_of(other: Other, file_key: str) -> Recording:
    people = other.people
    call = Call(
        district_id=other.district.id, school_id=people.school.id, kind=CallKind.RETURN, guardian_id=people.guardian.id,
        phone_number_id=people.number.id, title=people.guardian.full_name, request_key="in.CA1", status=CallState.FINISHED, notes=SECRET,
    )  # fmt: skip
    with transaction():
        db.session.add(call)
        db.session.flush()
        line = DirectCall(call_id=call.id, is_inbound=True, address=people.contact_point.address, name="Rosa", stage=Stage.OVER)
        recording = Recording(
            district_id=other.district.id, call_id=call.id, kind="call", provider_id="RE1", state=RecordingState.READY, file_key=file_key,
        )  # fmt: skip
        db.session.add_all([line, recording])
        db.session.flush()
        db.session.add(Transcript(district_id=other.district.id, recording_id=recording.id, lines=[{"words": SECRET}], search_text=SECRET))
    return recording


def everything() -> str:
    """All that the database holds, as text, but what belongs to the neighbours."""
    tables = db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'messages_fts%'")).all()
    return "\n".join(str(tuple(row)) for table in tables for row in db.session.execute(text(f'SELECT * FROM "{table}"')))  # our own names


def test_nothing_that_was_written_or_said_is_left(other: Other) -> None:
    neighbours = family(school=other.people.school, teacher=other.people.teacher)
    address = other.people.contact_point.address
    talk = talk_of(other)
    key = file_store().save(iter([b"sound"]), extension=".wav").key
    recording = call_of(other, key)
    record_consent(other.district.id, address, "all", ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    beside = threads.start_direct(neighbours.teacher, neighbours.contact_point.id)
    threads.send(neighbours.teacher, beside.id, "Field trip on Friday", uuid=new_uuid())
    assert purge(other, other.people.guardian.uuid).status_code == 409  # a child of hers is at school
    left(other)
    other.people.guardian.given_name, other.people.guardian.family_name = "Xiomara", "Quetzal"
    db.session.commit()
    assert SECRET in everything()
    answer = purge(other, other.people.guardian.uuid)
    assert (answer.status_code, answer.json) == (201, None), answer.text
    kept = everything()
    assert SECRET not in kept
    assert "Xiomara" not in kept
    guardian = db.session.get_one(Guardian, other.people.guardian.id)
    assert (guardian.full_name, guardian.is_active) == ("–", False)
    assert db.session.get_one(ContactPoint, other.people.contact_point.id).address.startswith("erased-")
    assert {row.body for row in db.session.scalars(select(Message).where(Message.conversation_id == talk.id))} == {""}
    assert db.session.get_one(Conversation, talk.id).deleted_at is not None
    assert db.session.scalars(select(Attachment)).all() == []
    assert db.session.scalars(select(InboundText.body)).all() == [""]
    assert [
        row.address for row in db.session.scalars(select(Delivery).where(Delivery.contact_point_id == other.people.contact_point.id))
    ] == [""]
    assert db.session.get_one(Recording, recording.id).state == "deleted"
    assert db.session.scalars(select(Transcript)).all() == []
    assert [(row.address, row.kind) for row in db.session.scalars(select(Consent))] == [(address, "opted_out")]
    assert "Field trip on Friday" in db.session.scalars(select(DeliveryContent.body)).all()
    assert db.session.get_one(Guardian, neighbours.guardian.id).is_active
    found = db.session.execute(text("SELECT count(*) FROM messages_fts WHERE messages_fts MATCH 'flu'")).scalar()
    assert found == 0
    db.session.commit()
    clear_files()
    assert not any(
        path.is_file() and path.read_bytes() in {b"sound", SECRET.encode()}
        for path in (other.api.app.extensions["settings"].data).rglob("*")
    )
    assert db.session.scalars(select(AuditEvent.action).where(AuditEvent.action == "guardian.erased")).all() == ["guardian.erased"]
    assert purge(other, other.people.guardian.uuid).status_code == 201  # again: there is nothing more


def test_nothing_that_other_systems_know_or_wait_to_send_is_left(other: Other) -> None:
    people = other.people
    people.guardian.given_name, people.guardian.family_name, people.guardian.source_id = "Xiomara", "Quetzal", "g1"
    address, district, staff = people.contact_point.address, other.district.id, other.staff.id
    bearer = db.session.scalars(select(Bearer).where(Bearer.district_id == district)).first()
    talk = threads.start_direct(people.teacher, people.contact_point.id)
    common = ClientConversation(district_id=district, bearer_id=bearer.id, client_id="c-1")
    batch = GroupcallSend(district_id=district, bearer_id=bearer.id, message_id="b-1")
    video = VideoCall(district_id=district, school_id=people.school.id, staff_id=people.teacher.id, guardian_id=people.guardian.id,
                      session_name="Xiomara Quetzal", request_key="v1", host_name="Ms. Lee", end_at=now())  # fmt: skip
    db.session.add_all([common, batch, video])
    db.session.flush()
    endpoint = callback_endpoint(bearer, "https://sis.example.org/in", face="courier")
    enqueue([Outgoing(endpoint, "k", "a", {"receiver_number": address, "words": SECRET})])
    db.session.add_all([
        ClientMessage(district_id=district, bearer_id=bearer.id, conversation_id=common.id, receiver=address, body=SECRET, send_at=now()),
        ClientParticipant(conversation_id=common.id, number=address, name="Xiomara"),
        GroupcallRecipient(send_id=batch.id, bearer_id=bearer.id, route="sms", address=address, body=SECRET, reference="g1"),
        UserEmail(district_id=district, staff_id=staff, created_by_id=staff, address=address, subject=SECRET, message=SECRET),
        MessageDraft(district_id=district, conversation_id=talk.id, staff_id=staff, body=SECRET),
        NumberLog(phone_number_id=people.number.id, line=f"A text to {address}"), NumberLookup(district_id=district, number=address),
        VideoParticipant(district_id=district, video_call_id=video.id, name="Xiomara Quetzal", guardian_id=people.guardian.id),
    ])  # fmt: skip
    db.session.commit()
    other.text(address, SECRET)
    left(other)
    assert purge(other, people.guardian.uuid).status_code == 201
    db.session.commit()
    taking.words.take_all()
    carrying.queue.take_all()
    kept = everything()
    assert not [word for word in (SECRET, "Xiomara", "Quetzal", address) if word in kept], [
        line for line in kept.splitlines() if any(word in line for word in (SECRET, "Xiomara", "Quetzal", address))
    ]
    assert set(db.session.scalars(select(Delivery.state))) <= {"cancelled"}
    assert db.session.scalars(select(ClientMessage.state)).one() == "cancelled"


def test_who_is_put_away_is_written_to_no_more_and_can_be_read(other: Other) -> None:
    talk_of(other)
    left(other)
    assert purge(other, other.people.guardian.uuid, archive=True).status_code == 201
    assert db.session.get_one(Guardian, other.people.guardian.id).given_name != "–"
    assert other.text(other.people.contact_point.address).status_code == 400
    assert SECRET in db.session.scalars(select(Message.body)).all()


def test_only_what_may_be_erased_is(other: Other, stranger: Other) -> None:
    left(other)
    assert purge(other, stranger.people.guardian.uuid).status_code == 404
    assert purge(other, "nobody").status_code == 404
    assert purge(other, other.people.student.uuid).json["errors"][0]["code"] == "not_a_guardian"
    assert purge(other, other.district.uuid, **{"entity-type": "organization"}).status_code == 400
    assert purge(other, other.people.teacher.uuid, **{"entity-type": "user"}).status_code == 400
    district = db.session.get_one(District, other.district.id)
    district.settings = {**district.settings, HOLD: True}
    db.session.commit()
    held = purge(other, other.people.guardian.uuid)
    assert (held.status_code, held.json["errors"][0]["code"]) == (409, "legal_hold")
    assert db.session.get_one(Guardian, other.people.guardian.id).given_name == other.people.guardian.given_name
