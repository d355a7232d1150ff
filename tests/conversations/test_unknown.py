"""The office decides about phones that nobody knows."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import AuditEvent
from app.conversations import service
from app.conversations.errors import AlreadyDecided
from app.conversations.models import Conversation, Message, UnknownText
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import ContactPoint, Guardianship
from tests.conversations.arrivals import arrives
from tests.factories import Family, GuardianFactory, GuardianshipFactory, PhoneNumberFactory, SchoolFactory, StaffFactory, family

STRANGER = "+15035550123"


def unknown() -> UnknownText:
    return db.session.scalars(select(UnknownText).order_by(UnknownText.id.desc()).execution_options(populate_existing=True)).first()


@pytest.fixture
def here(app: Flask) -> Family:
    return family()


@pytest.fixture
def office(here: Family) -> object:
    return StaffFactory(role="office", schools=[here.school])


def test_a_match_makes_a_conversation_of_all_that_waits(here: Family, office) -> None:
    grandmother = GuardianFactory(district_id=here.school.district_id, given_name="Elena")
    GuardianshipFactory(student=here.student, guardian=grandmother)
    arrives(STRANGER, here.number, "This is Elena")
    arrives(STRANGER, here.number, "I pick up Mateo today")
    talk = service.match_unknown(office, unknown().id, grandmother.id)
    assert (talk.title, talk.is_office, talk.preview) == ("Elena Hernández", True, "I pick up Mateo today")
    assert set(db.session.scalars(select(UnknownText.state))) == {"matched"}
    arrives(STRANGER, here.number, "At three")
    assert db.session.scalar(select(func.count()).select_from(Message).where(Message.conversation_id == talk.id)) == 3
    assert db.session.scalars(select(ContactPoint).where(ContactPoint.address == STRANGER)).one().guardian_id == grandmother.id


def test_a_new_adult_joins_the_students_family(here: Family, office) -> None:
    arrives(STRANGER, here.number, "I am Mateo's uncle")
    talk = service.create_guardian(
        office,
        unknown().id,
        student_id=here.student.id,
        given_name="José",
        family_name="Hernández",
        relationship_name="Uncle",
        language="es",
    )
    bond = db.session.scalars(select(Guardianship).where(Guardianship.guardian_id == talk.guardian_id)).one()
    assert (bond.relationship_name, bond.priority, bond.student_id) == ("uncle", 2, here.student.id)
    assert talk.language == "es"
    acts = db.session.execute(select(AuditEvent.action, AuditEvent.staff_id).order_by(AuditEvent.id)).all()
    assert [tuple(act) for act in acts][:2] == [("guardian.added", office.id), ("contact_point.saved", office.id)]


def test_ignoring_is_for_now_and_blocking_for_good(here: Family, office) -> None:
    arrives(STRANGER, here.number, "Win a prize")
    service.ignore_unknown(office, unknown().id)
    arrives(STRANGER, here.number, "Win two prizes")
    assert unknown().state == "waiting"
    service.block_unknown(office, unknown().id)
    arrives(STRANGER, here.number, "Win three prizes")
    assert unknown().state == "blocked"
    service.reconsider_unknown(office, unknown().id)
    arrives(STRANGER, here.number, "Last chance")
    assert unknown().state == "waiting"
    acts = list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))
    assert [(act.action, act.staff_id) for act in acts] == [
        ("sender.ignored", office.id),
        ("sender.blocked", office.id),
        ("sender.reconsidered", office.id),
    ]
    assert STRANGER not in "".join(act.search_text + str(act.details) for act in acts)


@pytest.mark.parametrize("decide", ["match", "ignore", "block"])
def test_what_the_phone_texted_to_another_school_is_left_to_that_schools_office(here: Family, office, decide: str) -> None:
    other_school = SchoolFactory(district_id=here.school.district_id)
    elsewhere = PhoneNumberFactory(district_id=here.school.district_id, school_id=other_school.id)
    there = StaffFactory(role="office", schools=[other_school])
    arrives(STRANGER, elsewhere, "About my other child")
    private = unknown().id
    arrives(STRANGER, here.number, "This is Elena")
    if decide == "match":
        talk = service.match_unknown(office, unknown().id, here.guardian.id)
        assert "other child" not in " ".join(db.session.scalars(select(Message.body).where(Message.conversation_id == talk.id)))
    elif decide == "ignore":
        service.ignore_unknown(office, unknown().id)
    else:
        service.block_unknown(office, unknown().id)
    assert db.session.get_one(UnknownText, private, populate_existing=True).state == "waiting"
    service.ignore_unknown(there, private)


def test_two_colleagues_decide_once(here: Family, office) -> None:
    arrives(STRANGER, here.number, "Hello")
    number = unknown().id
    service.ignore_unknown(office, number)
    with pytest.raises(AlreadyDecided):
        service.match_unknown(office, number, here.guardian.id)
    assert db.session.scalar(select(func.count()).select_from(Conversation)) == 0


@pytest.mark.parametrize("role", ["office", "teacher", "district_admin"])
def test_strangers_do_not_see_it(here: Family, role: str) -> None:
    arrives(STRANGER, here.number, "Hello")
    stranger = StaffFactory(role=role, schools=[family().school])
    with pytest.raises(NotVisible):
        service.ignore_unknown(stranger, unknown().id)


def test_a_teacher_has_no_part_in_triage(here: Family) -> None:
    arrives(STRANGER, here.number, "Hello")
    with pytest.raises(NotVisible):
        service.ignore_unknown(here.teacher, unknown().id)


def test_a_guardian_of_another_school_is_not_offered(here: Family, office) -> None:
    elsewhere = family()
    arrives(STRANGER, here.number, "Hello")
    with pytest.raises(NotVisible):
        service.match_unknown(office, unknown().id, elsewhere.guardian.id)
