"""A program knows somebody's number, and nothing else."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Role
from app.conversations import service
from app.conversations.errors import CannotReceiveTexts, ContactNotPermitted, NotAllowed, RecipientOptedOut
from app.conversations.models import Message
from app.core.database import db
from app.core.errors import NotVisible
from app.delivery.models import Delivery
from app.directory.models import ConsentKind, ConsentSource, ContactHealth, ContactPoint, Guardian, Guardianship
from app.directory.service.consent import record_consent
from tests.conversations.arrivals import arrives
from tests.factories import PhoneNumberFactory, SchoolFactory, StaffFactory, family

UNKNOWN = "+15035550177"


def guardians() -> int:
    return db.session.scalar(select(func.count()).select_from(Guardian)) or 0


def test_a_number_on_record_is_that_guardian(app: Flask) -> None:
    people = family()
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    talk = service.start_with_number(office, people.contact_point.address)
    assert talk.guardian_id == people.guardian.id
    assert service.start_with_number(office, people.contact_point.address).id == talk.id
    assert guardians() == 1


def test_an_unknown_number_becomes_one_person_who_can_answer(app: Flask) -> None:
    people = family()
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    talk = service.start_with_number(office, UNKNOWN, name="Bus company")
    sent = service.send(office, talk.id, "When does bus 4 leave?", uuid=uuid.uuid4())
    assert db.session.scalars(select(Delivery.address).where(Delivery.owner_id == sent.id)).one() == UNKNOWN
    assert service.start_with_number(office, UNKNOWN).id == talk.id
    service.delete(office, talk.id)
    second = PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id)
    again = service.start_with_number(office, UNKNOWN)
    assert (again.title, guardians()) == ("Bus company", 2)
    arrives(UNKNOWN, second, "At 3:10")
    assert db.session.scalars(select(Message.body).where(Message.kind == "inbound", Message.conversation_id == again.id)).all() == [
        "At 3:10"
    ]


def test_a_number_stays_what_its_wishes_and_records_say(app: Flask) -> None:
    people = family()
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    record_consent(people.school.district_id, UNKNOWN, people.number.consent_scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    talk = service.start_with_number(office, UNKNOWN)
    with pytest.raises(RecipientOptedOut):
        service.send(office, talk.id, "Hello", uuid=uuid.uuid4())
    with pytest.raises(CannotReceiveTexts):
        service.start_with_number(office, people.number.address)
    db.session.scalars(select(Guardianship)).one().may_contact = False
    db.session.commit()
    with pytest.raises(ContactNotPermitted):
        service.start_with_number(office, people.contact_point.address)


def test_who_may_not_add_people_writes_to_those_on_record(app: Flask) -> None:
    people = family()
    assert service.start_with_number(people.teacher, people.contact_point.address).guardian_id == people.guardian.id
    with pytest.raises(NotAllowed):
        service.start_with_number(people.teacher, UNKNOWN)


def test_a_record_out_of_reach_is_not_gone_around(app: Flask) -> None:
    people = family()
    elsewhere = SchoolFactory(district_id=people.school.district_id)
    PhoneNumberFactory(district_id=elsewhere.district_id, school_id=elsewhere.id)
    office = StaffFactory(role=Role.OFFICE, schools=[elsewhere])
    with pytest.raises(NotVisible):
        service.start_with_number(office, people.contact_point.address)
    assert guardians() == 1


@pytest.mark.parametrize("change", [{"is_active": False}, {"health": ContactHealth.WRONG}, {"kind": "landline"}])
def test_a_number_that_takes_no_texts_is_refused_with_the_reason(app: Flask, change: dict[str, object]) -> None:
    people = family()
    for name, value in change.items():
        setattr(db.session.get_one(ContactPoint, people.contact_point.id), name, value)
    db.session.commit()
    with pytest.raises(CannotReceiveTexts):
        service.start_with_number(people.teacher, people.contact_point.address)
