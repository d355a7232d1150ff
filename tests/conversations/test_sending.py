"""A teacher writes to a family."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.conversations import service
from app.conversations.errors import (
    CannotReceiveTexts,
    ContactNotPermitted,
    MessageTooLong,
    NotAllowed,
    NothingToSend,
    RecipientOptedOut,
    UnfilledFields,
)
from app.conversations.models import Conversation, ConversationState, Message, Participant
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible
from app.delivery.models import Delivery
from app.directory.models import ContactHealth, ContactKind, Guardianship
from app.live.models import LiveEvent
from tests.factories import (
    ContactPointFactory,
    GuardianFactory,
    GuardianshipFactory,
    MessageFactory,
    StaffFactory,
    family,
    thread,
)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_text_enters_thread_and_outbox_and_waits_five_seconds(app: Flask) -> None:
    talk = thread()
    sent = service.send(talk.family.teacher, talk.id, "See you at 3:30", uuid=uuid.uuid4())
    delivery = db.session.scalars(select(Delivery)).one()
    assert (delivery.owner_kind, delivery.owner_id, delivery.address) == ("message", sent.id, talk.family.contact_point.address)
    assert delivery.phone_number_id == talk.family.number.id
    assert 4 < (delivery.due_at - now()).total_seconds() <= 5
    assert delivery.content.body == "See you at 3:30"
    row = db.session.get_one(Conversation, talk.id, populate_existing=True)
    assert (row.preview, row.preview_kind, row.last_message_id) == ("See you at 3:30", "outbound", sent.id)
    mine = db.session.get_one(Participant, talk.teacher.id, populate_existing=True)
    assert (mine.last_message_id, mine.unread_count) == (sent.id, 0)


def test_the_same_request_twice_is_one_message(app: Flask) -> None:
    talk, key = thread(), uuid.uuid4()
    first = service.send(talk.family.teacher, talk.id, "Hello", uuid=key)
    second = service.send(talk.family.teacher, talk.id, "Hello", uuid=key)
    assert first.id == second.id
    assert count(Message) == count(Delivery) == 1


def test_somebody_elses_request_key_finds_nothing(app: Flask) -> None:
    talk, other, key = thread(), thread(), uuid.uuid4()
    service.send(talk.family.teacher, talk.id, "Hello", uuid=key)
    with pytest.raises(NotVisible):
        service.send(other.family.teacher, other.id, "Hello", uuid=key)


def test_an_answer_ends_the_waiting_and_reopens_what_was_done(app: Flask) -> None:
    talk = thread(waits_since=now(), state=ConversationState.DONE)
    service.send(talk.family.teacher, talk.id, "Of course", uuid=uuid.uuid4())
    row = db.session.get_one(Conversation, talk.id, populate_existing=True)
    assert row.waits_since is None
    assert row.state == ConversationState.OPEN
    assert db.session.get_one(Participant, talk.teacher.id, populate_existing=True).state == ConversationState.OPEN


def test_only_an_answer_to_a_text_of_today_passes_quiet_hours(app: Flask) -> None:
    talk = thread()
    service.send(talk.family.teacher, talk.id, "Good evening", uuid=uuid.uuid4())
    MessageFactory(conversation=talk.conversation)
    service.send(talk.family.teacher, talk.id, "At eight", uuid=uuid.uuid4())
    assert list(db.session.scalars(select(Delivery.is_reply).order_by(Delivery.id))) == [False, True]


@pytest.mark.parametrize("body", ["", "  \n ", "\x00"])
def test_nothing_is_not_sent(app: Flask, body: str) -> None:
    talk = thread()
    with pytest.raises(NothingToSend):
        service.send(talk.family.teacher, talk.id, body, uuid=uuid.uuid4())
    assert count(Message) == 0


def test_ten_parts_is_the_most(app: Flask) -> None:
    talk = thread()
    with pytest.raises(MessageTooLong) as refused:
        service.send(talk.family.teacher, talk.id, "x" * 1531, uuid=uuid.uuid4())
    assert "11 texts" in refused.value.advice
    assert service.send(talk.family.teacher, talk.id, "x" * 1530, uuid=uuid.uuid4()).segments == 10


def test_merge_fields_are_filled_for_the_reader(app: Flask) -> None:
    talk = thread()
    sent = service.send(talk.family.teacher, talk.id, "Dear $FirstName$, $StudentFirstName$ was great.", uuid=uuid.uuid4())
    assert sent.body == "Dear Rosa, Mateo was great."


@pytest.mark.parametrize("body", ["Hi $Nickname$", "Call $SchoolPhone$"])
def test_a_field_that_nobody_can_fill_is_refused(app: Flask, body: str) -> None:
    talk = thread()
    with pytest.raises(UnfilledFields):
        service.send(talk.family.teacher, talk.id, body, uuid=uuid.uuid4())
    assert count(Message) == count(Delivery) == 0


def test_who_said_stop_gets_nothing_and_the_other_guardian_is_named(app: Flask) -> None:
    talk = thread()
    talk.family.contact_point.opted_out_at = now()
    father = GuardianFactory(district_id=talk.family.school.district_id, given_name="Luis", family_name="Hernández")
    GuardianshipFactory(student=talk.family.student, guardian=father)
    ContactPointFactory(guardian=father)
    with pytest.raises(RecipientOptedOut) as refused:
        service.send(talk.family.teacher, talk.id, "Hi", uuid=uuid.uuid4())
    assert "texted STOP" in refused.value.advice
    assert "Luis Hernández" in refused.value.advice
    assert count(Delivery) == 0


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("kind", ContactKind.LANDLINE, "landline"),
        ("health", ContactHealth.DEAD, "not in use"),
        ("health", ContactHealth.WRONG, "somebody else"),
    ],
)
def test_a_number_that_takes_no_texts_is_refused_with_another_way(app: Flask, field: str, value: str, words: str) -> None:
    talk = thread()
    setattr(talk.family.contact_point, field, value)
    other = ContactPointFactory(guardian=talk.family.guardian, address="+15035550177")
    with pytest.raises(CannotReceiveTexts) as refused:
        service.send(talk.family.teacher, talk.id, "Hi", uuid=uuid.uuid4())
    assert words in refused.value.advice
    assert "(503) 555-0177" in refused.value.advice
    assert other.takes_texts


def test_a_guardian_whom_the_school_may_not_contact_is_never_texted(app: Flask) -> None:
    talk = thread()
    db.session.execute(Guardianship.__table__.update().values(may_contact=False))
    with pytest.raises(ContactNotPermitted):
        service.send(talk.family.teacher, talk.id, "Hi", uuid=uuid.uuid4())


def test_a_viewer_reads_and_does_not_write(app: Flask) -> None:
    talk = thread()
    viewer = StaffFactory(role="viewer", schools=[talk.family.school])
    with pytest.raises(NotAllowed):
        service.send(viewer, talk.id, "Hi", uuid=uuid.uuid4())


@pytest.mark.parametrize("role", ["teacher", "office", "school_admin", "district_admin", "viewer"])
def test_strangers_find_no_thread(app: Flask, role: str) -> None:
    talk, elsewhere = thread(), family()
    stranger = StaffFactory(role=role, schools=[elsewhere.school])
    with pytest.raises(NotVisible):
        service.send(stranger, talk.id, "Hi", uuid=uuid.uuid4())
    with pytest.raises(NotVisible):
        service.mark_read(stranger, talk.id)


def test_colleagues_of_the_school_hear_of_a_new_message_and_the_writer_too(app: Flask) -> None:
    talk = thread()
    sent = service.send(talk.family.teacher, talk.id, "Hello", uuid=uuid.uuid4())
    told = {row.audience: row.payload for row in db.session.scalars(select(LiveEvent).where(LiveEvent.name == "message:new"))}
    assert set(told) == {f"conversation:{talk.id}", f"school:{talk.family.school.id}", f"staff:{talk.family.teacher.id}"}
    assert all(payload["message_id"] == sent.id and "Hello" not in str(payload) for payload in told.values())
