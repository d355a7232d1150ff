"""What a teacher sees of what others announced to families of theirs."""

from app.accounts.models import Role
from app.core.database import db
from tests.announcements.schools import campus, draft, run, send
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import (
    ContactPointFactory,
    GuardianFactory,
    GuardianshipFactory,
    SectionTeacherFactory,
    StaffFactory,
    StudentFactory,
)


def test_a_teacher_sees_what_went_to_her_families_and_nobody_elses(house: House, sign_in: SignIn) -> None:
    place = campus()
    (near,) = place.families(1)
    near.given_name = "Nadia"
    landline = GuardianFactory(district_id=place.district.id, given_name="Lena")
    GuardianshipFactory(student=place.child(), guardian=landline)
    ContactPointFactory(guardian=landline, kind="landline")
    far = GuardianFactory(district_id=place.district.id, given_name="Farida")
    other = StudentFactory(school=place.school)
    GuardianshipFactory(student=other, guardian=far)
    ContactPointFactory(guardian=far)
    teacher, colleague = (StaffFactory(role=Role.TEACHER, schools=[place.school]) for _ in range(2))
    SectionTeacherFactory(section_id=place.section.id, staff_id=teacher.id)
    db.session.commit()
    to_all = send(draft(place, audience={"schools": [place.school.id]}, has_canary=False), place.admin)
    to_one = send(draft(place, audience={"students": [other.id]}, has_canary=False), place.admin)
    run(20)
    house.hand_over()
    house.hear()
    hers, nobodys, offices = sign_in(teacher), sign_in(colleague), sign_in(place.admin)
    listed = hers.get("/announcements?show=received").text
    assert "1 of 2 families of yours reached" in listed
    assert f"/announcements/{to_one.id}/" not in listed
    page = hers.get(f"/announcements/{to_all.id}/families").text
    assert "1 of 2 families of yours reached" in page
    assert "Nadia" in page
    assert "Only a landline" in page
    assert "Farida" not in page
    assert f"/announcements/{to_all.id}/families" in hers.get(f"/families/guardian/{near.id}").text
    assert hers.get(f"/announcements/{to_all.id}").status_code == 404  # the report is of those who answer for the school
    assert hers.get(f"/announcements/{to_one.id}/families").status_code == 404
    assert nobodys.get(f"/announcements/{to_all.id}/families").status_code == 404
    assert offices.get(f"/announcements/{to_all.id}/families").headers["Location"] == f"/announcements/{to_all.id}"
