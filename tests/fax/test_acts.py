"""What people do with a fax: give it to somebody, name it, file it, put it aside, and take that back."""

import re
from http import HTTPStatus
from typing import Any

import pytest

from app.accounts.models import AuditEvent, Role
from app.core.clock import now
from app.core.database import db
from app.fax.models import Fax, FaxContact
from app.live.models import LiveEvent
from tests.conftest import SignIn
from tests.factories import StaffFactory, StudentFactory
from tests.fax.conftest import JSON, Desk
from tests.fax.test_inbox import listed

CONFLICT, REFUSED, GONE = HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_FOUND


def undo(desk: Desk, answer: Any) -> Any:
    """Press Undo in the toast."""
    way = answer.json["undo"]
    return desk.browser.post(way["href"], data=way["fields"], headers=JSON)


def actions(one: Fax) -> list[str]:
    found = db.session.query(AuditEvent).filter_by(subject_type="fax", subject_id=one.id).order_by(AuditEvent.id)
    return [event.action for event in found]


def test_given_to_a_teacher_it_is_new_to_her_and_hers_to_read_and_note(desk: Desk, sign_in: SignIn) -> None:
    one = desk.fax(is_restricted=True, read_at=now(), read_by_id=desk.clerk.id)
    teacher = desk.people.teacher
    hers = sign_in(teacher)
    assert hers.get(f"/fax/{one.id}").status_code == GONE
    answer = desk.act(one, act="assign", staff=teacher.id, words="For his file", seen="")
    assert answer.json["said"] == f"{teacher.name} takes care of it."
    assert (desk.now(one).assignee_id, desk.now(one).read_at) == (teacher.id, None)
    assert desk.now(one).note == "Bea Clerk: For his file"
    assert 'data-count="fax">1<' in hers.get("/fax").text
    assert hers.post(f"/fax/{one.id}/read").status_code == HTTPStatus.NO_CONTENT
    assert desk.now(one).read_by_id == teacher.id
    assert hers.post(f"/fax/{one.id}", data={"act": "note", "note": "Seen by me"}).status_code == HTTPStatus.SEE_OTHER
    for act in ("delete", "hide", "file", "rename", "restrict", "junk"):
        assert hers.post(f"/fax/{one.id}", data={"act": act, "student": "none"}).status_code == GONE, act
    assert undo(desk, answer).status_code == HTTPStatus.OK
    assert desk.now(one).assignee_id is None
    assert hers.get(f"/fax/{one.id}").status_code == GONE
    told = db.session.query(LiveEvent).filter_by(name="fax:changed", audience=f"staff:{teacher.id}").count()
    assert told == 4  # given, read, noted, and taken away again


def test_who_gives_away_what_she_only_had_herself_leaves_it(desk: Desk, sign_in: SignIn) -> None:
    teacher = desk.people.teacher
    one = desk.fax(assignee_id=teacher.id)
    answer = sign_in(teacher).post(f"/fax/{one.id}", data={"act": "assign", "staff": desk.clerk.id}, headers=JSON)
    assert (answer.json["leaves"], answer.json["undo"]) == (True, None)
    assert desk.now(one).assignee_id == desk.clerk.id


def test_it_is_given_only_to_who_works_there(desk: Desk) -> None:
    one = desk.fax()
    stranger = StaffFactory(district=None, district_id=one.district_id)
    viewer = StaffFactory(role=Role.VIEWER, schools=[desk.people.school])
    for nobody in (stranger, viewer):
        answer = desk.act(one, act="assign", staff=nobody.id)
        assert (answer.status_code, answer.json["error"]["code"]) == (REFUSED, "not_a_colleague")
    page = desk.browser.post(f"/fax/{one.id}", data={"act": "assign", "staff": stranger.id})
    assert (page.status_code, "does not work at the school" in page.text) == (REFUSED, True)
    found = desk.browser.get(f"/fax/{one.id}/colleagues?q={desk.people.teacher.name.split()[-1]}").text
    assert desk.people.teacher.name in found
    assert viewer.name not in desk.browser.get(f"/fax/{one.id}/colleagues").text


