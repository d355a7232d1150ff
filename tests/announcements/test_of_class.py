"""What a teacher sees of what others announced to families of theirs."""

import re

from sqlalchemy import update

from app.accounts.models import Role
from app.announcements import runner, service
from app.announcements.models import Announcement
from app.core.database import db, transaction
from app.delivery.models import Delivery
from app.directory.models import PhoneNumber
from tests.announcements.schools import campus, draft, moves, run, send
from tests.conftest import SignIn
from tests.conversations.arrivals import arrives
from tests.delivery.house import House
from tests.factories import (
    ContactPointFactory,
    GuardianFactory,
    GuardianshipFactory,
    PhoneNumberFactory,
    SectionTeacherFactory,
    StaffFactory,
    StudentFactory,
)
from tests.query_counts import count_selects


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


def test_her_list_and_her_page_tell_the_same_of_what_was_sent_again(house: House, sign_in: SignIn) -> None:
    place = campus()
    place.families(3)
    teacher = StaffFactory(role=Role.TEACHER, schools=[place.school])
    SectionTeacherFactory(section_id=place.section.id, staff_id=teacher.id)
    db.session.commit()
    first = draft(place, audience={"schools": [place.school.id]}, has_canary=False)
    send(first, place.admin)
    run(until="sending")
    runner.turn()
    for one, state in zip(db.session.query(Delivery).order_by(Delivery.id).all(), ("delivered", "failed", "failed"), strict=True):
        moves(one, state, error_code="30005" if state == "failed" else None)
    known = {row.id for row in db.session.query(Delivery)}
    send(service.resend_to_failed(place.admin, first.id), place.admin)
    run(5)
    again, _still_lost = (row for row in db.session.query(Delivery).order_by(Delivery.id) if row.id not in known)
    moves(again, "delivered")
    hers = sign_in(teacher)
    listed = re.findall(r"(\d) of (\d) families of yours reached", hers.get("/announcements?show=received").text)
    page = re.findall(r"(\d) of (\d) families of yours reached", hers.get(f"/announcements/{first.id}/families").text)
    assert listed == [("1", "2"), *page]  # the other try, and the first with all that was sent on from it
    assert page == [("2", "3")]


def test_her_list_costs_the_same_however_much_was_sent_on_or_asked(house: House, sign_in: SignIn) -> None:
    place = campus()
    place.families(2)
    teacher = StaffFactory(role=Role.TEACHER, schools=[place.school])
    SectionTeacherFactory(section_id=place.section.id, staff_id=teacher.id)
    hers = sign_in(teacher)

    def announce_and_go_on() -> None:
        asks = {"wordings": {"en": {"question": "Do you come?", "choices": ["Yes", "No"], "origin": "written"}}}
        PhoneNumberFactory(district_id=place.district.id, school_id=place.school.id)
        first = send(draft(place, audience={"schools": [place.school.id]}, has_canary=False, asks=asks), place.admin)
        run(20)
        house.hand_over()
        house.hear()
        send(service.follow_up(place.admin, first.id), place.admin)
        run(20)
        house.hand_over()
        house.hear()

    announce_and_go_on()
    before = count_selects(lambda: hers.get("/announcements?show=received"))
    announce_and_go_on()
    announce_and_go_on()
    assert hers.get("/announcements?show=received").text.count("2 of 2 families of yours reached") == 6
    assert count_selects(lambda: hers.get("/announcements?show=received")) == before
    (phone,) = place.guardians[0].contact_points
    wrote = db.session.query(Delivery).filter_by(address=phone.address).order_by(Delivery.id.desc()).first()
    arrives(phone.address, db.session.get_one(PhoneNumber, wrote.phone_number_id), "1")  # several numbers share the families among them
    house.hear()
    with transaction():
        db.session.execute(update(Delivery).values(state="failed"))
    listed = re.findall(r"(\d) of 2 families of yours reached", hers.get("/announcements?show=received").text)
    pages = [hers.get(f"/announcements/{one.id}/families").text for one in db.session.query(Announcement).order_by(Announcement.id.desc())]
    assert sorted(listed) == sorted(found for page in pages for found in re.findall(r"(\d) of 2 families of yours reached", page))
    assert "1" in listed  # who answered was reached, whatever the network says
