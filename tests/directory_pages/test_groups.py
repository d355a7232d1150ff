"""Saved groups: whom they hold, who uses and changes them, and that a message can begin from one."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.audit_words import sentence_of
from app.accounts.models import AuditEvent, Role
from app.conversations.models import Conversation, Participant
from app.core.clock import now
from app.core.database import db, transaction
from app.directory.models import ContactKind, Enrollment, Group, GroupMember, School, Student
from app.directory.queries.groups import members_of
from tests.conftest import SignIn
from tests.factories import (
    ContactPointFactory,
    EnrollmentFactory,
    Family,
    GroupFactory,
    GuardianFactory,
    GuardianshipFactory,
    SchoolFactory,
    SectionFactory,
    SectionTeacherFactory,
    StaffFactory,
    StudentFactory,
    family,
)
from tests.query_counts import count_selects


@pytest.fixture
def home(app: Flask) -> Family:
    """Mateo and Rosa, and the teacher who knows them."""
    people = family()
    people.student.search_text, people.guardian.search_text = "mateo hernandez", "rosa hernandez"
    people.section.name = "Room 12"
    return people


@pytest.fixture
def teacher(home: Family, sign_in: SignIn) -> FlaskClient:
    """The teacher's browser."""
    return sign_in(home.teacher)


def classmate(home: Family, name: str, **phone: object) -> Student:
    """Another child of the class, with a mother whose phone is as told; without `phone` she has none."""
    student: Student = StudentFactory(school=home.school, given_name=name, family_name="Brooks", search_text=f"{name.lower()} brooks")
    mother = GuardianFactory(district_id=home.school.district_id, given_name="Tamika", family_name="Brooks", search_text="tamika brooks")
    GuardianshipFactory(student=student, guardian=mother)
    EnrollmentFactory(section_id=home.section.id, student_id=student.id)
    if phone:
        ContactPointFactory(guardian=mother, **phone)
    return student


def members(group_id: int) -> set[int]:
    return set(db.session.scalars(members_of(group_id)))


def the_group() -> Group:
    return db.session.scalars(select(Group)).one()


def test_a_group_is_made_from_a_search_and_found_from_people(home: Family, teacher: FlaskClient) -> None:
    jada = classmate(home, "Jada", kind=ContactKind.MOBILE)
    assert 'href="/groups"' in teacher.get("/people").text
    picked = teacher.post("/groups/picker", data={"q": "rosa", "student": [str(jada.id)]})
    assert f'id="student-{home.student.id}" name="student"' in picked.text
    assert f'value="{jada.id}" checked' in picked.text
    assert "1 student chosen" in picked.text
    assert "adds 1 student<" in teacher.post("/groups/picker", data={"student": [str(jada.id)]}).text
    made = teacher.post("/groups/new", data={"name": "Zoo trip", "share": "", "student": [str(jada.id), str(home.student.id)]})
    assert made.status_code == 303
    page = teacher.get(made.location).text
    assert "Zoo trip" in page
    assert "Mateo Hernández" in page
    assert '<output id="reach-count" aria-live="polite">2</output>' in page
    assert "2 students" in teacher.get("/groups").text
    assert [sentence_of(line) for line in db.session.scalars(select(AuditEvent))] == ["Saved the group Zoo trip"]


def test_a_whole_class_is_ticked_at_once_also_without_script(home: Family, teacher: FlaskClient) -> None:
    jada = classmate(home, "Jada")
    page = teacher.post("/groups/new", data={"name": "Kept", "act": "search", "q": "room 12"})
    assert page.status_code == 200
    assert 'value="Kept"' in page.text
    assert "adds 2 students" in page.text
    teacher.post("/groups/new", data={"name": "All", "share": "", "section": [str(home.section.id)]})
    assert members(the_group().id) == {home.student.id, jada.id}
    page = teacher.get(f"/groups/{the_group().id}/edit").text
    assert f'name="section" value="{home.section.id}" checked' in page
    split = teacher.post("/groups/new", data={"name": "Some", "split": str(home.section.id), "section": [str(home.section.id)]}).text
    assert f'name="student" value="{jada.id}" checked' in split
    assert f'name="section" value="{home.section.id}" checked' not in split


def test_a_class_in_a_group_follows_the_roster_and_who_was_chosen_by_name_stays(home: Family, teacher: FlaskClient) -> None:
    jada = classmate(home, "Jada", kind=ContactKind.MOBILE)
    chosen = {"name": "Zoo", "share": "", "section": [str(home.section.id)], "student": [str(home.student.id)]}
    address = teacher.post("/groups/new", data=chosen).location
    with transaction():
        for leaver in (jada, home.student):
            db.session.execute(update(Enrollment).where(Enrollment.student_id == leaver.id).values(is_active=False))
        other = SectionFactory(school=home.school)
        SectionTeacherFactory(section_id=other.id, staff_id=home.teacher.id)
        EnrollmentFactory(section_id=other.id, student_id=home.student.id)
        omar = classmate(home, "Omar", kind=ContactKind.MOBILE)
    assert members(the_group().id) == {home.student.id, omar.id}
    page = teacher.get(address).text
    assert "Omar Brooks" in page
    assert "Mateo Hernández" in page
    assert "Jada" not in page
    assert "Follows the roster of Room 12." in page
    assert "2 students" in teacher.get("/groups").text
    text = teacher.get(f"/conversations/new?audience=group:{the_group().id}").text
    assert "Omar" in text
    assert "Jada" not in text
    copy = teacher.get(f"/groups/new?copy={the_group().id}").text
    assert f'name="section" value="{home.section.id}" checked' in copy