def test_two_people_who_change_one_fax_lose_no_word(desk: Desk) -> None:
    one = desk.fax(note="Allergic", name="Clinic", subject="A")
    teacher = desk.people.teacher
    assert desk.act(one, act="note", note="Allergic to nuts", seen="Allergic").status_code == HTTPStatus.OK
    late = desk.act(one, act="note", note="Something else", seen="Allergic")
    assert (late.status_code, late.json["error"]["code"]) == (CONFLICT, "fax_changed")
    assert desk.now(one).note == "Allergic to nuts"
    assert desk.act(one, act="note", note="Allergic to nuts", seen="Allergic").status_code == HTTPStatus.OK  # the same words
    assert desk.act(one, act="assign", staff=teacher.id, words="Look", seen="").status_code == HTTPStatus.OK
    assert desk.act(one, act="note", note="Allergic to nuts, has a pen", seen="Allergic to nuts").status_code == HTTPStatus.OK
    assert desk.now(one).note == "Allergic to nuts, has a pen\nBea Clerk: Look"  # what was handed on below it stays
    assert desk.act(one, act="assign", staff=desk.clerk.id, seen="").status_code == CONFLICT
    assert desk.act(one, act="rename", name="Kaiser", subject="B", seen="Clinic", seen_subject="A").status_code == HTTPStatus.OK
    assert desk.act(one, act="rename", name="Other", subject="B", seen="Clinic", seen_subject="A").status_code == CONFLICT
    child = StudentFactory(school=desk.people.school)
    assert desk.act(one, act="file", student=desk.people.student.id, seen="").status_code == HTTPStatus.OK
    assert desk.act(one, act="file", student=child.id, seen="").status_code == CONFLICT
    assert desk.now(one).student_id == desk.people.student.id
    page = desk.browser.post(f"/fax/{one.id}", data={"act": "note", "note": "x", "seen": "y"})
    assert (page.status_code, "A colleague changed this fax meanwhile" in page.text) == (CONFLICT, True)


@pytest.mark.parametrize(
    "form", [{"act": "note", "note": "x" * 2001}, {"act": "rename", "name": "x" * 201}, {"act": "rename", "subject": "x" * 256}]
)
def test_too_many_words_change_nothing(desk: Desk, form: dict[str, str]) -> None:
    one = desk.fax(name="Clinic")
    answer = desk.act(one, **form)
    assert (answer.status_code, answer.json["error"]["code"]) == (REFUSED, "too_long")
    assert (desk.now(one).name, desk.now(one).version) == ("Clinic", 0)


def test_renamed_it_is_found_by_its_name_and_so_is_what_comes_next(desk: Desk) -> None:
    one = desk.fax(name="", station="", subject="")
    assert listed(desk.browser.get("/fax?q=riverbend").text) == []
    answer = desk.act(one, act="rename", name=" Riverbend  Dental ", subject="Excuse note", for_all="1")
    assert answer.json["said"] == "Renamed."
    assert listed(desk.browser.get("/fax?q=RIVERBEND+excuse").text) == [one.id]
    assert listed(desk.browser.get("/fax?q=immunization").text) == [one.id]  # the words on its page are kept
    contact = db.session.query(FaxContact).one()
    assert (contact.name, contact.address) == ("Riverbend Dental", one.address)
    again = desk.act(one, act="rename", name="Dental", subject="Excuse note")
    assert undo(desk, again).status_code == HTTPStatus.OK
    assert desk.now(one).name == "Riverbend Dental"


