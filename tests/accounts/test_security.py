"""What every page promises: forms carry their token, headers are strict, tries are limited."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.accounts.models import Staff
from app.config import Settings
from app.core.database import db
from tests.accounts.conftest import PASSWORD, log_in
from tests.conftest import Browser, SignIn, settings_for

PAGES = ["/sign-in", "/password/forgot", "/settings/profile", "/settings/security", "/settings/staff", "/settings/audit", "/nowhere"]


@pytest.fixture
def with_csrf(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_form_without_its_token_changes_nothing(with_csrf: Flask, sign_in: SignIn, admin: Staff, teacher: Staff) -> None:
    browser = sign_in(admin)
    without_cookies = (
        "/webhooks",
        "/simulator",
        "/g/",
        "/emails/",
        "/answer/",
        "/fax-link/",
        "/v/",
        "/api/",
        "/ringplan/",
        "/groupcall/",
        "/courier/",
    )  # signed, by a key of another system, or by a secret in the address: no cookie speaks for anybody
    posts = [
        rule for rule in with_csrf.url_map.iter_rules() if "POST" in (rule.methods or ()) and not rule.rule.startswith(without_cookies)
    ]
    assert len(posts) > 30
    for rule in posts:
        values = dict.fromkeys(rule.arguments, 1) | {
            "token": "x",
            "what": "undo",
            "attachment_uuid": "0" * 8 + "-0000-7000-8000-" + "0" * 12,
        }
        with with_csrf.test_request_context():
            built = rule.build({name: value for name, value in values.items() if name in rule.arguments})
        assert built is not None
        assert browser.post(built[1]).status_code == 400, rule
        assert browser.post(built[1], headers={"X-CSRFToken": "forged"}).status_code == 400, rule
    assert browser.get("/settings/profile").status_code == 200  # not even signed out


def test_signing_in_needs_the_token_as_well(with_csrf: Flask, client: FlaskClient, teacher: Staff) -> None:
    assert log_in(client, teacher).status_code == 400
    token = token_in(client.get("/sign-in").text)
    assert log_in(client, teacher, csrf_token=token).status_code == 303


def test_a_form_of_a_session_that_ended_asks_to_sign_in(with_csrf: Flask, sign_in: SignIn, teacher: Staff) -> None:
    from app.accounts import sessions

    browser = sign_in(teacher)
    sessions.end_sessions(teacher)
    answer = browser.post("/settings/profile", headers={"HX-Request": "true", "X-CSRFToken": "old"})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", PAGES)
def test_headers_are_strict_on_every_page(sign_in: SignIn, admin: Staff, path: str) -> None:
    answer = sign_in(admin).get(path, follow_redirects=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self';" in policy  # which holds for sockets, too
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-ID"].startswith("HR-")
    assert not re.search(r"<[^>]*\s(style|on\w+)=", answer.text)


def test_the_cookie_is_for_the_server_only(client: FlaskClient, teacher: Staff) -> None:
    header = log_in(client, teacher).headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


def test_behind_https_the_cookie_and_the_browser_stay_there(settings: Settings) -> None:
    secure = create_app(settings_for(settings.data, public_url="https://homeroom.school.test"))
    answer = secure.test_client().get("/sign-in", base_url="https://homeroom.school.test")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.fixture
def limited(settings: Settings):
    app = create_app(settings_for(settings.data, rate_limits=True))
    app.test_client_class = Browser
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        yield app
        db.session.remove()


def test_one_address_may_fail_only_so_often(limited: Flask) -> None:
    browser = limited.test_client()
    answers = [log_in(browser, f"nobody{number}@x.test", "wrong wrong wrong") for number in range(41)]
    assert {answer.status_code for answer in answers[:40]} == {422}
    refused = answers[40]
    assert refused.status_code == 429
    assert re.search(r"Wait [1-5] minutes?, then try again", refused.text)
    assert 1 <= int(refused.headers["Retry-After"]) <= 300
    program = browser.post("/sign-in", data={"email": "a@x.test", "password": "x"}, headers={"Accept": "application/json"})
    assert program.json["error"]["code"] == "too_many_requests"
    elsewhere = limited.test_client().post(
        "/sign-in", data={"email": "a@x.test", "password": "wrong"}, environ_base={"REMOTE_ADDR": "10.0.0.9"}
    )
    assert elsewhere.status_code == 422


def test_a_school_behind_one_address_signs_in_together(limited: Flask) -> None:
    from app.accounts.passwords import hash_password
    from tests.factories import SchoolFactory, StaffFactory

    school, kept = SchoolFactory(), hash_password(PASSWORD)
    people = [StaffFactory(schools=[school], email=f"t{number}@x.test", password_hash=kept) for number in range(60)]
    assert {log_in(limited.test_client(), person).status_code for person in people} == {303}


def test_one_account_is_mailed_only_so_often(limited: Flask) -> None:
    browser = limited.test_client()
    answers = [browser.post("/password/forgot", data={"email": "dana@x.test"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
