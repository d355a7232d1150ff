"""A fax is written: kept from the first letter on, with files that are judged at once and put in order."""

import io
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import AuditEvent, Role
from app.core.clock import now
from app.core.database import db
from app.directory.models import ContactPoint, District
from app.fax.models import Fax, FaxContact, FaxPart
from app.fax.service.parts import moved
from tests.conftest import SignIn
from tests.factories import PhoneNumberFactory, SchoolFactory, StaffFactory, family
from tests.factories.faxes import FaxFactory
from tests.fax.sending.conftest import CLINIC, CLINIC_NUMBER, Office, names_of, pdf

JSON = {"Accept": "application/json"}


def test_a_draft_is_kept_as_it_is_written(office: Office) -> None:
    assert "Send a fax" in office.browser.get("/fax/new").text
    assert db.session.query(Fax).count() == 0  # nobody wrote anything yet
    fax = office.begin()
    assert (fax.address, fax.name, fax.attention, fax.own_name) == (
        CLINIC_NUMBER, "Marlowe Park School", "Registrar", "Cedar Grove Elementary School",
    )  # fmt: skip
    page = office.page(fax)
    for words in (CLINIC, "Marlowe Park School", "Records request: M. T.", "Good morning!", "Marisol Vega, Office Manager", "CONFIDENTIAL"):
        assert words in page
    changed = office.form(uuid=str(fax.uuid), edition="0", note="Thank you!", has_cover=None)
    assert office.browser.post(f"/fax/{fax.id}/edit", data=changed, headers=JSON).json["edition"] == 1
    page = office.page(fax)
    assert "Thank you!" in page
    assert "CONFIDENTIAL" not in page


def test_who_writes_a_fax_stands_in_the_audit_log_once_an_hour(office: Office, sign_in: SignIn) -> None:
    fax = office.begin()
    office.browser.post(f"/fax/{fax.id}/edit", data=office.form(uuid=str(fax.uuid), edition="0", note="Thank you!"), headers=JSON)
    office.upload(fax, pdf())
    edited = db.session.query(AuditEvent).filter_by(action="fax.edited", subject_type="fax", subject_id=fax.id)
    assert [line.staff_id for line in edited] == [fax.author_id]


def test_a_form_that_is_sent_twice_is_one_draft(office: Office) -> None:
    form = office.form()
    first, second = (office.browser.post("/fax/new", data=form, headers=JSON).json["id"] for _time in range(2))
    assert first == second
    assert db.session.query(Fax).count() == 1


def test_two_who_write_at_once_notice_each_other_and_nobody_loses_words(office: Office, sign_in: SignIn) -> None:
    fax = office.begin()
    colleague = sign_in(StaffFactory(role=Role.OFFICE, schools=[office.school]))
    theirs = office.form(uuid=str(fax.uuid), edition=str(fax.edition), page="two", note="Theirs")
    assert colleague.post(f"/fax/{fax.id}/edit", data=theirs, headers=JSON).status_code == 200
    mine = office.form(uuid=str(fax.uuid), edition="0", note="Mine")
    assert office.browser.post(f"/fax/{fax.id}/edit", data=mine, headers=JSON).status_code == 409
    shown = office.browser.post(f"/fax/{fax.id}/edit", data=mine)
    assert shown.status_code == 409
    assert "Mine" in shown.text
    assert "A colleague changed this fax meanwhile" in shown.text
    assert db.session.get_one(Fax, fax.id).cover_note == "Theirs"


def test_a_page_that_never_heard_that_it_saved_may_say_it_again(office: Office) -> None:
    fax = office.begin()
    for note in ("One", "Two"):
        again = office.form(uuid=str(fax.uuid), edition="0", page="one", note=note)
        assert office.browser.post(f"/fax/{fax.id}/edit", data=again, headers=JSON).status_code == 200
    assert db.session.get_one(Fax, fax.id).cover_note == "Two"


def test_files_are_kept_in_the_order_that_is_chosen(office: Office) -> None:
    fax = office.begin()
    parts = [office.upload(fax, pdf(), f"{name}.pdf") for name in ("one", "two", "three")]
    assert names_of(office.page(fax)) == ["one.pdf", "two.pdf", "three.pdf"]
    assert office.browser.post(f"/fax/{fax.id}/parts/{parts[2].id}", data={"place": "0"}, headers=JSON).status_code == 200
    assert names_of(office.page(fax)) == ["three.pdf", "one.pdf", "two.pdf"]
    plain = office.form(uuid=str(fax.uuid), edition=str(fax.edition), act=f"place:{parts[2].id}:1")
    assert office.browser.post(f"/fax/{fax.id}/edit", data=plain).status_code == 303
    assert names_of(office.page(fax)) == ["one.pdf", "three.pdf", "two.pdf"]
    assert office.browser.post(f"/fax/{fax.id}/parts/{parts[0].id}", data={"act": "remove"}, headers=JSON).status_code == 200
    assert names_of(office.page(fax)) == ["three.pdf", "two.pdf"]
    assert [one.position for one in db.session.query(FaxPart).order_by(FaxPart.position)] == [1, 2]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("letter.docx", b"PK\x03\x04" + b"x" * 100, "is a text document. Save it as PDF"),
        ("empty.pdf", b"", "is empty"),
        ("virus.exe", b"MZ" + b"\x00" * 100, "is of a kind that cannot be sent"),
        ("photo.pdf", b"MZ" + b"\x00" * 100, "is not what its name says"),
    ],
)
def test_a_file_that_cannot_be_faxed_is_refused_with_advice(office: Office, name: str, content: bytes, words: str) -> None:
    fax = office.begin()
    refused = office.browser.post(f"/fax/{fax.id}/parts", data={"file": (io.BytesIO(content), name)}, headers=JSON)
    assert refused.status_code == 422
    assert words in refused.json["error"]["message"]
    plain = office.form(uuid=str(fax.uuid), edition=str(fax.edition), act="attach") | {"files": (io.BytesIO(content), name)}
    shown = office.browser.post(f"/fax/{fax.id}/edit", data=plain, content_type="multipart/form-data")
    assert words in shown.text
    assert "Good morning!" in shown.text
    assert db.session.query(FaxPart).count() == 0


