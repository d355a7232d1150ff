"""Filed to a child, a fax stands in the family’s timeline; nobody files out of reach."""

from http import HTTPStatus

from app.core.clock import now
from tests.conftest import SignIn
from tests.factories import EnrollmentFactory, GuardianFactory, GuardianshipFactory, StudentFactory, fax
from tests.fax.conftest import Desk
from tests.fax.test_acts import GONE, REFUSED, actions, undo


def test_filed_to_a_child_it_stands_in_the_familys_timeline(desk: Desk, sign_in: SignIn) -> None:
    student, guardian = desk.people.student, desk.people.guardian
    one = desk.fax(name="Cascade Pediatrics", subject="Immunization record")
    health = desk.fax(name="Secret Clinic", subject="Blood test", is_restricted=True)
    for each in (one, health):
        answer = desk.act(each, act="file", student=student.id, seen="")
        assert "timeline" in answer.json["said"]
    row = desk.now(one)
    assert (row.student_id, row.filed_by_id, row.read_by_id) == (student.id, desk.clerk.id, desk.clerk.id)
    family = desk.browser.get(f"/families/guardian/{guardian.id}?show=fax").text
    assert "Fax from Cascade Pediatrics about Mateo" in family
    assert "Immunization record" in family  # its subject
    assert f'href="/fax/{health.id}"' in family
    hers = sign_in(desk.people.teacher)
    seen = hers.get(f"/families/guardian/{guardian.id}?show=fax").text
    assert "Fax from Cascade Pediatrics about Mateo" in seen
    assert "A fax about Mateo was filed. The office has it." in seen
    assert "Secret Clinic" not in seen
    assert "Blood test" not in seen
    assert f"/fax/{health.id}" not in seen
    assert "was filed" not in hers.get(f"/families/guardian/{guardian.id}?show=fax&q=secret").text
    assert "Cascade Pediatrics" in hers.get(f"/families/guardian/{guardian.id}?q=cascade").text
    for piece in ("immunization status", "page 1"):  # stands on its page, which she may not open
        assert "Cascade Pediatrics" not in hers.get(f"/families/guardian/{guardian.id}?show=fax&q={piece}").text
        assert "Cascade Pediatrics" in desk.browser.get(f"/families/guardian/{guardian.id}?show=fax&q={piece}").text
    assert "Cascade Pediatrics" in hers.get(f"/families/guardian/{guardian.id}?show=fax&q=RECORD").text  # its subject, which she sees
    assert "Filed to Mateo" in desk.browser.get(f"/fax/{one.id}").text
    assert undo(desk, answer).status_code == HTTPStatus.OK
    assert desk.now(health).filed_at is None
    assert actions(health) == ["fax.filed", "fax.unfiled"]
    assert desk.act(one, act="delete").status_code == HTTPStatus.OK
    assert "Cascade" not in desk.browser.get(f"/families/guardian/{guardian.id}?show=fax").text


def test_nobody_files_to_a_child_out_of_reach(desk: Desk) -> None:
    one = desk.fax()
    for student in (StudentFactory().id, "x", "", 10**30):
        assert desk.act(one, act="file", student=student).status_code == GONE
    assert desk.act(one, act="file", student="none").json["said"] == "Filed, to no student."
    assert (desk.now(one).student_id, desk.now(one).filed_at is None) == (None, False)


def test_whose_name_stands_on_it_is_offered_and_nobody_else(desk: Desk) -> None:
    school = desk.people.school
    joseph = StudentFactory(school=school, given_name="Joseph", family_name="Whitehorse", search_text="joseph whitehorse")
    maria = StudentFactory(school=school, given_name="María José", preferred_name="Majo", family_name="Núñez")
    StudentFactory(given_name="Ada", family_name="Lovelace")  # of another district
    one = desk.fax(pages=2, words="Name: Joseph A. Whitehorse  Birth date 05/14/2017 Ada Lovelace")
    page = desk.browser.get(f"/fax/{one.id}").text
    assert "Looks like Joseph Whitehorse" in page
    assert "The name stands on page 1." in page
    assert "Lovelace</strong>" not in page
    assert desk.now(one).student_id is None  # a person says yes
    accents = desk.fax(words="NUNEZ, MAJO grade 3")
    assert "Looks like Majo Núñez" in desk.browser.get(f"/fax/{accents.id}").text
    both = desk.fax(words="Joseph Whitehorse and Maria Jose Nunez")
    page = desk.browser.get(f"/fax/{both.id}").text
    assert "About one of these?" in page
    assert {f'value="{joseph.id}"' in page, f'value="{maria.id}"' in page} == {True}
    assert "Looks like" not in desk.browser.get(f"/fax/{desk.fax(words='Joseph lives far from any horse').id}").text
    found = desk.browser.get(f"/fax/{one.id}/students?q=whiteh").text
    assert "Joseph Whitehorse" in found
    assert "No student" in desk.browser.get(f"/fax/{one.id}/students?q=zzz").text


def test_two_children_of_one_name_are_told_apart(desk: Desk) -> None:
    school = desk.people.school
    for number, adult in (("40117", "Rosa"), ("40118", "Ines")):
        child = StudentFactory(
            school=school, given_name="Mateo", family_name="Brandt", grade="03", student_number=number, search_text="mateo brandt"
        )
        guardian = GuardianFactory(district=None, district_id=school.district_id, given_name=adult, family_name="Brandt")
        GuardianshipFactory(student=child, guardian=guardian)
    secret = StudentFactory(school=school, given_name="Mateo", family_name="Brandt", search_text="mateo brandt", ask_office=True)
    GuardianshipFactory(student=secret, guardian=GuardianFactory(district=None, district_id=school.district_id, given_name="Quentin"))
    one = desk.fax(words="Name: Mateo Brandt")
    for page in (desk.browser.get(f"/fax/{one.id}").text, desk.browser.get(f"/fax/{one.id}/students?q=brandt").text):
        assert "with Rosa Brandt · No. 40117" in page
        assert "with Ines Brandt · No. 40118" in page
        assert "Quentin" not in page  # a court paper says to ask the office


def test_a_draft_is_nothing_to_file(desk: Desk) -> None:
    one = desk.fax(direction="out", status="draft", author_id=desk.clerk.id)
    for student in (desk.people.student.id, "none"):
        answer = desk.act(one, act="file", student=student)
        assert (answer.status_code, answer.json["error"]["code"]) == (REFUSED, "still_a_draft")
    assert desk.now(one).filed_at is None
    assert 'id="file-fax"' not in desk.browser.get(f"/fax/{one.id}").text


def test_of_twins_both_families_see_their_own(desk: Desk) -> None:
    """A guardian of two children sees the fax of each once."""
    second = StudentFactory(school=desk.people.school, given_name="Nora")
    GuardianshipFactory(student=second, guardian=desk.people.guardian)
    EnrollmentFactory(section_id=desk.people.section.id, student_id=second.id)
    fax(desk.people.school, name="One", student_id=desk.people.student.id, filed_at=now())
    fax(desk.people.school, name="Two", student_id=second.id, filed_at=now())
    family = desk.browser.get(f"/families/guardian/{desk.people.guardian.id}?show=fax").text
    assert (family.count("Fax from One about Mateo"), family.count("Fax from Two about Nora")) == (1, 1)