def test_what_was_sent_is_given_noted_and_filed_too(desk: Desk) -> None:
    student, guardian = desk.people.student, desk.people.guardian
    one = desk.fax(direction="out", status="sent", author_id=desk.clerk.id, name="Kaiser", subject="Records")
    page = desk.browser.get(f"/fax/{one.id}").text
    for dialog in ("assign-fax", "file-fax", "fax-note"):
        assert f'id="{dialog}"' in page
    assert desk.act(one, act="file", student=student.id, seen="").status_code == HTTPStatus.OK
    assert desk.act(one, act="note", note="They called back", seen="").status_code == HTTPStatus.OK
    assert desk.act(one, act="assign", staff=desk.people.teacher.id, seen="").status_code == HTTPStatus.OK
    page = desk.browser.get(f"/fax/{one.id}").text
    assert "Filed to Mateo" in page
    assert "They called back" in page
    assert "Fax to Kaiser about Mateo" in desk.browser.get(f"/families/guardian/{guardian.id}?show=fax").text
    refused = desk.browser.post(f"/fax/{one.id}", data={"act": "note", "note": "x", "seen": "y"})
    assert (refused.status_code, "A colleague changed this fax" in refused.text, "Delivered." in refused.text) == (CONFLICT, True, True)


def test_marked_as_new_it_stays_open(desk: Desk) -> None:
    one = desk.fax(read_at=now(), read_by_id=desk.clerk.id)
    answer = desk.act(one, act="unread")
    assert (answer.json["leaves"], desk.now(one).read_at) == (False, None)  # the next one would open, and count as read
    teacher = desk.people.teacher
    assert desk.act(one, act="assign", staff=teacher.id, seen="").status_code == HTTPStatus.OK
    assert "and who takes care of it" in desk.browser.get(f"/fax/{one.id}").text


def test_pictures_of_a_restricted_fax_are_asked_for_again_each_time(desk: Desk) -> None:
    for is_restricted in (True, False):
        one = desk.fax(is_restricted=is_restricted)
        picture = re.search(r'<img src="(/fax/files/[^"]+)"', desk.browser.get(f"/fax/{one.id}/row").text)
        assert picture
        found = desk.browser.get(picture[1])
        assert found.cache_control.no_cache is (True if is_restricted else None)
        again = desk.browser.get(picture[1], headers={"If-None-Match": found.headers["ETag"]})
        assert again.status_code == HTTPStatus.NOT_MODIFIED


def test_restricted_it_leaves_the_eyes_of_who_only_reads(desk: Desk, sign_in: SignIn) -> None:
    one = desk.fax()
    viewer = sign_in(StaffFactory(role=Role.VIEWER, schools=[desk.people.school]))
    assert viewer.get(f"/fax/{one.id}").status_code == HTTPStatus.OK
    answer = desk.act(one, act="restrict")
    assert viewer.get(f"/fax/{one.id}").status_code == GONE
    assert undo(desk, answer).status_code == HTTPStatus.OK
    assert viewer.get(f"/fax/{one.id}").status_code == HTTPStatus.OK
    assert viewer.post(f"/fax/{one.id}", data={"act": "restrict"}).status_code == GONE


def test_a_family_is_written_to_from_the_fax_it_is_about(desk: Desk) -> None:
    one = desk.fax(student_id=desk.people.student.id, filed_at=now(), filed_by_id=desk.clerk.id)
    page = desk.browser.get(f"/fax/{one.id}").text
    assert f"/conversations/new?contact_point={desk.people.contact_point.id}" in page
    assert "Text Mateo’s family" in page


def test_the_audit_log_says_it_in_words(desk: Desk, sign_in: SignIn) -> None:
    one = desk.fax(name="Cascade")
    for form in (
        {"act": "assign", "staff": desk.people.teacher.id},
        {"act": "restrict"},
        {"act": "file", "student": desk.people.student.id},
    ):
        assert desk.act(one, **form).status_code == HTTPStatus.OK
    desk.browser.get(f"/fax/{one.id}")
    admin = sign_in(StaffFactory(role=Role.SCHOOL_ADMIN, schools=[desk.people.school]))
    log = admin.get("/settings/audit").text
    for sentence in ("Gave the fax of Cascade to", "Restricted the fax of Cascade", "Filed the fax of Cascade to Mateo", "Opened the fax"):
        assert sentence in log
