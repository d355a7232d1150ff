"""Managing colleagues: what each role may see and change, and that nobody gives more than they have."""

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import authority, service, throttle
from app.accounts.errors import LastAdmin, NotYoursToManage
from app.accounts.models import AuditEvent, Role, Staff, StaffStatus
from app.core.database import db
from app.core.errors import NotVisible
from tests.accounts.conftest import log_in
from tests.conftest import SignIn
from tests.factories import DistrictFactory, SchoolFactory, StaffFactory

HTMX = {"HX-Request": "true"}


def form_of(staff: Staff, **changes: object) -> dict[str, object]:
    return {"name": staff.name, "role": staff.role, "schools": staff.school_ids, **changes}


def test_the_list_shows_ones_own_scope(sign_in: SignIn, admin: Staff, principal: Staff, teacher: Staff, school) -> None:
    other = SchoolFactory(district=None, district_id=school.district_id, name="Summit High")
    StaffFactory(schools=[other], district=None, district_id=school.district_id, name="Elliot Marsh")
    StaffFactory(name="Another District")
    everything = sign_in(admin).get("/settings/staff").text
    assert "Dana Okafor" in everything
    assert "Elliot Marsh" in everything
    assert "Another District" not in everything
    mine = sign_in(principal).get("/settings/staff").text
    assert "Dana Okafor" in mine
    assert "Elliot Marsh" not in mine
    assert "Thandi Mokoena" not in mine.split('id="people"')[1].split("What each role")[0]


def test_search_and_pages(sign_in: SignIn, admin: Staff, school) -> None:
    for number in range(60):
        StaffFactory(schools=[school], district=None, district_id=school.district_id, name=f"Person {number:02}", email=f"p{number}@x.test")
    browser = sign_in(admin)
    first = browser.get("/settings/staff").text
    assert first.count('id="staff-') == 50
    after = first.partition("after=")[2].partition('"')[0]
    second = browser.get(f"/settings/staff?after={after}").text
    assert second.count('id="staff-') == 11  # ten more, and the admin
    found = browser.get("/settings/staff?q=PERSON%2007", headers=HTMX).text
    assert found.count('id="staff-') == 1
    assert "<html" not in found
    assert 'id="staff-' not in browser.get("/settings/staff?q=100%25").text


@pytest.mark.own_app
def test_the_list_costs_the_same_whatever_its_length(app: Flask, sign_in: SignIn, admin: Staff, school) -> None:
    from sqlalchemy import event

    browser = sign_in(admin)
    statements: list[str] = []
    db.session.commit()
    event.listen(db.engine, "before_cursor_execute", lambda _c, _k, text, *_: None if text.startswith("BEGIN") else statements.append(text))
    browser.get("/settings/staff")
    few = len(statements)
    for number in range(40):
        StaffFactory(schools=[school], district=None, district_id=school.district_id, email=f"p{number}@x.test")
    db.session.commit()
    statements.clear()
    browser.get("/settings/staff")
    assert len(statements) <= few
    assert few <= 10


def test_a_principal_changes_her_own_school_only(sign_in: SignIn, principal: Staff, teacher: Staff, school) -> None:
    browser = sign_in(principal)
    page = browser.get(f"/settings/staff/{teacher.id}").text
    assert "District admin" not in page.split("<select")[1].split("</select>")[0]
    changed = browser.post(f"/settings/staff/{teacher.id}", data=form_of(teacher, role="office", name="Dana Okafor-Reyes"))
    assert changed.status_code == 303
    assert (teacher.role, teacher.name) == ("office", "Dana Okafor-Reyes")
    line = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert line is not None
    assert (line.action, line.staff_id, line.subject_id) == ("staff.changed", principal.id, teacher.id)
    assert line.details["before"]["role"] == "teacher"


@pytest.mark.parametrize("way", ["form", "list", "invite"])
def test_nobody_gives_more_than_they_have(sign_in: SignIn, principal: Staff, teacher: Staff, school, way: str) -> None:
    other = SchoolFactory(district=None, district_id=school.district_id, name="Summit High")
    browser = sign_in(principal)
    if way == "form":
        promoted = browser.post(f"/settings/staff/{teacher.id}", data=form_of(teacher, role="district_admin"))
        moved = browser.post(f"/settings/staff/{teacher.id}", data=form_of(teacher, schools=[school.id, other.id]))
    elif way == "list":
        promoted = browser.post(f"/settings/staff/{teacher.id}/role", data={"role": "district_admin"}, headers=HTMX)
        moved = browser.post(f"/settings/staff/{teacher.id}/role", data={"role": "superuser"}, headers=HTMX)
    else:
        new = {"email": "n@x.test", "name": "N"}
        promoted = browser.post("/settings/staff/invite", data={**new, "role": "district_admin", "schools": [school.id]})
        moved = browser.post("/settings/staff/invite", data={**new, "role": "teacher", "schools": [other.id]})
    assert promoted.status_code in {403, 422}
    assert moved.status_code in {400, 403, 422}
    assert (teacher.role, teacher.school_ids) == ("teacher", [school.id])
    assert db.session.scalars(select(Staff).where(Staff.email == "n@x.test")).all() == []


