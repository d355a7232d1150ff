"""Each conversation gets a number that no other conversation uses with the same phone."""

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.conversations import service
from app.conversations.errors import CannotReceiveTexts, ContactNotPermitted, NobodyToReach, NoFreeNumber, NotAllowed
from app.conversations.models import Conversation, Participant
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import ContactKind, ContactPoint, Guardianship
from tests.factories import (
    ContactPointFactory,
    PhoneNumberFactory,
    SchoolFactory,
    SectionTeacherFactory,
    StaffFactory,
    family,
)


def pairing_of(conversation: Conversation) -> Participant:
    return db.session.scalars(
        select(Participant).where(Participant.conversation_id == conversation.id, Participant.contact_point_id.is_not(None))
    ).one()


def test_the_schools_own_number_comes_first_then_the_area_then_the_least_used(app: Flask) -> None:
    people = family()
    district = people.school.district_id
    other_school = SchoolFactory(district_id=district)
    PhoneNumberFactory(district_id=district, school_id=other_school.id, address="+15039990001")
    far = PhoneNumberFactory(district_id=district, address="+19719990002")
    near = PhoneNumberFactory(district_id=district, address="+15039990003")
    colleagues = [StaffFactory(role="office", schools=[people.school]) for _ in range(3)]
    chosen = [pairing_of(service.start_direct(one, people.contact_point.id)).phone_number_id for one in colleagues]
    assert chosen == [people.number.id, near.id, far.id]


def test_the_number_with_the_fewest_families_is_taken(app: Flask) -> None:
    people = family()
    neighbours = family(school=people.school, teacher=people.teacher)
    first = pairing_of(service.start_direct(people.teacher, people.contact_point.id))
    second = pairing_of(service.start_direct(people.teacher, neighbours.contact_point.id))
    assert {first.phone_number_id, second.phone_number_id} == {people.number.id, neighbours.number.id}


def test_one_phone_of_two_guardians_speaks_with_two_numbers(app: Flask) -> None:
    people = family()
    spouse = family(school=people.school, teacher=people.teacher, given_name="Luis")
    shared = ContactPointFactory(guardian=spouse.guardian, address=people.contact_point.address)
    one = pairing_of(service.start_direct(people.teacher, people.contact_point.id))
    two = pairing_of(service.start_direct(people.teacher, shared.id))
    assert one.address == two.address
    assert one.phone_number_id != two.phone_number_id


def test_without_a_free_number_nothing_begins_and_the_way_out_is_said(app: Flask) -> None:
    people = family()
    service.start_direct(people.teacher, people.contact_point.id)
    office = StaffFactory(role="office", schools=[people.school])
    with pytest.raises(NoFreeNumber) as refused:
        service.start_direct(office, people.contact_point.id)
    assert "ask an administrator" in refused.value.advice
    assert db.session.scalar(select(func.count()).select_from(Conversation)) == 1


def test_beginning_twice_gives_the_same_conversation(app: Flask) -> None:
    people = family()
    first = service.start_direct(people.teacher, people.contact_point.id)
    assert service.start_direct(people.teacher, people.contact_point.id).id == first.id


def test_the_other_phone_of_a_guardian_stays_in_the_same_conversation(app: Flask) -> None:
    people = family()
    second = ContactPointFactory(guardian=people.guardian)
    first = service.start_direct(people.teacher, people.contact_point.id)
    again = service.start_direct(people.teacher, second.id)
    assert again.id == first.id
    written_to = select(Participant.contact_point_id).where(Participant.left_at.is_(None), Participant.contact_point_id.is_not(None))
    assert list(db.session.scalars(written_to)) == [second.id]


def test_only_the_office_begins_on_the_office_line(app: Flask) -> None:
    people = family()
    office = StaffFactory(role="office", schools=[people.school])
    colleague = StaffFactory(role="office", schools=[people.school])
    talk = service.start_direct(office, people.contact_point.id, office=True)
    assert talk.created_by_id is None
    inside = set(db.session.scalars(select(Participant.staff_id).where(Participant.staff_id.is_not(None))))
    assert inside == {office.id, colleague.id}
    with pytest.raises(NotAllowed):
        service.start_direct(people.teacher, people.contact_point.id, office=True)


