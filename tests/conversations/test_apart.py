"""A program speaks with one phone about several things, each in a thread of its own."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Role
from app.conversations import service
from app.conversations.errors import NoFreeNumber
from app.conversations.models import Message
from app.core.database import db
from app.core.errors import NotVisible
from app.delivery.models import Delivery, Priority
from tests.conversations.arrivals import arrives
from tests.factories import PhoneNumberFactory, SchoolFactory, StaffFactory, family


def test_two_threads_with_one_phone_go_over_two_numbers(app: Flask) -> None:
    people = family()
    second = PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id)
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    first, place = service.start_apart(office, people.contact_point.address)
    other, beside = service.start_apart(office, people.contact_point.address, not_among=[first.id])
    assert first.id != other.id
    assert {place.phone_number_id, beside.phone_number_id} == {people.number.id, second.id}
    arrives(people.contact_point.address, second if beside.phone_number_id == second.id else people.number, "To the other one")
    assert db.session.scalars(select(Message.conversation_id).where(Message.kind == "inbound")).all() == [other.id]
    assert service.start_apart(office, people.contact_point.address)[0].id == other.id
    with pytest.raises(NoFreeNumber):
        service.start_apart(office, people.contact_point.address, not_among=[first.id, other.id])


def test_a_thread_over_the_number_that_was_asked_for(app: Flask) -> None:
    people = family()
    second = PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id)
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    first, place = service.start_apart(office, people.contact_point.address, number=second)
    assert place.phone_number_id == second.id
    assert service.start_apart(office, people.contact_point.address, number=people.number)[0].id != first.id
    with pytest.raises(NoFreeNumber):
        service.start_apart(office, people.contact_point.address, number=people.number, not_among=[first.id, first.id + 1])
    service.deactivate_pairing(office, place.id)
    assert service.go_on_with(office, place.id, second).pairing_deactivated_at is None


def test_what_leaves_at_once_and_before_others(app: Flask) -> None:
    people = family()
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    talk, _place = service.start_apart(office, people.contact_point.address)
    service.send(office, talk.id, "Hello", uuid=uuid.uuid4(), hold=timedelta(), priority=Priority.HIGH)
    assert db.session.scalars(select(Delivery.priority)).all() == [Priority.HIGH]


def test_who_works_elsewhere_finds_nobody(app: Flask) -> None:
    people = family()
    elsewhere = SchoolFactory(district_id=people.school.district_id)
    office = StaffFactory(role=Role.OFFICE, schools=[elsewhere])
    with pytest.raises(NotVisible):
        service.start_apart(office, people.contact_point.address)