def test_what_is_known_of_a_number_stands_below_it(office: Office) -> None:
    db.session.add(FaxContact(district_id=office.school.district_id, address=CLINIC_NUMBER, name="Marlowe Park School"))
    for status, failure in (("sent", None), ("sent", None), ("draft", None)):
        FaxFactory(
            school=office.school, direction="out", status=status, address=CLINIC_NUMBER, failure=failure, subject="",
            finished_at=now() - timedelta(days=40),
        )  # fmt: skip
    page = office.page(office.begin())
    assert "Marlowe Park School. Used 2 times, last on" in page
    FaxFactory(school=office.school, direction="out", status="failed", address=CLINIC_NUMBER, failure="fax_not_a_fax", subject="")
    assert "a person or a voicemail answered" in office.page(office.begin())


def test_a_school_without_a_fax_number_is_told_what_to_do(office: Office, sign_in: SignIn) -> None:
    browser = sign_in(StaffFactory(role=Role.OFFICE, schools=[SchoolFactory()]))
    assert "Your school has no fax number yet" in browser.get("/fax/new").text
    assert browser.post("/fax/new", data=office.form(), headers=JSON).json["error"]["code"] == "no_fax_number"


def test_who_may_not_send_does_not_write(office: Office, sign_in: SignIn) -> None:
    fax = office.begin()
    next_door = SchoolFactory(district=None, district_id=office.school.district_id)
    PhoneNumberFactory(district_id=office.school.district_id, school_id=next_door.id, purpose="fax")
    teacher = sign_in(StaffFactory(schools=[office.school]))
    neighbour = sign_in(StaffFactory(role=Role.OFFICE, schools=[next_door]))
    assert teacher.get("/fax/new").status_code == 403
    for path in (f"/fax/{fax.id}/edit", f"/fax/{fax.id}/parts"):
        assert neighbour.get(path).status_code == 404
    assert neighbour.post(f"/fax/{fax.id}/discard").status_code == 404
    taken = office.form(uuid=str(fax.uuid), note="Stolen")
    assert neighbour.post("/fax/new", data=taken, headers=JSON).status_code >= 400
    assert db.session.get_one(Fax, fax.id).cover_note == "Good morning!"


def test_a_draft_that_is_thrown_away_is_gone_from_the_pages(office: Office) -> None:
    fax = office.begin()
    assert office.browser.post(f"/fax/{fax.id}/discard").status_code == 303
    assert office.browser.get(f"/fax/{fax.id}/edit").status_code == 404


@given(moves=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=8))
def test_any_moves_keep_every_file_once(moves: list[tuple[int, int]]) -> None:
    files = list("abcde")
    for which, place in moves:
        one = files[which]
        files = moved(files, one, place)
        assert files.index(one) == min(place, len(files) - 1)
    assert sorted(files) == list("abcde")


def test_a_uuid_of_somebody_else_begins_nothing_of_theirs(office: Office, sign_in: SignIn) -> None:
    fax = office.begin()
    colleague = sign_in(StaffFactory(role=Role.OFFICE, schools=[office.school]))
    answer = colleague.post("/fax/new", data=office.form(uuid=str(fax.uuid), note="Other"), headers=JSON)
    assert answer.status_code == 409
    assert db.session.get_one(Fax, fax.id).cover_note == "Good morning!"


def test_a_draft_is_shown_as_one_to_who_only_reads(office: Office, sign_in: SignIn) -> None:
    fax = office.begin()
    assert "Go on writing" in office.browser.get(f"/fax/{fax.id}").text
    viewer = sign_in(StaffFactory(role=Role.VIEWER, schools=[office.school]))
    page = viewer.get(f"/fax/{fax.id}").text
    assert "This is a draft." in page
    assert "Go on writing" not in page
    assert viewer.get(f"/fax/{fax.id}/edit").location == f"/fax/{fax.id}"
    assert viewer.post(f"/fax/{fax.id}/edit").status_code == 403


@pytest.mark.parametrize(("language", "said"), [("en", "About 2 minutes, 1 page, $1,234.50."), ("es", "1 página, $1,234.50.")])
def test_a_price_is_written_as_in_the_country_that_the_school_is_in(office: Office, language: str, said: str) -> None:
    district = db.session.get_one(District, office.school.district_id)
    district.settings = {**district.settings, "cents_per_fax_page": 123450}
    office.staff.language = language
    db.session.commit()
    assert said in office.page(office.begin())  # in Spain it would be 1.234,50


@pytest.mark.parametrize("is_near", [True, False])
def test_whose_phone_it_is_learns_only_who_may_see_the_family(office: Office, is_near: bool) -> None:
    elsewhere = SchoolFactory(district=None, district_id=office.school.district_id)
    family(school=office.school if is_near else elsewhere)
    point = db.session.query(ContactPoint).filter(ContactPoint.address.like("+%")).first()
    assert point is not None
    FaxFactory(school=elsewhere, direction="out", status="failed", address=point.address, failure="fax_not_a_fax", subject="")
    page = office.browser.get("/fax/new", query_string={"to": point.address}).text
    assert ("By your records this is the phone of" in page) is is_near
    assert "a person or a voicemail answered" not in page  # a fax of another school