def test_the_service_refuses_what_a_form_would_not_offer(app: Flask, principal: Staff, teacher: Staff, admin: Staff, school) -> None:
    other = SchoolFactory(district=None, district_id=school.district_id)
    db.session.commit()
    with pytest.raises(NotYoursToManage):
        service.change_staff(principal, teacher.id, role=Role.DISTRICT_ADMIN)
    with pytest.raises(NotYoursToManage):
        service.change_staff(principal, teacher.id, role=Role.TEACHER, school_ids=[other.id])
    with pytest.raises(NotYoursToManage):
        service.change_staff(principal, principal.id, role=Role.DISTRICT_ADMIN)
    with pytest.raises(NotVisible):
        service.deactivate(principal, admin.id)
    with pytest.raises(NotVisible):
        service.mail_reset_link(principal, admin.id)


def test_somebody_of_two_schools_belongs_to_the_district(sign_in: SignIn, principal: Staff, school) -> None:
    other = SchoolFactory(district=None, district_id=school.district_id, name="Summit High")
    shared = StaffFactory(schools=[school, other], district=None, district_id=school.district_id, name="Both Houses")
    browser = sign_in(principal)
    page = browser.get(f"/settings/staff/{shared.id}").text
    assert "Only a district admin" in page
    assert browser.post(f"/settings/staff/{shared.id}/deactivate").status_code == 403
    assert shared.status == StaffStatus.ACTIVE


@pytest.mark.parametrize("act", ["", "/role", "/deactivate", "/reactivate", "/unlock", "/invitation", "/reset", "/sessions/end"])
def test_a_strangers_id_is_nobody(sign_in: SignIn, admin: Staff, act: str) -> None:
    stranger = StaffFactory(name="Another District", schools=[SchoolFactory()])
    browser = sign_in(admin)
    assert browser.get(f"/settings/staff/{stranger.id}").status_code == 404
    assert browser.post(f"/settings/staff/{stranger.id}{act}", data={"role": "viewer", "name": "x"}).status_code == 404
    assert (stranger.status, stranger.role) == (StaffStatus.ACTIVE, "teacher")


@pytest.mark.parametrize("role", [Role.TEACHER, Role.OFFICE, Role.VIEWER])
def test_others_manage_nobody(sign_in: SignIn, teacher: Staff, school, role: Role) -> None:
    me = StaffFactory(schools=[school], district=None, district_id=school.district_id, role=role)
    browser = sign_in(me)
    for path in ("/settings/staff", f"/settings/staff/{teacher.id}", "/settings/staff/invite", "/settings/audit", "/settings/audit.csv"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"/settings/staff/{teacher.id}/deactivate").status_code == 403
    sections = browser.get("/settings/profile").text
    assert "/settings/staff" not in sections
    assert "/settings/audit" not in sections


def test_a_closed_account_is_out_at_once_and_may_come_back(client: FlaskClient, sign_in: SignIn, admin: Staff, teacher: Staff) -> None:
    theirs, mine = sign_in(teacher), sign_in(admin)
    assert mine.post(f"/settings/staff/{teacher.id}/deactivate").status_code == 303
    assert theirs.get("/settings/profile").status_code == 303
    assert log_in(client, teacher).status_code == 422
    assert "Open again" in mine.get(f"/settings/staff/{teacher.id}").text
    mine.post(f"/settings/staff/{teacher.id}/reactivate")
    assert log_in(client, teacher).status_code == 303


def test_an_admin_unlocks(client: FlaskClient, sign_in: SignIn, principal: Staff, teacher: Staff) -> None:
    for _ in range(5):
        log_in(client, teacher, "wrong wrong wrong")
    browser = sign_in(principal)
    assert "Locked until" in browser.get("/settings/staff").text
    assert "Let them try again" in browser.get(f"/settings/staff/{teacher.id}").text
    browser.post(f"/settings/staff/{teacher.id}/unlock")
    assert log_in(client, teacher).status_code == 303


def test_an_admin_ends_sessions_of_a_lost_phone(sign_in: SignIn, admin: Staff, teacher: Staff) -> None:
    phone, mine = sign_in(teacher), sign_in(admin)
    mine.post(f"/settings/staff/{teacher.id}/sessions/end")
    assert phone.get("/settings/profile").status_code == 303


