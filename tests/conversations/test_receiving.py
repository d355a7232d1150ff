"""A guardian answers from a phone."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import StaffStatus
from app.carrier.models import InboundText
from app.conversations import service
from app.conversations.errors import RecipientOptedOut
from app.conversations.models import ConversationState, Message, MessageKind, Participant, UnknownText
from app.conversations.service import receiving
from app.core.clock import now
from app.core.database import db
from app.delivery.models import Delivery
from app.directory.models import Consent, ContactPoint
from app.live.models import LiveEvent
from tests.conversations.arrivals import arrives, text_from
from tests.conversations.outcomes import fresh_row
from tests.factories import PhoneNumberFactory, StaffFactory, Thread, family, thread


def answer(talk: Thread, body: str, **fields: object) -> InboundText:
    return arrives(talk.family.contact_point.address, talk.family.number, body, **fields)


def messages(kind: str) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


def deliveries() -> list[Delivery]:
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


def test_an_answer_reaches_the_teachers_inbox(app: Flask) -> None:
    talk = thread()
    answer(talk, "¿A qué hora sale el bus?")
    (message,) = messages(MessageKind.INBOUND)
    row = fresh_row(talk.id)
    assert (row.preview, row.preview_kind, row.waits_since) == ("¿A qué hora sale el bus?", "inbound", message.created_at)
    assert db.session.get_one(Participant, talk.teacher.id, populate_existing=True).unread_count == 1
    told = db.session.scalars(select(LiveEvent).where(LiveEvent.name == "unread:changed")).one()
    assert told.audience == f"staff:{talk.family.teacher.id}"
    assert (told.payload["unread"], told.payload["total"]) == (1, 1)


def test_a_text_is_routed_once(app: Flask) -> None:
    talk = thread()
    inbound = answer(talk, "Yes, we are coming")
    service.receive_text(inbound.id)
    assert service.receive_waiting() == 0
    assert len(messages(MessageKind.INBOUND)) == 1


@pytest.mark.parametrize("state", [ConversationState.DONE, ConversationState.SNOOZED])
def test_an_answer_opens_what_was_put_away(app: Flask, state: str) -> None:
    talk = thread(state=state, snoozed_until=now() + timedelta(days=2) if state == "snoozed" else None)
    answer(talk, "One more question")
    row = fresh_row(talk.id)
    assert (row.state, row.snoozed_until) == ("open", None)
    assert db.session.get_one(Participant, talk.teacher.id, populate_existing=True).state == "open"


def test_the_second_question_does_not_shorten_the_wait(app: Flask) -> None:
    talk = thread()
    answer(talk, "First")
    since = fresh_row(talk.id).waits_since
    answer(talk, "Second")
    assert fresh_row(talk.id).waits_since == since


def test_stop_silences_all_senders_of_the_pool_and_is_acknowledged_once(app: Flask) -> None:
    talk = thread()
    talk.family.school.phone = "+15035550100"
    answer(talk, " stop ")
    answer(talk, "STOP")
    (ack,) = deliveries()
    assert ack.ignores_consent
    assert "START" in ack.content.body
    assert "(503) 555-0100" in ack.content.body
    assert "Ya no" in ack.content.body  # in the family's language
    assert [event.details["type"] for event in messages(MessageKind.EVENT)] == ["opted_out", "opted_out"]
    assert db.session.get_one(ContactPoint, talk.family.contact_point.id, populate_existing=True).opted_out_at is not None
    assert fresh_row(talk.id).waits_since is None
    with pytest.raises(RecipientOptedOut):
        service.send(talk.family.teacher, talk.id, "Hello", uuid=uuid.uuid4())
    told = db.session.scalars(select(LiveEvent).where(LiveEvent.name == "consent:changed")).first()
    assert told is not None
    assert told.audience == f"conversation:{talk.id}"


def test_start_takes_stop_back(app: Flask) -> None:
    talk = thread()
    answer(talk, "STOP")
    answer(talk, "start")
    assert [entry.kind for entry in db.session.scalars(select(Consent).order_by(Consent.id))] == ["opted_out", "opted_in"]
    assert service.send(talk.family.teacher, talk.id, "Hello again", uuid=uuid.uuid4()).status == "pending"


def test_yes_is_an_answer_and_no_command_for_who_never_said_stop(app: Flask) -> None:
    talk = thread()
    answer(talk, "Yes")
    assert messages(MessageKind.EVENT) == []
    assert fresh_row(talk.id).waits_since is not None
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 0


def test_the_carriers_own_acknowledgement_is_enough(app: Flask) -> None:
    talk = thread()
    answer(talk, "STOP", opt_out_type="STOP")
    assert deliveries() == []
    assert db.session.scalars(select(Consent)).one().kind == "opted_out"


def test_help_is_answered_once_a_day(app: Flask) -> None:
    talk = thread()
    answer(talk, "HELP")
    answer(talk, "INFO")
    assert len(deliveries()) == 1


def test_a_refusal_in_plain_words_is_pointed_out_and_changes_nothing(app: Flask) -> None:
    talk = thread()
    answer(talk, "Please stop texting me")
    (event,) = messages(MessageKind.EVENT)
    assert (event.details["type"], event.details["refusal"]) == ("refusal_suggested", "stop_asked")
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 0


AFTER_SCHOOL = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""Thursday, five in the afternoon at the school."""


