"""Staff look up families, each as far as their role and schools reach, and keep what is known up to date."""

import html
import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import AuditEvent, Role
from app.conversations.models import MessageKind
from app.core.database import db
from app.directory.models import ConsentKind, ConsentSource, ContactHealth, ContactPoint, Guardian, Guardianship
from app.directory.service import record_consent
from tests.conftest import SignIn
from tests.factories import (
    ContactPointFactory,
    GuardianFactory,
    GuardianshipFactory,
    MessageFactory,
    PhoneNumberFactory,
    SchoolFactory,
    StaffFactory,
    StudentFactory,
    family,
    thread,
)
from tests.query_counts import count_selects


def test_the_family_page_shows_children_adults_and_everything_said(app: Flask, sign_in: SignIn) -> None:
    talk = thread()
    people = talk.family
    StudentFactory(school=people.school)  # somebody else's child
    sibling = StudentFactory(school=people.school, given_name="Sofía", grade="01")
    GuardianshipFactory(student=sibling, guardian=people.guardian)
    father = GuardianFactory(district_id=people.school.district_id, given_name="Luis")
    GuardianshipFactory(student=people.student, guardian=father, relationship_name="father", priority=2, lives_with=False)
    ContactPointFactory(guardian=father, health=ContactHealth.DEAD)
    MessageFactory(conversation=talk.conversation, body="¿A qué hora?", translation="At what time?", language="es")
    MessageFactory(conversation=talk.conversation, kind=MessageKind.NOTE, body="Call after one", author="Bea")
    browser = sign_in(people.teacher)
    page = browser.get(f"/families/guardian/{people.guardian.id}")
    assert page.status_code == 200
    for words in ("Hernández family", "2 students, 2 adults", "Sofía", "Luis", "Number out of service", "At what time?", "Call after one"):
        assert words in page.text
    notes = browser.get(f"/families/guardian/{people.guardian.id}?show=note", headers={"HX-Request": "true"})
    assert "Call after one" in notes.text
    assert "At what time?" not in notes.text
    assert "<html" not in notes.text


def test_a_court_paper_is_named_and_not_described(app: Flask, sign_in: SignIn) -> None:
    people = family()
    people.student.ask_office = True
    assert "Ask the office before sharing pickup details" in sign_in(people.teacher).get(f"/families/student/{people.student.id}").text


@pytest.mark.parametrize(
    "address", ["/families/guardian/{g}", "/families/student/{s}", "/families/guardian/{g}/card", "/guardians/{g}/edit"]
)
def test_strangers_are_told_that_there_is_nothing(app: Flask, sign_in: SignIn, address: str) -> None:
    people = family()
    elsewhere = SchoolFactory(district_id=people.school.district_id)
    strangers = [
        StaffFactory(role=Role.OFFICE, schools=[elsewhere]),
        StaffFactory(role=Role.DISTRICT_ADMIN),
    ]
    path = address.format(g=people.guardian.id, s=people.student.id)
    assert [sign_in(stranger).get(path).status_code for stranger in strangers] == [404, 404]
    other_teacher = StaffFactory(role=Role.TEACHER, schools=[people.school])
    assert sign_in(other_teacher).get(path).status_code in {403, 404}
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    assert sign_in(office).get(path).status_code == 200


def test_people_are_found_without_accents_and_by_their_adults(app: Flask, sign_in: SignIn) -> None:
    people = family(search_text="rosa hernandez")
    people.student.search_text = "mateo hernandez"
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    other = StudentFactory(school=people.school, given_name="Wanda", family_name="Zed", search_text="wanda zed")
    browser = sign_in(office)
    assert "Wanda Zed" in browser.get("/people").text
    found = browser.get("/people?q=HERNÁNDEZ rosa").text
    assert "Mateo" in found
    assert other.full_name not in found
    assert "Nobody found" in browser.get("/people?q=%25").text or "Mateo" in browser.get("/people?q=%25").text
    assert browser.get("/people?at=broken").status_code == 400


def test_a_page_of_people_costs_the_same_for_one_row_and_forty(app: Flask, sign_in: SignIn) -> None:
    people = family()
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    browser = sign_in(office)

    few = count_selects(lambda: browser.get("/people"))
    for _ in range(45):
        StudentFactory(school=people.school)
    db.session.commit()
    assert count_selects(lambda: browser.get("/people")) == few


