"""Who is in an audience, who is not, and whom its author may not reach at all."""

import pytest
from flask import Flask

from app.accounts.models import Role
from app.announcements import service
from app.announcements.errors import BadList, EmergencyNotAllowed, MayNotDraft, NobodyToReach, NoSender, NothingToSay, NotReady
from app.announcements.queries import announcement_visible_to, walking
from app.announcements.queries import audience as queries_audience
from app.announcements.service import Draft
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import ConsentKind, ConsentSource
from app.directory.service import record_consent
from tests.announcements.schools import Campus, campus, draft, sms
from tests.factories import (
    ContactPointFactory,
    GroupFactory,
    GuardianFactory,
    GuardianshipFactory,
    SchoolFactory,
    SectionFactory,
    SectionTeacherFactory,
    StaffFactory,
)


def names(place: Campus, announcement_id: int, **more: str) -> list[str | None]:
    """The phones that get it."""
    people = queries_audience.people(place.admin, announcement_id, channel="sms", reason="send", **more)
    return sorted(person.address or "" for person in people)


def test_of_each_student_the_first_adult_who_may_be_contacted(app: Flask) -> None:
    place = campus()
    child = place.child()
    mother, father, aunt = (GuardianFactory(district_id=place.district.id, given_name=name) for name in ("Ana", "Luis", "Eva"))
    GuardianshipFactory(student=child, guardian=mother, priority=1, may_contact=False)
    GuardianshipFactory(student=child, guardian=father, priority=2)
    GuardianshipFactory(student=child, guardian=aunt, priority=3)
    phones = {adult.given_name: ContactPointFactory(guardian=adult).address for adult in (mother, father, aunt)}
    assert names(place, draft(place).id) == [phones["Luis"]]
    assert names(place, draft(place, send_to="all").id) == sorted([phones["Luis"], phones["Eva"]])
    assert names(place, draft(place, send_to="all", audience={"students": [child.id], "without_guardians": [father.id]}).id) == [
        phones["Eva"]
    ]