def test_after_hours_an_answer_is_promised_once_until_the_next_opening(app: Flask, school_time: time_machine.Traveller) -> None:
    talk = thread()
    talk.family.teacher.formal_name = "Ms. Okafor"
    school_time.move_to(AFTER_SCHOOL)
    answer(talk, "Can I come tomorrow?")
    answer(talk, "Hello?")
    (reply,) = messages(MessageKind.OUTBOUND)
    assert reply.is_automatic
    assert reply.body == "Thank you for your message. Ms. Okafor replies by Fri 3:30 PM."
    assert "vie, 15:30" in (reply.translation or "")
    assert deliveries()[0].content.body == reply.translation
    row = fresh_row(talk.id)
    assert (row.preview, row.waits_since is not None) == ("Hello?", True)
    school_time.move_to(AFTER_SCHOOL + timedelta(days=1))
    answer(talk, "And now?")
    assert len(messages(MessageKind.OUTBOUND)) == 2


@pytest.mark.parametrize("body", ["STOP", "HELP"])
def test_no_promise_follows_a_command(app: Flask, school_time: time_machine.Traveller, body: str) -> None:
    talk = thread()
    school_time.move_to(AFTER_SCHOOL)
    answer(talk, body)
    assert messages(MessageKind.OUTBOUND) == []


def test_a_teachers_own_hours_count(app: Flask, school_time: time_machine.Traveller) -> None:
    talk = thread()
    talk.family.teacher.office_hours = {"thu": [["08:00", "18:00"]]}
    school_time.move_to(AFTER_SCHOOL)
    answer(talk, "Still there?")
    assert messages(MessageKind.OUTBOUND) == []


def test_a_text_that_nobody_claims_lands_with_the_unknown_senders(app: Flask) -> None:
    here = family()
    arrives("+15035550123", here.number, "Is this the school?")
    text = db.session.scalars(select(UnknownText)).one()
    assert (text.sender, text.school_id, text.state) == ("+15035550123", here.school.id, "waiting")
    told = db.session.scalars(select(LiveEvent)).one()
    assert (told.audience, told.name) == (f"school:{here.school.id}", "unknown:changed")


def test_a_deactivated_pairing_routes_no_more(app: Flask) -> None:
    talk = thread()
    talk.guardian.pairing_deactivated_at = now()
    answer(talk, "Hello?")
    assert messages(MessageKind.INBOUND) == []
    assert db.session.scalars(select(UnknownText)).one().sender == talk.family.contact_point.address


def test_our_own_numbers_never_talk_with_each_other(app: Flask) -> None:
    here = family()
    other = PhoneNumberFactory(district_id=here.school.district_id)
    arrives(other.address, here.number, "HELP")
    assert deliveries() == []
    assert db.session.scalars(select(UnknownText)).one().state == "ignored"


def test_stop_from_an_unknown_phone_is_obeyed_too(app: Flask) -> None:
    here = family()
    arrives("+15035550123", here.number, "STOP")
    assert db.session.scalars(select(Consent)).one().address == "+15035550123"
    assert deliveries()[0].address == "+15035550123"


def test_the_answer_to_a_teacher_who_left_is_seen_by_the_office(app: Flask) -> None:
    talk = thread()
    talk.family.teacher.status = StaffStatus.DEACTIVATED
    office = StaffFactory(role="office", schools=[talk.family.school])
    answer(talk, "Who teaches Mateo now?")
    place = db.session.scalars(select(Participant).where(Participant.staff_id == office.id)).one()
    assert place.unread_count == 1


def test_a_text_that_cannot_be_routed_ends_with_the_unknown_and_does_not_block_others(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    talk, other = thread(), thread()
    text_from(talk.family.contact_point.address, talk.family.number, "broken")
    text_from(other.family.contact_point.address, other.family.number, "fine")
    real = receiving.add_to_thread

    def fail(inbound: InboundText, *rest: object, **more: object) -> Message:
        if inbound.body == "broken":
            raise RuntimeError
        return real(inbound, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(receiving, "add_to_thread", fail)
    for _ in range(receiving.MOST_ATTEMPTS + 1):
        service.receive_waiting()
    assert [message.body for message in messages(MessageKind.INBOUND)] == ["fine"]
    assert db.session.scalars(select(UnknownText)).one().body == "broken"


def route_at_once(app: Flask) -> None:
    """Four workers get the same nudge."""
    talk = thread()
    inbound = text_from(talk.family.contact_point.address, talk.family.number, "Once only")
    number, start = inbound.id, threading.Barrier(4)

    def route() -> None:
        with app.app_context():
            start.wait()
            service.receive_text(number)
            db.session.remove()

    workers = [threading.Thread(target=route) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    db.session.rollback()
    assert len(messages(MessageKind.INBOUND)) == 1
    assert db.session.get_one(Participant, talk.teacher.id, populate_existing=True).unread_count == 1


def test_four_workers_route_one_text_once(app: Flask) -> None:
    route_at_once(app)


def test_four_workers_route_one_text_once_on_postgres(postgres_app: Flask) -> None:
    route_at_once(postgres_app)