def test_a_class_that_another_person_put_into_a_shared_group_stays_in_it(home: Family, sign_in: SignIn) -> None:
    elsewhere = SectionFactory(school=home.school, name="Room 99")
    pupil = StudentFactory(school=home.school, given_name="Omar")
    EnrollmentFactory(section_id=elsewhere.id, student_id=pupil.id)
    group = GroupFactory(owner=home.teacher, students=[home.student], sections=[elsewhere])
    browser = sign_in(home.teacher)
    assert "Room 99" not in browser.get(f"/groups/{group.id}/edit").text
    saved = browser.post(f"/groups/{group.id}/edit", data={"name": "Zoo", "share": "", "student": [str(home.student.id)]})
    assert saved.status_code == 303
    assert members(group.id) == {home.student.id, pupil.id}


def test_the_count_says_who_would_not_get_the_text(home: Family, teacher: FlaskClient) -> None:
    opted_out = classmate(home, "Jada", opted_out_at=now())
    landline = classmate(home, "Noor", kind=ContactKind.LANDLINE)
    nothing = classmate(home, "Linh")
    alone = StudentFactory(school=home.school, given_name="Omar")
    EnrollmentFactory(section_id=home.section.id, student_id=alone.id)
    sister = StudentFactory(school=home.school, given_name="Sofía")
    EnrollmentFactory(section_id=home.section.id, student_id=sister.id)
    GuardianshipFactory(student=sister, guardian=home.guardian)
    wanted = [each.id for each in (home.student, opted_out, landline, nothing, alone, sister)]
    text = teacher.post("/groups/picker", data={"student": [str(number) for number in wanted]}).text
    assert '<output id="reach-count" aria-live="polite">1</output>' in text
    for line in ("opted out of texts", "only a landline", "no number at all", "student without a main contact"):
        assert line in text
    assert '<span class="funnel-n num">4</span><span>main contacts' in text


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"name": " "}, "Give the group a name"),
        ({"student": []}, "Choose at least one student"),
        ({"name": "Taken"}, "of this name already"),
    ],
)
def test_what_makes_no_group_is_refused_and_kept(home: Family, teacher: FlaskClient, wrong: dict[str, object], advice: str) -> None:
    GroupFactory(owner=home.teacher, students=[home.student], name="Taken")
    refused = teacher.post("/groups/new", data={"name": "Zoo", "share": "", "student": [str(home.student.id)], **wrong})
    assert refused.status_code == 422
    assert advice in refused.text
    assert db.session.query(Group).count() == 1


def test_nobody_is_added_whom_one_may_not_see(home: Family, teacher: FlaskClient) -> None:
    elsewhere = family(school=home.school)
    data = {
        "name": "Mine",
        "share": "",
        "student": [str(home.student.id), str(elsewhere.student.id)],
        "section": [str(elsewhere.section.id)],
    }
    teacher.post("/groups/new", data=data)
    assert members(the_group().id) == {home.student.id}


def test_only_an_admin_shares_with_the_district_and_nobody_with_another_school(home: Family, teacher: FlaskClient, sign_in: SignIn) -> None:
    other = SchoolFactory(district=None, district_id=home.school.district_id)
    for share in ("all", str(other.id)):
        refused = teacher.post("/groups/new", data={"name": "Zoo", "share": share, "student": [str(home.student.id)]})
        assert refused.status_code == 422
    admin = sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district_id=home.school.district_id))
    assert admin.post("/groups/new", data={"name": "Zoo", "share": "all", "student": [str(home.student.id)]}).status_code == 303
    assert "Zoo" in teacher.get("/groups").text


@pytest.mark.parametrize(
    ("role", "at_school", "is_shared", "sees", "changes"),
    [
        (Role.TEACHER, True, True, True, False),
        (Role.OFFICE, True, True, True, True),
        (Role.VIEWER, True, True, True, False),
        (Role.SCHOOL_ADMIN, True, False, False, False),
        (Role.OFFICE, False, True, False, False),
        (Role.DISTRICT_ADMIN, False, True, True, True),
        (Role.DISTRICT_ADMIN, False, False, False, False),
    ],
)
def test_who_sees_and_who_changes_a_colleagues_group(
    home: Family, sign_in: SignIn, role: Role, *, at_school: bool, is_shared: bool, sees: bool, changes: bool
) -> None:
    group = GroupFactory(
        owner=home.teacher, students=[home.student], name="Zoo", is_shared=is_shared, school_id=home.school.id if is_shared else None
    )
    place: School = home.school if at_school else SchoolFactory(district=None, district_id=home.school.district_id)
    browser = sign_in(StaffFactory(role=role, schools=[place]))
    assert ("Zoo" in browser.get("/groups").text) is sees
    assert browser.get(f"/groups/{group.id}").status_code == (200 if sees else 404)
    refusals = {403} if sees else {403, 404}
    for answer in (browser.get(f"/groups/{group.id}/edit"), browser.get(f"/groups/{group.id}/delete")):
        assert answer.status_code == 200 if changes else answer.status_code in refusals
    changed = browser.post(f"/groups/{group.id}/delete")
    assert changed.status_code == 303 if changes else changed.status_code in refusals
    assert db.session.query(Group).count() == (0 if changes else 1)


