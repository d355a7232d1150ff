"""Invitations and password resets, from the mail to the new session."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import service, sessions
from app.accounts.models import AuditEvent, OneTimeToken, Role, Staff, StaffStatus
from app.accounts.passwords import check_strength, password_matches
from app.core.clock import now
from app.core.database import db, transaction
from app.core.mail import MailNotSent
from tests.accounts.conftest import PASSWORD, link_in, log_in
from tests.conftest import SignIn

NEW = "seven green paper boats"


def invited(sign_in: SignIn, admin: Staff, school) -> Staff:
    answer = sign_in(admin).post(
        "/settings/staff/invite",
        data={"email": "New.Person@Cedar.test", "name": "Noor Haddad", "role": "teacher", "schools": [school.id]},
    )
    assert answer.status_code == 303
    return db.session.scalars(select(Staff).where(Staff.email == "new.person@cedar.test")).one()


def test_an_invited_person_chooses_a_password_and_is_in(client: FlaskClient, sign_in: SignIn, admin: Staff, school, mailbox) -> None:
    staff = invited(sign_in, admin, school)
    assert staff.status == StaffStatus.INVITED
    (letter,) = mailbox()
    assert mailbox() == [letter]  # once
    path = link_in(letter)
    assert db.session.scalars(select(OneTimeToken.token_hash)).one() not in path
    opened = client.get(path)
    assert (opened.status_code, opened.location) == (303, "/welcome")
    assert "Noor Haddad" in client.get("/welcome").text
    weak = client.post("/welcome", data={"password": "short"})
    assert weak.status_code == 422
    assert "at least 10 characters" in weak.text
    assert client.post("/welcome", data={"password": NEW}).location == "/"
    assert client.get("/settings/profile").status_code == 200
    assert (staff.status, staff.school_ids) == (StaffStatus.ACTIVE, [school.id])
    assert db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all() == ["staff.invited", "staff.joined"]


def test_a_used_invitation_opens_nothing(app: Flask, sign_in: SignIn, admin: Staff, school, mailbox) -> None:
    staff = invited(sign_in, admin, school)
    path = link_in(mailbox()[0])
    first, second = app.test_client(), app.test_client()
    first.get(path)
    second.get(path)
    assert first.post("/welcome", data={"password": NEW}).status_code == 303
    late = second.post("/welcome", data={"password": "another long password"})
    assert late.status_code == 410
    assert "no longer works" in late.text
    assert password_matches(staff.password_hash, NEW)
    assert app.test_client().get(path).status_code == 410


@pytest.mark.parametrize(("age", "works"), [(timedelta(days=6, hours=23), True), (timedelta(days=7, seconds=1), False)])
def test_an_invitation_works_for_seven_days(client, sign_in: SignIn, admin: Staff, school, mailbox, age: timedelta, works: bool) -> None:
    invited(sign_in, admin, school)
    path = link_in(mailbox()[0])
    with time_machine.travel(now() + age):
        assert (client.get(path).status_code == 303) is works


def test_a_new_invitation_replaces_the_old_one(client: FlaskClient, sign_in: SignIn, admin: Staff, school, mailbox) -> None:
    staff = invited(sign_in, admin, school)
    old = link_in(mailbox()[0])
    assert sign_in(admin).post(f"/settings/staff/{staff.id}/invitation").status_code == 303
    new = link_in(mailbox()[1])
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 303


def test_a_reset_link_sets_a_password_and_ends_every_session(client: FlaskClient, sign_in: SignIn, teacher: Staff, mailbox) -> None:
    here, there = sign_in(teacher), sign_in(teacher)
    asked = client.post("/password/forgot", data={"email": "Dana@Cedar.test"})
    assert "a link is on its way" in asked.text
    path = link_in(mailbox()[0])
    assert client.get(path).location == "/password/new"
    assert client.get("/password/new").status_code == 200
    assert client.post("/password/new", data={"password": "dana@cedar.test"}).status_code == 422
    done = client.post("/password/new", data={"password": NEW})
    assert done.location == "/sign-in?done=password"
    assert "Your new password works" in client.get(done.location).text
    assert here.get("/settings/profile").status_code == there.get("/settings/profile").status_code == 303
    assert log_in(client, teacher).status_code == 422
    assert log_in(client, teacher, NEW).status_code == 303
    assert client.get(path).status_code == 410


def test_a_reset_link_works_for_an_hour(client: FlaskClient, teacher: Staff, mailbox) -> None:
    client.post("/password/forgot", data={"email": teacher.email})
    path = link_in(mailbox()[0])
    client.get(path)
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert client.get(path).status_code == 410
        assert client.post("/password/new", data={"password": NEW}).status_code == 410
    assert password_matches(teacher.password_hash, PASSWORD)


def test_asking_for_a_link_says_the_same_for_everybody(client: FlaskClient, teacher: Staff, mailbox) -> None:
    with time_machine.travel(now(), tick=False):  # the forgery token of a page says when it was made
        known = client.post("/password/forgot", data={"email": teacher.email}).text
        unknown = client.post("/password/forgot", data={"email": "nobody@cedar.test"}).text
    assert known.replace(teacher.email, "X") == unknown.replace("nobody@cedar.test", "X")
    assert len(mailbox()) == 1


def test_a_link_of_one_kind_is_not_one_of_another(client: FlaskClient, teacher: Staff, mailbox) -> None:
    client.post("/password/forgot", data={"email": teacher.email})
    token = link_in(mailbox()[0]).rpartition("/")[2]
    assert client.get(f"/invitation/{token}").status_code == 410
    assert client.get(f"/unlock/{token}").status_code == 410
    client.get(f"/password/reset/{token}")
    assert client.post("/unlock").status_code == 410


def test_closing_an_account_withdraws_its_links(client: FlaskClient, admin: Staff, teacher: Staff, mailbox) -> None:
    client.post("/password/forgot", data={"email": teacher.email})
    path = link_in(mailbox()[0])
    service.deactivate(admin, teacher.id)
    assert client.get(path).status_code == 410
    service.request_reset(teacher.email)
    assert len(mailbox()) == 1


def test_changing_the_password_ends_the_other_sessions(sign_in: SignIn, teacher: Staff) -> None:
    here, there = sign_in(teacher), sign_in(teacher)
    wrong = here.post("/settings/security/password", data={"current": "not it at all", "password": NEW})
    assert wrong.status_code == 422
    assert "not your current password" in wrong.text
    weak = here.post("/settings/security/password", data={"current": PASSWORD, "password": "password123456"})
    assert weak.status_code == 422
    assert here.post("/settings/security/password", data={"current": PASSWORD, "password": NEW}).status_code == 303
    assert here.get("/settings/security").status_code == 200
    assert there.get("/settings/security").status_code == 303
    assert password_matches(teacher.password_hash, NEW)


def test_one_device_or_all_others_or_everywhere(sign_in: SignIn, teacher: Staff) -> None:
    here, lost, other = sign_in(teacher), sign_in(teacher), sign_in(teacher)
    mine, second, third = sorted(row.id for row in sessions.sessions_of(teacher))
    page = here.get("/settings/security").text
    assert page.count("/sessions/") >= 2
    assert here.post(f"/settings/security/sessions/{second}/end").status_code == 303
    assert lost.get("/settings/security").status_code == 303
    assert other.get("/settings/security").status_code == 200
    assert here.post("/settings/security/sessions/end").status_code == 303
    assert other.get("/settings/security").status_code == 303
    assert here.post(f"/settings/security/sessions/{third}/end").status_code == 404  # ended already
    assert here.post("/settings/security/sessions/end", data={"everywhere": "1"}).location == "/sign-in"
    assert here.get("/settings/security").status_code == 303
    assert mine not in [row.id for row in sessions.sessions_of(teacher)]


def test_nobody_ends_a_strangers_session(sign_in: SignIn, teacher: Staff, principal: Staff) -> None:
    victim, burglar = sign_in(teacher), sign_in(principal)
    (row,) = sessions.sessions_of(teacher)
    assert burglar.post(f"/settings/security/sessions/{row.id}/end").status_code == 404
    assert victim.get("/settings/security").status_code == 200


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        ("four quiet garden snails", True),
        ("ñandú corre lejos", True),
        ("short word", True),
        ("too short", False),
        ("password12345", False),
        ("homeroom2026!!", False),
        ("dana@cedar.test", False),
        ("Dana Okafor", False),
        ("aaaaaaaaaaaaaaaa", False),
        ("abababababababab", False),
        ("x" * 257, False),
    ],
)
def test_what_is_guessed_first_is_refused(app: Flask, password: str, fits: bool) -> None:
    from app.accounts.errors import WeakPassword

    try:
        with app.test_request_context():
            check_strength(password, email="dana@cedar.test", name="Dana Okafor")
    except WeakPassword:
        assert not fits
    else:
        assert fits


def test_a_mail_that_fails_comes_due_again_and_is_given_up_in_the_end(app: Flask, teacher: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.core import mail

    def broken(_letter: object) -> None:
        raise MailNotSent

    monkeypatch.setattr(mail, "send", broken)
    with time_machine.travel(now(), tick=False) as clock:
        with transaction():
            link = service.issue_link(teacher, "unlock")
        tries = 0
        for _ in range(50):
            before = link.mail_attempts
            try:
                service.mail_link(link.id)
            except MailNotSent:
                tries += 1
                assert link.mail_attempts == before + 1
            clock.shift(timedelta(minutes=1))
        assert tries == 5  # after 0, 2, 6, 14 and 30 minutes; the next would be at 62
        assert link.mailed_at is None


def test_everybody_from_the_roster_is_invited_at_once(sign_in: SignIn, principal: Staff, school, mailbox) -> None:
    from tests.factories import StaffFactory

    for number in range(3):
        StaffFactory(schools=[school], email=f"roster{number}@cedar.test", status=StaffStatus.INVITED)
    StaffFactory(email="elsewhere@cedar.test", status=StaffStatus.INVITED, role=Role.TEACHER)
    browser = sign_in(principal)
    assert "3 people have no invitation yet" in browser.get("/settings/staff?status=invited").text
    assert browser.post("/settings/staff/invitations").status_code == 303
    assert len(mailbox()) == 3
    assert browser.post("/settings/staff/invitations").status_code == 303
    assert len(mailbox()) == 3