def test_the_last_admin_stays(sign_in: SignIn, admin: Staff, school) -> None:
    browser = sign_in(admin)
    browser.post(f"/settings/staff/{admin.id}/deactivate")
    assert "last district admin" in browser.get(f"/settings/staff/{admin.id}").text
    demoted = browser.post(f"/settings/staff/{admin.id}", data=form_of(admin, role="teacher", schools=[school.id]))
    assert demoted.status_code == 422
    assert "last district admin" in demoted.text
    in_list = browser.post(f"/settings/staff/{admin.id}/role", data={"role": "teacher"}, headers=HTMX)
    assert in_list.status_code == 422
    assert (admin.role, admin.status) == (Role.DISTRICT_ADMIN, StaffStatus.ACTIVE)
    second = StaffFactory(district=None, district_id=school.district_id, role=Role.DISTRICT_ADMIN)
    assert browser.post(f"/settings/staff/{admin.id}", data=form_of(admin, role="teacher", schools=[school.id])).status_code == 303
    assert admin.role == Role.TEACHER
    with pytest.raises(LastAdmin):
        service.deactivate(second, second.id)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_two_admins_cannot_remove_each_other_at_the_same_time(kind: str, request: pytest.FixtureRequest) -> None:
    app: Flask = request.getfixturevalue("app" if kind == "sqlite" else "postgres_app")
    district = DistrictFactory()
    pair = [StaffFactory(district=None, district_id=district.id, role=Role.DISTRICT_ADMIN) for _ in range(2)]
    db.session.commit()
    ids = [staff.id for staff in pair]
    barrier = threading.Barrier(2)
    refused: list[type[Exception]] = []

    def remove(mine: int, other: int) -> None:
        with app.app_context():
            me = db.session.get_one(Staff, mine)
            barrier.wait(10)
            try:
                service.deactivate(me, other)
            except LastAdmin as refusal:
                refused.append(type(refusal))
            db.session.remove()

    threads = [threading.Thread(target=remove, args=order) for order in ((ids[0], ids[1]), (ids[1], ids[0]))]
    for running in threads:
        running.start()
    for running in threads:
        running.join(20)
    db.session.expire_all()
    active = db.session.scalars(select(Staff.id).where(Staff.status == StaffStatus.ACTIVE)).all()
    assert len(active) == 1
    assert refused == [LastAdmin]


def test_an_email_belongs_to_one_person(sign_in: SignIn, admin: Staff, teacher: Staff, school) -> None:
    data = {"email": "DANA@cedar.test", "name": "Somebody", "role": "teacher", "schools": [school.id]}
    answer = sign_in(admin).post("/settings/staff/invite", data=data)
    assert answer.status_code == 422
    assert "already has an account" in answer.text
    assert 'value="Somebody"' in answer.text


@pytest.mark.parametrize("email", ["", "dana", "dana@", "@x.test", "a b@x.test", "a@x.test\nBcc: b@x.test"])
def test_a_bad_email_is_refused_beside_its_field(sign_in: SignIn, admin: Staff, school, email: str) -> None:
    answer = sign_in(admin).post("/settings/staff/invite", data={"email": email, "name": "N", "role": "teacher", "schools": [school.id]})
    assert answer.status_code == 422
    assert 'id="email-d"' in answer.text


def test_script_in_a_name_stays_text(sign_in: SignIn, admin: Staff, school) -> None:
    evil = '<script>alert("x")</script>'
    victim = StaffFactory(schools=[school], district=None, district_id=school.district_id, name=evil, job_title=evil, formal_name=evil)
    browser = sign_in(admin)
    browser.post(f"/settings/staff/{victim.id}/deactivate")
    for path in ("/settings/staff", "/settings/staff?status=deactivated", f"/settings/staff/{victim.id}", "/settings/audit"):
        page = browser.get(path).text
        assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in browser.get("/settings/audit").text


def test_without_mail_the_page_gives_the_link(client: FlaskClient, sign_in: SignIn, admin: Staff, teacher: Staff) -> None:
    browser = sign_in(admin)
    assert "staff-link" not in browser.get(f"/settings/staff/{teacher.id}").text
    browser.post(f"/settings/staff/{teacher.id}/reset")
    page = browser.get(f"/settings/staff/{teacher.id}").text
    address = page.partition('id="staff-link">')[2].partition("<")[0]
    assert client.get(address.removeprefix("http://localhost")).location == "/password/new"


def test_authority_is_only_within_a_district(app: Flask, admin: Staff) -> None:
    assert not authority.may_manage(admin, StaffFactory())


def test_unlocking_counts_from_the_start(app: Flask, admin: Staff, teacher: Staff) -> None:
    db.session.commit()
    for _ in range(4):
        throttle.take_try(teacher.email)
    service.unlock(admin, teacher.id)
    assert throttle.take_try(teacher.email) == 1