def test_a_teacher_writes_to_the_families_of_her_classes_only(app: Flask) -> None:
    people = family()
    colleague = StaffFactory(role="teacher", schools=[people.school])
    with pytest.raises(NotVisible):
        service.start_direct(colleague, people.contact_point.id)
    SectionTeacherFactory(section_id=people.section.id, staff_id=colleague.id)
    assert service.start_direct(colleague, people.contact_point.id).created_by_id == colleague.id


@pytest.mark.parametrize("role", ["office", "school_admin", "district_admin", "teacher"])
def test_families_of_other_districts_and_schools_are_not_there(app: Flask, role: str) -> None:
    people, elsewhere = family(), family()
    stranger = StaffFactory(role=role, schools=[elsewhere.school])
    with pytest.raises(NotVisible):
        service.start_direct(stranger, people.contact_point.id)
    with pytest.raises(NotVisible):
        service.start_group(stranger, [elsewhere.contact_point.id, people.contact_point.id])


def test_a_landline_is_refused_and_another_phone_named(app: Flask) -> None:
    people = family()
    home = ContactPointFactory(guardian=people.guardian, kind=ContactKind.LANDLINE)
    with pytest.raises(CannotReceiveTexts) as refused:
        service.start_direct(people.teacher, home.id)
    assert "landline" in refused.value.advice
    assert "instead" in refused.value.advice


def test_who_may_not_be_contacted_is_not_written_to(app: Flask) -> None:
    people = family()
    db.session.execute(Guardianship.__table__.update().values(may_contact=False))
    with pytest.raises(ContactNotPermitted):
        service.start_direct(people.teacher, people.contact_point.id)


def test_a_group_speaks_with_one_number_where_it_can(app: Flask) -> None:
    one = family()
    two = family(school=one.school, teacher=one.teacher)
    group = service.start_group(one.teacher, [one.contact_point.id, two.contact_point.id], title="Zoo", kind="group")
    numbers = set(
        db.session.scalars(
            select(Participant.phone_number_id).where(Participant.conversation_id == group.id, Participant.phone_number_id.is_not(None))
        )
    )
    assert len(numbers) == 1


def test_one_guardian_is_no_group(app: Flask) -> None:
    people = family()
    with pytest.raises(NobodyToReach):
        service.start_group(people.teacher, [people.contact_point.id, people.contact_point.id])


def start_at_once(app: Flask) -> None:
    """Six colleagues begin with the same phone at the same moment; there are four numbers."""
    people = family()
    for _ in range(3):
        PhoneNumberFactory(district_id=people.school.district_id)
    colleagues = [StaffFactory(role="office", schools=[people.school]).id for _ in range(6)]
    point_id, start, answers = people.contact_point.id, threading.Barrier(6), []
    staff_model = type(people.teacher)
    db.session.commit()

    def begin(staff_id: int) -> None:
        with app.app_context():
            start.wait()
            try:
                service.start_direct(db.session.get_one(staff_model, staff_id), point_id)
                answers.append("begun")
            except NoFreeNumber:
                answers.append("refused")
            db.session.remove()

    writers = [threading.Thread(target=begin, args=(number,)) for number in colleagues]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(answers) == ["begun"] * 4 + ["refused"] * 2
    db.session.rollback()
    address = db.session.get_one(ContactPoint, point_id).address
    paired = list(db.session.scalars(select(Participant.phone_number_id).where(Participant.address == address)))
    assert len(paired) == len(set(paired)) == 4


def test_colleagues_who_begin_at_once_get_different_numbers(app: Flask) -> None:
    start_at_once(app)


def test_colleagues_who_begin_at_once_get_different_numbers_on_postgres(postgres_app: Flask) -> None:
    start_at_once(postgres_app)