def test_a_change_keeps_members_out_of_ones_sight_and_the_owners_sharing(home: Family, sign_in: SignIn) -> None:
    away = family(school=SchoolFactory(district=None, district_id=home.school.district_id))
    jada = classmate(home, "Jada")
    admin = StaffFactory(role=Role.DISTRICT_ADMIN, district_id=home.school.district_id)
    group = GroupFactory(owner=admin, students=[home.student, away.student], name="Zoo", is_shared=True, school_id=home.school.id)
    office = sign_in(StaffFactory(role=Role.OFFICE, schools=[home.school]))
    page = office.get(f"/groups/{group.id}/edit").text
    assert 'name="share"' not in page
    assert f'value="{away.student.id}"' not in page
    saved = office.post(f"/groups/{group.id}/edit", data={"name": "Zoo day", "share": "", "student": [str(jada.id)]})
    assert saved.status_code == 303
    kept = the_group()
    assert (kept.name, kept.is_shared, kept.school_id) == ("Zoo day", True, home.school.id)
    assert members(kept.id) == {away.student.id, jada.id}


def test_a_group_is_duplicated_and_a_class_is_a_beginning(home: Family, teacher: FlaskClient) -> None:
    classmate(home, "Jada")
    owner = StaffFactory(schools=[home.school])
    shared = GroupFactory(owner=owner, students=[home.student], is_shared=True, school_id=home.school.id)
    private = GroupFactory(owner=owner, students=[home.student])
    assert f'value="{home.student.id}" checked' in teacher.get(f"/groups/new?copy={shared.id}").text
    assert teacher.get(f"/groups/new?copy={private.id}").status_code == 404
    begin = f"/groups/new?section={home.section.id}"
    assert begin in teacher.get(f"/people?section={home.section.id}").text
    assert f'name="section" value="{home.section.id}" checked' in teacher.get(begin).text
    assert "2 students chosen" in teacher.get(begin).text


def test_a_message_begins_from_a_group(home: Family, teacher: FlaskClient) -> None:
    jada = classmate(home, "Jada", kind=ContactKind.MOBILE)
    classmate(home, "Noor", kind=ContactKind.LANDLINE)
    group = GroupFactory(owner=home.teacher, students=[home.student, jada], name="Zoo & farm")
    page = teacher.get(f"/groups/{group.id}").text
    link = f"/conversations/new?audience=group:{group.id}&amp;title=Zoo%20%26%20farm"
    assert link in page
    form = teacher.get(link.replace("&amp;", "&")).text
    assert f'value="group:{group.id}" selected' in form
    assert 'value="Zoo &amp; farm"' in form
    begun = teacher.post("/conversations/new", data={"audience": f"group:{group.id}", "title": "Zoo & farm", "kind": "each"})
    assert begun.status_code == 303
    conversation = db.session.scalars(select(Conversation)).one()
    written_to = db.session.scalars(select(Participant.guardian_id).where(Participant.guardian_id.is_not(None)))
    assert (conversation.title, len(set(written_to))) == ("Zoo & farm", 2)


def test_a_colleagues_private_group_is_no_audience(home: Family, teacher: FlaskClient) -> None:
    private = GroupFactory(owner=StaffFactory(schools=[home.school]), students=[home.student], name="Secret")
    assert "Secret" not in teacher.get("/conversations/new").text
    refused = teacher.post("/conversations/new", data={"audience": f"group:{private.id}", "kind": "each"})
    assert refused.status_code == 422
    assert db.session.query(Conversation).count() == 0


def test_the_pages_cost_the_same_for_few_and_for_many(home: Family, teacher: FlaskClient) -> None:
    group = GroupFactory(owner=home.teacher, students=[home.student])
    addresses = ["/groups", f"/groups/{group.id}", f"/groups/{group.id}/edit"]
    few = [count_selects(lambda path=path: teacher.get(path)) for path in addresses]
    more = [classmate(home, f"Child{number}", kind=ContactKind.MOBILE) for number in range(12)]
    db.session.add_all(GroupMember(group_id=group.id, student_id=student.id) for student in more)
    for _ in range(10):
        GroupFactory(owner=home.teacher, students=[home.student])
    assert [count_selects(lambda path=path: teacher.get(path)) for path in addresses] == few
