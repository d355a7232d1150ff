"""Every route names its permission, asks strangers to sign in, and shows nobody what is another's."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from app.accounts.models import Role, Staff
from app.accounts.permissions import PUBLIC, Permission, permission_of
from app.core.database import db
from tests.conftest import SignIn
from tests.factories import SchoolFactory, StaffFactory
from tests.factories.samples import MARK, SAMPLES, House, house

SIMULATOR = "/simulator"
SEEN_MEANWHILE = {"staff_sessions"}
"""Tables that change because somebody was there at all."""


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if not rule.rule.startswith(SIMULATOR)]


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def test_every_route_names_its_permission(app: Flask) -> None:
    forgotten = [rule.endpoint for rule in rules(app) if permission_of(app, rule.endpoint) not in {PUBLIC, *Permission}]
    assert forgotten == []


def test_every_variable_part_of_an_address_has_a_sample(app: Flask) -> None:
    needed = {
        name for rule in rules(app) if permission_of(app, rule.endpoint) != PUBLIC for name in rule.arguments - set(rule.defaults or {})
    }
    assert needed - set(SAMPLES) == set(), "add them to tests/factories/samples.py"


def addresses(app: Flask, it: House) -> Iterator[tuple[str, str, Rule]]:
    """Every protected address of the house, with each sample in its place."""
    with app.test_request_context():
        for rule in rules(app):
            if permission_of(app, rule.endpoint) == PUBLIC:
                continue
            names = sorted(rule.arguments - set(rule.defaults or {}))
            for values in itertools.product(*(SAMPLES[name](it) for name in names)):
                built = rule.build(dict(zip(names, values, strict=True)))
                assert built is not None, rule
                for method in methods_of(rule):
                    yield method, built[1], rule


def test_without_a_session_every_page_asks_to_sign_in(app: Flask, client: FlaskClient) -> None:
    for method, path, _rule in list(addresses(app, house())):
        asked = client.open(path, method=method)
        assert (asked.status_code, asked.location.partition("?")[0]) == (303, "/sign-in"), (method, path)
        assert client.open(path, method=method, headers={"HX-Request": "true"}).status_code == 401, (method, path)
        program = client.open(path, method=method, headers={"Accept": "application/json"})
        assert (program.status_code, program.json["error"]["code"]) == (401, "unauthorized"), (method, path)


def everything() -> dict[str, list[Any]]:
    return {
        table.name: [tuple(row) for row in db.session.execute(select(table).order_by(*table.primary_key.columns))]
        for table in db.metadata.sorted_tables
        if table.name not in SEEN_MEANWHILE
    }


@pytest.mark.parametrize("who", ["admin elsewhere", "teacher elsewhere", "principal next door", "teacher next door", "office next door"])
def test_a_stranger_finds_nothing_and_changes_nothing(app: Flask, sign_in: SignIn, who: str) -> None:
    it = house()
    next_door = SchoolFactory(district=None, district_id=it.family.school.district_id, name="Next Door")
    stranger: Staff = {
        "admin elsewhere": lambda: StaffFactory(role=Role.DISTRICT_ADMIN),
        "teacher elsewhere": lambda: StaffFactory(schools=[SchoolFactory()]),
        "principal next door": lambda: StaffFactory(role=Role.SCHOOL_ADMIN, schools=[next_door]),
        "teacher next door": lambda: StaffFactory(schools=[next_door]),
        "office next door": lambda: StaffFactory(role=Role.OFFICE, schools=[next_door]),
    }[who]()
    browser = sign_in(stranger)
    browser.get("/settings/profile")
    before = everything()
    allowed = {404, 405} if who == "admin elsewhere" else {403, 404, 405}
    wrong = []
    for method, path, rule in list(addresses(app, it)):
        if not rule.arguments - {"what", *(rule.defaults or {})} or rule.rule == "/sign-out":
            continue
        answer = browser.open(
            path, method=method, data={"name": "x", "role": "viewer", "body": "x", "what": "x"} if method == "POST" else None
        )
        if answer.status_code not in allowed or MARK in answer.text:
            wrong.append((method, path, answer.status_code))
    assert wrong == []
    after = everything()
    assert [name for name in before if before[name] != after[name]] == []


@pytest.mark.parametrize("role", [Role.DISTRICT_ADMIN, Role.TEACHER])
def test_no_list_of_a_stranger_names_the_house(app: Flask, sign_in: SignIn, role: Role) -> None:
    house()
    browser = sign_in(StaffFactory(role=role, schools=[SchoolFactory()]))
    for rule in rules(app):
        if rule.arguments or "GET" not in methods_of(rule):
            continue
        for query in ("", f"?q={MARK.lower()[:5]}"):
            answer = browser.get(rule.rule + query, follow_redirects=True)
            assert MARK not in answer.text, rule.rule
            assert answer.status_code < 500 or answer.status_code == 503, rule.rule  # 503: no carrier is there to be asked


@pytest.mark.own_app
def test_a_route_without_a_permission_is_closed_to_all(app: Flask, sign_in: SignIn) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert sign_in(StaffFactory(role=Role.DISTRICT_ADMIN)).get("/forgotten").status_code == 403
    assert app.test_client().get("/forgotten").status_code == 303
