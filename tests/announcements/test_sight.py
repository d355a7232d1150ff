"""Somebody of the district writes in a school's name: whom the school sees of it, and which name an oversight asks for."""

import pytest
from flask import Flask

from app.accounts.models import Role, Staff
from app.announcements import service
from app.announcements.errors import TypeTheName
from app.announcements.letters.making import make_all_letters
from app.announcements.models import AnnouncementLetters, LettersFor
from app.announcements.service import brake
from app.core.database import db
from app.directory.models import School
from tests.announcements.schools import Campus, again, campus, draft, run, send
from tests.conftest import SignIn
from tests.delivery.house import House
from tests.factories import ContactPointFactory, GuardianFactory, GuardianshipFactory, SchoolFactory, StaffFactory, StudentFactory
from tests.surveys.conftest import question


def elsewhere(place: Campus, name: str, **more: str) -> School:
    """Another school of the district with one family."""
    school: School = SchoolFactory(district=place.district)
    mother = GuardianFactory(district_id=place.district.id, given_name=name, family_name="Far")
    GuardianshipFactory(student=StudentFactory(school=school), guardian=mother)
    ContactPointFactory(guardian=mother, **more)
    return school


def district_admin(place: Campus) -> Staff:
    admin: Staff = StaffFactory(role=Role.DISTRICT_ADMIN, district=place.district)
    return admin


def test_a_school_sees_its_own_families_of_what_the_district_wrote_in_its_name(house: House, sign_in: SignIn) -> None:
    place = campus()
    (near,) = place.families(1)
    near.given_name, near.family_name = "Nadia", "Near"
    far = elsewhere(place, "Farida", kind="landline")
    chief = district_admin(place)
    schools = {"schools": [place.school.id, far.id]}
    announcement = draft(place, staff=chief, audience=schools, has_canary=False, asks=question())
    sent = send(announcement, chief)
    run(20)
    house.hand_over()
    house.hear()
    service.order_letters(chief, sent.id, LettersFor.NOWHERE)
    make_all_letters.function()
    base = f"/announcements/{sent.id}"
    pages = (base, f"{base}/report.csv", f"{base}/people", f"{base}/answers?choice=0", f"{base}/answers.csv")
    chiefs, schools_own = sign_in(chief), sign_in(place.admin)
    for page in pages[:3]:
        assert "Farida" in chiefs.get(page).text, page
    for page in pages:
        shown = schools_own.get(page)
        assert shown.status_code == 200, page
        assert "Nadia" in shown.text, page
        assert "Farida" not in shown.text, page
    assert "1 of 2" in schools_own.get(base).text  # numbers are of everybody
    (letters,) = db.session.query(AnnouncementLetters).all()
    assert chiefs.get(f"{base}/letters/{letters.id}/1.pdf").status_code == 200
    assert schools_own.get(f"{base}/letters/{letters.id}/1.pdf").status_code == 404
    assert service.preview(chief, service.reach_the_rest(chief, sent.id, over="voice").id).people == 1
    assert service.preview(place.admin, service.reach_the_rest(place.admin, sent.id, over="voice").id).people == 0


def test_an_oversight_asks_for_the_name_of_whom_it_is_for(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brake, "NEVER_FAR", 1)
    place = campus()
    place.families(2)
    far = elsewhere(place, "Farida")
    chief = district_admin(place)
    to_one = draft(place, staff=chief, school_id=None, audience={"schools": [place.school.id]})
    with pytest.raises(TypeTheName, match=place.school.name):
        send(to_one, chief, typed_name=place.district.name)
    to_both = draft(place, staff=chief, audience={"schools": [place.school.id, far.id]})
    with pytest.raises(TypeTheName, match=place.district.name):
        send(to_both, chief, typed_name=place.school.name)
    assert send(again(to_both), chief, typed_name=place.district.name).state == "scheduled"
