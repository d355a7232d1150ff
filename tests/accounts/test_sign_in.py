"""The front door, as people and as burglars find it."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import throttle
from app.accounts.models import AuditEvent, SignInThrottle, Staff, StaffSession, StaffStatus
from app.accounts.passwords import Passwords
from app.core.clock import now
from app.core.database import db
from app.core.office_hours import WEEKDAYS
from tests.accounts.conftest import PASSWORD, link_in, log_in
from tests.conftest import SignIn


def test_a_teacher_signs_in_and_goes_where_she_wanted(client: FlaskClient, teacher: Staff) -> None:
    asked = client.get("/settings/profile?tab=2")
    assert asked.status_code == 303
    assert asked.location == "/sign-in?next=%2Fsettings%2Fprofile%3Ftab%3D2"
    form = client.get(asked.location)
    assert 'value="/settings/profile?tab=2"' in form.text
    answer = log_in(client, "  DANA@cedar.test ", next="/settings/profile?tab=2")
    assert (answer.status_code, answer.location) == (303, "/settings/profile?tab=2")
    assert client.get("/settings/profile").status_code == 200
    assert db.session.scalars(select(AuditEvent.action)).all() == ["staff.signed_in"]


def test_signing_out_ends_the_session_for_good(client: FlaskClient, teacher: Staff) -> None:
    log_in(client, teacher)
    cookie = client.get_cookie("homeroom")
    assert cookie is not None
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/settings/profile").status_code == 303
    client.set_cookie("homeroom", cookie.value)  # somebody kept the cookie
    assert client.get("/settings/profile").status_code == 303


def refusal(text: str) -> str:
    found = re.search(r'class="error-text"[^>]*>(?:<svg.*?</svg>)?([^<]+)<', text)
    assert found, text
    return found[1]


@pytest.mark.parametrize("status", [StaffStatus.ACTIVE, StaffStatus.INVITED, StaffStatus.DEACTIVATED, None])
def test_a_refusal_says_the_same_whoever_it_is(client: FlaskClient, teacher: Staff, status: StaffStatus | None) -> None:
    who = "nobody@cedar.test"
    if status is not None:
        teacher.status, who = status, teacher.email
    right_only_for_active = "wrong wrong wrong" if status == StaffStatus.ACTIVE else PASSWORD
    answers = [log_in(client, who, right_only_for_active) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert refusal(answers[0].text).startswith("That password doesn’t match this email.")
    assert refusal(answers[5].text).startswith("Too many tries for this email. Wait 1 minute,")
    assert "Cedar Grove" in answers[0].text  # the board stays
    assert f'value="{who}"' in answers[0].text  # and so does what was typed, without the password
    assert right_only_for_active not in answers[0].text


@pytest.mark.own_app
def test_an_unknown_email_takes_as_long_as_a_known_one(app: Flask, client: FlaskClient, teacher: Staff) -> None:
    hashed: list[str] = []
    passwords = app.extensions["passwords"]
    honest = passwords.hasher.verify

    class Counting:
        def verify(self, known: str, password: str) -> bool:
            hashed.append(known)
            return honest(known, password)

        check_needs_rehash = passwords.hasher.check_needs_rehash

    passwords.hasher = Counting()
    log_in(client, teacher, "wrong wrong wrong")
    log_in(client, "nobody@cedar.test", "wrong wrong wrong")
    teacher.status = StaffStatus.DEACTIVATED
    log_in(client, teacher)
    assert hashed == [teacher.password_hash, passwords.nobodys, passwords.nobodys]


def test_to_look_at_nobodys_password_costs_what_any_other_costs() -> None:
    honest = Passwords(fast=False)
    assert not honest.is_outdated(honest.nobodys)
    assert not honest.match(None, "a password that nobody has")


def test_failed_tries_make_everybody_wait_and_the_wait_doubles(client: FlaskClient, teacher: Staff) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(5):
            log_in(client, teacher, "wrong wrong wrong")
        assert log_in(client, teacher).status_code == 429  # even the right one
        clock.shift(timedelta(seconds=61))
        assert log_in(client, teacher, "wrong wrong wrong").status_code == 422
        clock.shift(timedelta(seconds=61))
        assert log_in(client, teacher).status_code == 429
        clock.shift(timedelta(seconds=60))
        assert log_in(client, teacher).status_code == 303
        assert db.session.scalars(select(SignInThrottle)).all() == []
        actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
        assert actions == ["staff.locked_out", "staff.locked_out", "staff.signed_in"]


@pytest.mark.parametrize(("failures", "minutes"), [(4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (400, 60)])
def test_the_wait_grows_to_an_hour(failures: int, minutes: int) -> None:
    assert throttle.wait_after(failures) == timedelta(minutes=minutes)


def test_the_way_back_is_a_mailed_link(client: FlaskClient, teacher: Staff, mailbox) -> None:
    for _ in range(5):
        log_in(client, teacher, "wrong wrong wrong")
    (letter,) = mailbox()
    assert "failed tries" in letter
    opened = client.get(link_in(letter))
    assert (opened.status_code, opened.location) == (303, "/unlock")  # the secret is gone from the address bar
    assert log_in(client, teacher).status_code == 429  # opening is not enough: scanners open links as well
    assert client.post("/unlock").location == "/sign-in?done=unlocked"
    assert log_in(client, teacher).status_code == 303
    assert client.get(link_in(letter)).status_code == 410


def test_tries_at_the_same_time_all_count(app: Flask, teacher: Staff) -> None:
    db.session.commit()
    for _ in range(4):
        throttle.take_try(teacher.email)
    assert throttle.take_try(teacher.email) == 5
    with pytest.raises(throttle.LockedOut):
        throttle.take_try(teacher.email)


def test_an_old_hash_is_renewed_with_the_next_sign_in(client: FlaskClient, teacher: Staff) -> None:
    teacher.password_hash = PasswordHasher(time_cost=2, memory_cost=512, parallelism=1).hash(PASSWORD)
    before = teacher.password_hash
    assert log_in(client, teacher).status_code == 303
    assert teacher.password_hash != before
    after = teacher.password_hash
    client.post("/sign-out")
    assert log_in(client, teacher).status_code == 303
    assert teacher.password_hash == after


def test_a_planted_cookie_gives_nothing_away(app: Flask, teacher: Staff) -> None:
    victim = app.test_client()
    with victim.session_transaction() as planted:
        planted["planted"] = "by a burglar"
        planted["csrf_token"] = "known to the burglar"
    log_in(victim, teacher)
    with victim.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != "known to the burglar"
        assert session["_user_id"] not in db.session.scalars(select(StaffSession.token_hash)).all()


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "\\\\evil.test",
        "javascript:alert(1)",
        "/\t/evil.test",
        "http:evil.test",
        "evil.test",
        "/sign-out",
    ],
)
def test_nobody_is_sent_elsewhere(client: FlaskClient, teacher: Staff, wanted: str) -> None:
    assert log_in(client, teacher, next=wanted).location == "/"
    assert client.get("/sign-in", query_string={"next": wanted}).location == "/"


def test_a_shared_computer_gets_a_short_session(client: FlaskClient, teacher: Staff) -> None:
    log_in(client, teacher, shared="y")
    (row,) = db.session.scalars(select(StaffSession))
    assert row.idle_seconds == 15 * 60
    cookie = client.get_cookie("homeroom")
    assert cookie is not None
    assert cookie.expires is None  # it goes with the browser
    assert client.post("/sign-out").headers["Clear-Site-Data"] == '"storage"'


def test_an_empty_form_says_what_is_missing(client: FlaskClient, app: Flask) -> None:
    answer = client.post("/sign-in", data={"email": "", "password": ""})
    assert answer.status_code == 422
    assert "Type your school email." in answer.text
    assert "Type your password." in answer.text


def test_the_board_names_offices_and_holidays_but_no_person(client: FlaskClient, teacher: Staff, school) -> None:
    from app.directory.models import SchoolClosure

    school.phone = "+15035550100"
    db.session.add(SchoolClosure(school_id=school.id, day=now().date() + timedelta(days=3), name="Thanksgiving break"))
    page = client.get("/sign-in").text
    assert "Thanksgiving break" in page
    assert "(503) 555-0100" in page
    assert teacher.name not in page


def test_the_form_speaks_spanish(client: FlaskClient, app: Flask) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert 'lang="es"' in page.text
    assert 'lang="en"' in client.get("/sign-in?lang=en", headers={"Accept-Language": "es"}).text


def test_a_session_that_ended_asks_above_the_page_and_renews_the_token(app: Flask, sign_in: SignIn, teacher: Staff) -> None:
    browser = sign_in(teacher)
    from app.accounts import sessions

    sessions.end_sessions(teacher)
    lost = browser.get("/settings/profile", headers={"HX-Request": "true"})
    assert lost.status_code == 401
    assert "<html" not in lost.text
    assert browser.get("/settings/profile", headers={"Accept": "application/json"}).json["error"]["code"] == "unauthorized"
    dialog = browser.get("/sign-in/again").text
    assert 'id="sign-in-dialog"' in dialog
    wrong = browser.post("/sign-in", data={"email": teacher.email, "password": "x"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert 'id="sign-in-dialog"' in wrong.text
    answer = browser.post("/sign-in", data={"email": teacher.email, "password": PASSWORD}, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert '"csrf"' in answer.headers["HX-Trigger"]
    assert browser.get("/settings/profile").status_code == 200


def test_argon2_is_slow_where_it_matters() -> None:
    from app.accounts.passwords import Passwords

    started = time.process_time()
    kept = Passwords(fast=False).hash(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert "m=65536,t=3" in kept
    assert time.process_time() - started > 0.02


def test_a_school_that_never_closes_has_a_board(client: FlaskClient, teacher: Staff, school) -> None:
    school.office_hours = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    assert "until 12:00 AM" in client.get("/sign-in").text