@pytest.mark.parametrize("reason", [None, "send"])
def test_a_large_audience_is_walked_to_the_same_names_in_the_same_order(app: Flask, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    place = campus()
    adults = place.families(12)
    mine = draft(place)
    strangers, homes = [GuardianFactory(district_id=place.district.id) for _ in range(2)], [one.contact_points[0] for one in adults]
    ContactPointFactory(guardian=strangers[0], address="+12025550177")  # not in the audience: nobody comes after them
    for later, address in ((3, homes[0].address), (7, homes[0].address), (9, homes[5].address), (11, "+12025550177")):
        homes[later].address = address
    record_consent(place.district.id, homes[5].address, "all", ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    db.session.commit()
    monkeypatch.setattr(queries_audience, "PEOPLE", 5)

    def pages(looks: tuple[int, ...]) -> list[queries_audience.Person]:
        monkeypatch.setattr(walking, "LOOKS", looks)
        found: list[queries_audience.Person] = []
        after = None
        while more := queries_audience.people(place.admin, mine.id, channel="sms", reason=reason, after=after):
            found += more
            after = (more[-1].source, more[-1].person_id)
        return found

    everybody = pages(())
    assert len(everybody) == (12 if reason is None else 8)
    assert pages((7, 30)) == pages((1, 2, 30)) == pages((3,)) == everybody


def test_parts_of_an_audience_are_joined_and_exclusions_taken_out(app: Flask) -> None:
    place = campus()
    first, second, third = place.families(3)
    students = [mother.guardianships[0].student for mother in (first, second, third)]
    students[2].grade = "05"
    group = GroupFactory(owner=place.admin, students=[students[0]], name="Choir")
    chosen = {"groups": [group.id], "grades": [[place.school.id, "05"]], "students": [students[1].id], "without_students": [students[1].id]}
    announcement = draft(place, audience=chosen)
    assert names(place, announcement.id) == sorted(mother.contact_points[0].address for mother in (first, third))
    shown = service.preview(place.admin, announcement.id)
    assert (shown.students, shown.families, shown.channels["sms"].addresses) == (2, 2, 2)


def test_nobody_beyond_the_authors_reach(app: Flask) -> None:
    place = campus()
    place.families(2)
    elsewhere = SchoolFactory(district=place.district)
    stranger = GuardianFactory(district_id=place.district.id)
    far = SectionFactory(school=elsewhere)
    there = Campus(place.district, elsewhere, place.admin, far, [])
    child = there.child()
    GuardianshipFactory(student=child, guardian=stranger)
    ContactPointFactory(guardian=stranger)
    everything = {"schools": [place.school.id, elsewhere.id], "sections": [far.id], "students": [child.id]}
    assert len(names(place, draft(place, audience=everything).id)) == 2
    with pytest.raises(NotVisible):
        service.create(place.admin, Draft(school_id=elsewhere.id))
    with pytest.raises(NotVisible):
        service.create(place.admin, Draft(school_id=None))


def test_a_teacher_drafts_for_her_own_class_only(app: Flask) -> None:
    place = campus()
    mine = place.families(2)
    teacher = StaffFactory(role=Role.TEACHER, schools=[place.school])
    SectionTeacherFactory(section_id=place.section.id, staff_id=teacher.id)
    other = Campus(place.district, place.school, place.admin, SectionFactory(school=place.school), [])
    other.families(3)
    announcement = draft(place, staff=teacher)
    people = queries_audience.people(teacher, announcement.id, channel="sms")
    assert {person.guardian_id for person in people} == {mother.id for mother in mine}
    viewer = StaffFactory(role=Role.VIEWER, schools=[place.school])
    with pytest.raises(NotVisible):
        announcement_visible_to(viewer, announcement.id)
    with pytest.raises(MayNotDraft):
        service.create(viewer)
    with pytest.raises(EmergencyNotAllowed):
        service.create(teacher, Draft(school_id=place.school.id, category="emergency"))


def test_who_said_stop_to_announcements_is_skipped_and_who_said_it_to_a_teacher_is_not(app: Flask) -> None:
    place = campus()
    here, there = place.families(2)
    scope = place.numbers[0].consent_scope
    for mother, of in ((here, scope), (there, "number:999999")):
        address = mother.contact_points[0].address
        record_consent(place.district.id, address, "all", ConsentKind.OPTED_IN, ConsentSource.STAFF)
        if of == scope:
            record_consent(place.district.id, address, of, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD)
    shown = service.preview(place.admin, draft(place).id).channels["sms"]
    assert (shown.addresses, shown.skipped) == (1, {"opted_out": 1})


def test_a_list_of_phones_and_students(app: Flask) -> None:
    place = campus()
    mother = place.families(1)[0]
    student = mother.guardianships[0].student
    student.student_number = "S-77"
    db.session.commit()
    lines = ["Name,Phone,Student ID", "Kim,(503) 222-0100,", ",,S-77", "=cmd(),5032220100,", ",12,", ",,nobody", "Lee,503-222-0101,"]
    kept = service.upload(place.admin, "trip.csv", "\n".join(lines).encode())
    assert (kept.good_rows, kept.bad_rows) == (
        3,
        [
            {"line": 4, "reason": "twice", "said": "=cmd(), 5032220100"}, {"line": 5, "reason": "not_a_phone", "said": "12"},
            {"line": 6, "reason": "no_student", "said": "nobody"},
        ],
    )  # fmt: skip
    tabbed = service.upload(place.admin, "trip.txt", "\n".join(lines).replace(",", "\t").encode("utf-16"))
    assert (tabbed.good_rows, tabbed.bad_rows) == (kept.good_rows, kept.bad_rows)
    announcement = draft(place, audience={"list_id": kept.id})
    assert names(place, announcement.id) == sorted([mother.contact_points[0].address, "+15032220100", "+15032220101"])
    colleague = StaffFactory(role=Role.SCHOOL_ADMIN, schools=[place.school])
    with pytest.raises(NotVisible):
        draft(place, staff=colleague, audience={"list_id": kept.id})


def test_an_id_of_several_students_addresses_none_of_them(app: Flask) -> None:
    place = campus()
    place.families(2)
    first, second = (mother.guardianships[0].student for mother in place.guardians)
    first.student_number, first.source_id, second.student_number, second.source_id = "S-77", "r-1", "S-77", "r-2"
    place.child(student_number="r-3", source_id="r-3")
    place.child(student_number="r-2", source_id="r-4")
    db.session.commit()
    kept = service.upload(place.admin, "trip.csv", b"student id\nS-77\nr-1\nr-2\nr-3\n")
    assert (kept.good_rows, kept.bad_rows) == (
        2,
        [{"line": 2, "reason": "several", "said": "S-77"}, {"line": 4, "reason": "several", "said": "r-2"}],
    )


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfep", b"\0\0", b"colour\nred\n", b"phone\n" + b"5032220100\n" * 20_001,
        b"x" * 6_000_000,
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused(app: Flask, data: bytes) -> None:
    place = campus()
    with pytest.raises(BadList):
        service.upload(place.admin, "x.csv", data)


def test_what_cannot_be_sent_is_refused_before_it_is_confirmed(app: Flask) -> None:
    place = campus()
    with pytest.raises(NobodyToReach):
        service.plan(place.admin, draft(place).id, version=1)
    place.families(1)
    with pytest.raises(NothingToSay):
        service.plan(place.admin, draft(place, sms("  ")).id, version=1)
    with pytest.raises(NotReady) as refused:
        service.plan(place.admin, draft(place, sms("  "), audience={}, category="emergency").id, version=1)
    assert len(refused.value.troubles) == 3  # nobody chosen, no words, no reason: all of them at once
    for number in place.numbers:
        number.is_active = False
    with pytest.raises(NoSender):
        service.plan(place.admin, draft(place).id, version=1)


def test_the_composer_offers_what_is_within_reach(app: Flask) -> None:
    place = campus()
    place.families(3)
    SchoolFactory(district=place.district)
    found = queries_audience.choices(place.admin)
    assert [(one.id, one.students) for one in found.schools] == [(place.school.id, 3)]
    assert [(one.school_id, one.grade, one.students) for one in found.grades] == [(place.school.id, "03", 3)]
    assert [(one.id, one.students) for one in found.sections] == [(place.section.id, 3)]
