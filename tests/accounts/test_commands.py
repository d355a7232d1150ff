"""The first administrator of a real district comes from the command line."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Staff, StaffStatus
from app.core.database import db
from app.directory.models import District
from tests.conftest import SignIn


def run(app: Flask, *words: str):
    db.session.commit()
    done = app.test_cli_runner().invoke(args=list(words))
    db.session.expire_all()
    return done


def path_in(text: str) -> str:
    found = re.search(r"http://localhost(/\S+)", text)
    assert found, text
    return found[1]


def test_from_an_empty_house_to_an_admin_who_is_in(app: Flask, client: FlaskClient) -> None:
    none = run(app, "staff", "create", "admin@real.test", "--name", "Ada Admin")
    assert none.exit_code in {1, 2}
    assert "district create" in none.output
    assert run(app, "district", "create", "Real District", "--time-zone", "America/Mars").exit_code == 2
    assert run(app, "district", "create", "Real District", "--time-zone", "America/Chicago").exit_code == 0
    assert run(app, "district", "create", "Real District", "--time-zone", "America/Chicago").exit_code == 1
    assert db.session.scalars(select(District.time_zone)).all() == ["America/Chicago"]
    made = run(app, "staff", "create", "Admin@Real.test", "--name", "Ada Admin")
    assert made.exit_code == 0, made.output
    client.get(path_in(made.output))
    assert client.post("/welcome", data={"password": "seven green paper boats"}).status_code == 303
    assert client.get("/settings/staff").status_code == 200
    assert run(app, "staff", "create", "admin@real.test", "--name", "Again").exit_code == 1
    assert "admin@real.test" in run(app, "staff", "list").output


def test_a_role_needs_a_school_that_exists(app: Flask, school) -> None:
    base = ("staff", "create", "t@x.test", "--name", "T", "--role", "teacher")
    assert "needs --school" in run(app, *base).output
    assert "No such school" in run(app, *base, "--school", "Nowhere").output
    assert run(app, *base, "--school", school.name).exit_code == 0
    staff = db.session.scalars(select(Staff).where(Staff.email == "t@x.test")).one()
    assert (staff.school_ids, staff.status) == ([school.id], StaffStatus.INVITED)


def test_links_again(app: Flask, client: FlaskClient, sign_in: SignIn, teacher: Staff, school) -> None:
    assert run(app, "staff", "invite", teacher.email).exit_code == 1
    assert run(app, "staff", "invite", "nobody@x.test").exit_code == 1
    reset = run(app, "staff", "reset-password", teacher.email)
    assert client.get(path_in(reset.output)).location == "/password/new"
    run(app, "staff", "create", "t@x.test", "--name", "T", "--role", "teacher", "--school", school.name)
    assert client.get(path_in(run(app, "staff", "invite", "t@x.test").output)).location == "/welcome"
    assert run(app, "staff", "reset-password", "t@x.test").exit_code == 1
