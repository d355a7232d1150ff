"""What changes on a family's record, and what a text seems to ask, reaches its conversations."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import AuditEvent
from app.conversations import service
from app.conversations.errors import AlreadyDecided, CannotReceiveTexts, RecipientOptedOut
from app.conversations.models import Message, MessageKind, Participant
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.delivery.models import Delivery
from app.directory.events import PersonChanged
from app.directory.models import Consent, Guardian, Guardianship
from app.directory.service.people import save_contact_point
from tests.conversations.arrivals import arrives
from tests.conversations.outcomes import deliveries_of, fresh_message, fresh_row, happened
from tests.delivery.conftest import house
from tests.delivery.house import House
from tests.factories import StaffFactory, Thread, family, thread

__all__ = ["house"]


def suggestion(talk: Thread, words: str) -> Message:
    arrives(talk.family.contact_point.address, talk.family.number, words)
    return db.session.scalars(select(Message).where(Message.kind == MessageKind.EVENT)).one()


def changed(talk: Thread) -> None:
    with transaction() as events:
        events.append(PersonChanged(talk.family.school.district_id, talk.family.guardian.id))


def test_please_stop_becomes_an_opt_out_when_staff_agree(app: Flask) -> None:
    talk = thread()
    line = suggestion(talk, "Please stop texting me")
    service.decide_suggestion(talk.family.teacher, line.id, accept=True)
    entry = db.session.scalars(select(Consent)).one()
    assert (entry.scope, entry.kind, entry.source, entry.staff_id) == ("all", "opted_out", "staff", talk.family.teacher.id)
    with pytest.raises(RecipientOptedOut):
        service.send(talk.family.teacher, talk.id, "Hello", uuid=uuid.uuid4())
    with pytest.raises(AlreadyDecided):
        service.decide_suggestion(talk.family.teacher, line.id, accept=False)
    assert "suggestion.accepted" in set(db.session.scalars(select(AuditEvent.action)))


def test_a_wrong_number_is_not_texted_again(app: Flask) -> None:
    talk = thread()
    service.decide_suggestion(talk.family.teacher, suggestion(talk, "Sorry, you have the wrong number").id, accept=True)
    with pytest.raises(CannotReceiveTexts):
        service.send(talk.family.teacher, talk.id, "Hello", uuid=uuid.uuid4())


def test_a_dismissed_suggestion_changes_nothing(app: Flask) -> None:
    talk = thread()
    line = suggestion(talk, "Please stop texting me")
    service.decide_suggestion(talk.family.teacher, line.id, accept=False)
    assert service.send(talk.family.teacher, talk.id, "Hello", uuid=uuid.uuid4()).status == "pending"
    with pytest.raises(NotVisible):
        service.decide_suggestion(StaffFactory(role="office", schools=[family().school]), line.id, accept=True)


def test_a_new_name_and_language_reach_the_inbox(app: Flask) -> None:
    talk = thread()
    adult = db.session.get_one(Guardian, talk.family.guardian.id)
    adult.given_name, adult.language = "Rosa María", "fr"
    changed(talk)
    row = fresh_row(talk.id)
    assert (row.title, row.subtitle, row.language) == ("Rosa María Hernández", "Mateo · 03", "fr")


def test_a_corrected_number_is_texted_from_now_on_and_the_old_one_gets_nothing_more(house: House) -> None:
    talk = thread()
    point, teacher = talk.family.contact_point, talk.family.teacher
    waiting = service.send(teacher, talk.id, "Mateo is ill.", uuid=uuid.uuid4())
    save_contact_point(teacher, talk.family.guardian.id, point.id, address="+15035550188", kind="mobile", label=None, priority=1)
    service.send(teacher, talk.id, "Please call.", uuid=uuid.uuid4())
    db.session.query(Delivery).update({"due_at": now()})
    db.session.commit()
    house.hand_over()
    assert [(text["to"], text["body"]) for text in house.at_the_network()] == [("+15035550188", "Please call.")]
    (skipped,) = deliveries_of(waiting)
    assert (skipped.state, skipped.error_code) == ("blocked", "address_changed")
    service.retry(teacher, waiting.id)
    house.hand_over()
    assert [text["to"] for text in house.at_the_network()] == ["+15035550188"] * 2
    arrives("+15035550188", talk.family.number, "I am coming.")
    assert fresh_row(talk.id).preview == "I am coming."


def test_a_court_paper_ends_the_pairing_at_once(app: Flask) -> None:
    talk = thread()
    bond = db.session.scalars(select(Guardianship).where(Guardianship.guardian_id == talk.family.guardian.id)).one()
    bond.may_contact = False
    changed(talk)
    assert db.session.get_one(Participant, talk.guardian.id, populate_existing=True).pairing_deactivated_at is not None
    assert db.session.scalars(select(Message)).one().details["type"] == "pairing_ended"
    changed(talk)
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def test_an_acknowledgement_that_did_not_arrive_is_told(app: Flask) -> None:
    talk = thread()
    arrives(talk.family.contact_point.address, talk.family.number, "HELP")
    line = db.session.scalars(select(Message).where(Message.kind == MessageKind.EVENT)).one()
    happened(deliveries_of(line)[0], "failed", "30003")
    assert fresh_message(line).details["side_failures"] == 1
    assert fresh_row(talk.id).failed_count == 0