def test_a_new_number_is_read_as_people_write_it(app: Flask, sign_in: SignIn) -> None:
    people = family()
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    browser = sign_in(office)
    path = f"/guardians/{people.guardian.id}/contact-points/new"
    wrong = browser.post(path, data={"address": "12", "kind": "mobile", "label": "work", "priority": "2"})
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    assert 'value="work"' in wrong.text
    right = browser.post(path, data={"address": "(503) 555-2999", "kind": "mobile", "label": "work", "priority": "2"})
    assert right.status_code == 303
    point = db.session.scalars(select(ContactPoint).where(ContactPoint.address == "+15035552999")).one()
    assert (point.label, point.health, point.guardian_id) == ("work", ContactHealth.UNCONFIRMED, people.guardian.id)
    twice = browser.post(path, data={"address": "503-555-2999", "kind": "mobile", "label": "", "priority": "1"})
    assert twice.status_code == 422
    assert "has that number" in twice.text
    assert browser.post(f"/contact-points/{point.id}/retire").status_code == 303
    db.session.expire_all()
    assert not db.session.get_one(ContactPoint, point.id).is_active
    assert db.session.scalars(select(AuditEvent.action)).all() == ["contact_point.saved", "contact_point.retired"]


def test_a_number_that_said_stop_comes_to_a_guardian_with_its_wish(app: Flask, sign_in: SignIn) -> None:
    people = family()
    record_consent(
        people.school.district_id, "+15035552999", people.number.consent_scope, ConsentKind.OPTED_OUT, ConsentSource.KEYWORD, wording="STOP"
    )
    browser = sign_in(StaffFactory(role=Role.OFFICE, schools=[people.school]))
    form = {"address": "(503) 555-2999", "kind": "mobile", "label": "", "priority": "2"}
    browser.post(f"/guardians/{people.guardian.id}/contact-points/new", data=form)
    new = db.session.scalars(select(ContactPoint).where(ContactPoint.address == "+15035552999")).one()
    assert new.opted_out_at is not None
    assert people.contact_point.opted_out_at is None
    browser.post(f"/guardians/{people.guardian.id}/contact-points/{new.id}", data={**form, "address": "(503) 555-2998"})
    db.session.expire_all()
    assert (new.address, new.opted_out_at) == ("+15035552998", None)


def test_a_changed_name_is_found_and_shown_as_text(app: Flask, sign_in: SignIn) -> None:
    people = family()
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    browser = sign_in(office)
    data = {"given_name": "<script>alert(1)</script>", "family_name": "Nuñez", "language": "es", "postal_code": "", "note": ""}
    assert browser.post(f"/guardians/{people.guardian.id}/edit", data=data).status_code == 303
    page = browser.get("/people?q=nunez").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    empty = browser.post(f"/guardians/{people.guardian.id}/edit", data={**data, "given_name": ""})
    assert empty.status_code == 422
    assert "Write the given name." in empty.text
    assert db.session.get_one(Guardian, people.guardian.id).family_name == "Nuñez"


def test_a_guardian_who_may_not_be_contacted_is_marked(app: Flask, sign_in: SignIn) -> None:
    people = family()
    bond = db.session.scalars(select(Guardianship)).one()
    office = StaffFactory(role=Role.OFFICE, schools=[people.school])
    browser = sign_in(office)
    data = {"relationship_name": "father", "priority": "2", "lives_with": "y"}
    assert browser.post(f"/guardianships/{bond.id}/edit", data=data).status_code == 303
    assert "may not be contacted" in browser.get(f"/families/guardian/{people.guardian.id}").text


def test_every_button_of_the_family_page_leads_somewhere(app: Flask, sign_in: SignIn) -> None:
    people = family()
    PhoneNumberFactory(district_id=people.school.district_id, school_id=people.school.id)
    browser = sign_in(people.teacher)
    page = browser.get(f"/families/guardian/{people.guardian.id}").text.split('id="main"')[-1]
    (form,) = re.findall(r'<form method="post".*?</form>', page)
    action = re.search(r'action="([^"]+)"', form)
    assert action is not None
    values = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    begun = browser.post(action[1], data=values)
    assert begun.status_code == 303
    assert browser.get(begun.location).status_code == 200
    links = {link for link in re.findall(r'href="(/[^"]+)"', page) if not link.startswith("/static/")}
    assert any(link.startswith("/calls/") for link in links)
    assert {link: browser.get(html.unescape(link)).status_code for link in links} == dict.fromkeys(links, 200)
