"""The page "API and webhooks": a key is shown once, says what it may do, is replaced with an overlap, and revoked."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import service
from app.accounts.callers import caller_of
from app.accounts.models import ApiKey, Bearer, Role, Staff
from app.accounts.sandbox import SANDBOX_TOKEN
from app.accounts.scopes import Scope
from app.config import Settings
from app.core.clock import now
from app.core.database import db
from app.core.ids import new_uuid
from app.directory.models import School
from tests.conftest import SignIn
from tests.factories import SchoolFactory, StaffFactory, api_bearer

NEW, LIST = "/settings/api/keys/new", "/settings/api"
ONCE = re.compile(r'name="once" value="([0-9a-f-]{36})"')
TOKEN = re.compile(r'id="new-key"[^>]*>([^<]+)<')


@pytest.fixture
def school(app: Flask) -> School:
    return SchoolFactory(name="Cedar Grove Elementary")


@pytest.fixture
def admin(school: School) -> Staff:
    return StaffFactory(district=None, district_id=school.district_id, role=Role.DISTRICT_ADMIN, name="Thandi Mokoena")


@pytest.fixture
def pages(admin: Staff, sign_in: SignIn) -> FlaskClient:
    return sign_in(admin)


def filled(**more: object) -> dict[str, object]:
    return {"name": "Attendance sync", "may": ["read_people", "send_texts"], "acts": "district", "once": str(new_uuid()), **more}


def test_a_key_is_shown_once_and_a_form_that_is_sent_again_makes_no_other(pages: FlaskClient) -> None:
    form = filled()
    assert not re.search(r'name="may"[^>]* checked', pages.get(NEW).text)  # a key may nothing that nobody ticked
    made = pages.post(NEW, data=form)
    token = TOKEN.search(made.text)
    assert token is not None
    assert made.headers["Cache-Control"] == "no-store"
    caller = caller_of(token[1])
    assert caller is not None
    assert caller.scopes == {Scope.READ_PEOPLE, Scope.SEND_TEXTS}
    assert not caller.staff.is_person
    page = pages.get(LIST).text
    assert token[1] not in page
    assert token[1][-4:] in page
    assert "by Thandi Mokoena" in page
    again = pages.post(NEW, data=form, follow_redirects=True)
    assert "made before" in again.text
    assert TOKEN.search(again.text) is None
    assert db.session.scalar(select(func.count(ApiKey.id))) == db.session.scalar(select(func.count(Bearer.id))) == 1


def test_a_key_acts_for_some_schools_or_as_a_person_and_ends_when_its_last_day_is_over(pages: FlaskClient, school: School) -> None:
    teacher = StaffFactory(schools=[school], district=None, district_id=school.district_id, email="dana@cedar.test")
    db.session.commit()
    day = (now() + timedelta(days=3)).date().isoformat()
    token = TOKEN.search(pages.post(NEW, data=filled(acts="schools", schools=[str(school.id)], expires=day)).text)
    assert token is not None
    caller = caller_of(token[1])
    assert caller is not None
    assert caller.staff.school_ids == [school.id]
    assert caller.key.expires_at is not None
    assert caller.key.expires_at.date().isoformat() > day
    assert "expires in" in pages.get(LIST).text
    assert "Expires soon" in pages.get(LIST).text
    token = TOKEN.search(pages.post(NEW, data=filled(acts="person", email="Dana@cedar.test", name="As Dana")).text)
    acts = caller_of(token[1]) if token else None
    assert acts is not None
    assert acts.staff.id == teacher.id
    token = TOKEN.search(pages.post(NEW, data=filled(may=[str(one) for one in Scope], name="All of it")).text)
    everything = caller_of(token[1]) if token else None
    assert everything is not None
    assert everything.bearer.type == "Admin"
    assert "Everything" in pages.get(LIST).text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Type what this key is for."),
        ({"may": []}, "Choose at least one thing."),
        ({"may": ["manage"], "acts": "schools", "schools": ["1"]}, "Managing is for the whole district."),
        ({"may": ["webhooks"], "acts": "schools", "schools": ["1"]}, "Webhooks hear the whole district."),
        ({"acts": "schools"}, "Choose at least one school."),
        ({"acts": "person"}, "Type the school email"),
        ({"acts": "person", "email": "nobody@cedar.test"}, "Nobody active in this district"),
        ({"expires": "2020-01-01"}, "This day is over."),
        ({"may": ["everything"]}, "not a valid choice"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(pages: FlaskClient, wrong: dict[str, object], words: str) -> None:
    answer = pages.post(NEW, data=filled(**wrong))
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalar(select(func.count(Bearer.id))) == 0


def test_a_key_is_replaced_revoked_and_its_system_changed(pages: FlaskClient, school: School) -> None:
    bearer, old = api_bearer(school.district_id)
    partner, _its = api_bearer(school.district_id, name="Canyon Partners")
    known = caller_of(old)
    assert known is not None
    here = f"{LIST}/keys/{known.key.id}"
    once = {"once": ONCE.findall(pages.get(here).text)[0]}
    new = TOKEN.search(pages.post(f"{here}/replace", data=once).text)
    assert new is not None
    for way in ("replace", "partner"):  # as a page that is loaded anew
        again = pages.post(f"{here}/{way}", data=once, follow_redirects=True)
        assert "This key was made before" in again.text
        assert TOKEN.search(again.text) is None
        assert pages.get(f"{here}/{way}").location == here
    assert pages.get(f"{LIST}/systems/{bearer.id}/keys").location == f"{LIST}/systems/{bearer.id}"
    assert caller_of(old) is not None
    assert caller_of(new[1]) is not None
    form = {
        "name": "Bells",
        "callback_url": "https://sis.example/hooks",
        "callback_username": "us",
        "callback_password": "opensesame",
        "is_test": "y",
    }
    assert pages.post(here, data=form | {"partner": str(partner.id)}).status_code == 303
    kept = db.session.get_one(Bearer, bearer.id, populate_existing=True)
    assert (kept.name, kept.callback_url, kept.partner_id, kept.is_test) == ("Bells", "https://sis.example/hooks", partner.id, True)
    assert "begins with https" in pages.post(here, data=form | {"partner": "0", "callback_url": "sis"}).text
    assert "Type the address" in pages.post(here, data=form | {"partner": "0", "callback_url": ""}).text
    page = pages.get(here).text
    assert "Bells" in page
    taken = "There is a system of this name already."
    assert taken in pages.post(here, data=form | {"partner": "0", "name": "canyon partners"}).text
    assert taken in pages.post(NEW, data=filled(name=" Bells ")).text
    assert kept.customer_number in page
    assert "opensesame" not in page
    theirs = db.session.scalar(select(ApiKey.id).where(ApiKey.bearer_id == partner.id))
    assert "Customers of this partner" in pages.get(f"{LIST}/keys/{theirs}").text
    partner_key = TOKEN.search(pages.post(f"{LIST}/keys/{theirs}/partner").text)
    assert partner_key is not None
    assert re.fullmatch(r"[0-9a-f-]{36}", partner_key[1])
    assert caller_of(partner_key[1]) is not None
    assert "cannot be undone" in pages.get(f"{here}/revoke").text
    assert pages.post(f"{here}/revoke").status_code == 303
    assert caller_of(old) is None
    assert pages.get(here).headers["Location"] == f"{LIST}/systems/{bearer.id}"
    assert pages.post(f"{here}/revoke").status_code == 404


def test_a_system_without_a_key_gets_a_new_one_or_is_removed(pages: FlaskClient, school: School) -> None:
    bearer, token = api_bearer(school.district_id)
    known = caller_of(token)
    assert known is not None
    assert "Systems without a key" not in pages.get(LIST).text
    pages.post(f"{LIST}/keys/{known.key.id}/revoke")
    assert "Systems without a key" in pages.get(LIST).text
    there = f"{LIST}/systems/{bearer.id}"
    assert f'href="{there}"' in pages.get(LIST).text
    page = pages.get(f"{LIST}/keys/{known.key.id}", follow_redirects=True).text
    for shown in (
        "opens nothing any more",
        "No key",
        f"/settings/webhooks/systems/{bearer.id}",
        f"{there}/unsent",
        'value="Attendance sync"',
    ):
        assert shown in page
    told = {"name": "Attendance sync", "callback_url": "sis", "partner": "0"}
    assert "begins with https" in pages.post(there, data=told).text
    assert pages.post(there, data=told | {"callback_url": "https://sis.example/in"}).status_code == 303
    assert "https://sis.example/in" in pages.get(there).text
    once = {"once": ONCE.findall(pages.get(there).text)[0]}
    new = TOKEN.search(pages.post(f"{there}/keys", data=once).text)
    assert new is not None
    assert TOKEN.search(pages.post(f"{there}/keys", data=once, follow_redirects=True).text) is None
    assert caller_of(new[1]) is not None
    assert "Its key ends" in pages.get(f"{there}/remove").text
    assert pages.post(f"{there}/remove").status_code == 303
    assert caller_of(new[1]) is None
    assert "Attendance sync" not in pages.get(LIST).text.replace("Attendance sync has no access", "")
    assert pages.get(f"{there}/remove").status_code == 404
    assert pages.get(f"{LIST}/keys/{known.key.id}").status_code == pages.get(there).status_code == 404


def test_keys_are_the_district_admins_alone(school: School, sign_in: SignIn) -> None:
    for role in (Role.SCHOOL_ADMIN, Role.OFFICE, Role.TEACHER, Role.VIEWER):
        browser = sign_in(StaffFactory(role=role, schools=[school]))
        assert browser.get(LIST).status_code == browser.post(NEW, data=filled()).status_code == 403


def test_the_sandbox_key_is_shown_and_opens_in_a_demo_alone(pages: FlaskClient, school: School, settings: Settings, app: Flask) -> None:
    service.open_sandbox(school.district_id)
    assert caller_of(SANDBOX_TOKEN) is None
    assert SANDBOX_TOKEN not in pages.get(LIST).text
    app.extensions["settings"] = settings.model_copy(update={"demo": True})
    try:
        assert caller_of(SANDBOX_TOKEN) is not None
        assert SANDBOX_TOKEN in pages.get(LIST).text
    finally:
        app.extensions["settings"] = settings


def test_an_operator_makes_a_key_at_the_terminal(app: Flask, admin: Staff, school: School) -> None:
    teacher = StaffFactory(schools=[school], district=None, district_id=school.district_id, email="dana@cedar.test")
    db.session.commit()
    run = app.test_cli_runner().invoke
    made = run(args=["create-api-key", admin.email, "--name", "SIS", "--may", "read_people", "--school", school.name])
    caller = caller_of(made.output.split()[-1])
    assert caller is not None
    assert caller.scopes == {Scope.READ_PEOPLE}
    assert caller.staff.school_ids == [school.id]
    acts = caller_of(run(args=["create-api-key", teacher.email, "--name", "Phone", "--as-person"]).output.split()[-1])
    assert acts is not None
    assert acts.staff.id == teacher.id
    assert "district admin" in run(args=["create-api-key", teacher.email, "--name", "x"]).output
    assert "No such school" in run(args=["create-api-key", admin.email, "--name", "x", "--school", "Nowhere"]).output
    assert run(args=["create-api-key", admin.email, "--name", "x", "--may", "manage", "--school", school.name]).exit_code == 1
    assert db.session.scalar(select(func.count(ApiKey.id))) == 2
