"""Whatever somebody puts into an address, a query or a form, no page of the house crashes; on both databases."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.accounts.models import Role
from tests.conftest import SignIn
from tests.conventions.test_routes import methods_of, rules
from tests.factories import StaffFactory
from tests.factories.samples import SAMPLES, House, house

APP = Path(__file__).parents[2] / "app"
MEANT = {200, 204, 303, 400, 403, 404, 405, 409, 410, 413, 422, 429, 502, 503}
"""Everything but a crash; 502 and 503 say that no carrier is there to be asked."""
NAMED = re.compile(r'request\.(?:form|args|values)(?:\.get|\.getlist)?[\(\[]"(\w+)"')
FIELD = re.compile(r"^    (\w+) = \w*(?:Field|field)\w*\(", re.MULTILINE)
ENDS_THE_WALK = {"/sign-out", "/settings/security/sessions/end"}
ODD = {
    "larger than any row": "9" * 23,
    "a digit that is no number": "²",
    "half a character, and a byte that is none": "%ed%a0%80%ff",
    "a NUL": "a%00b",
    "longer than a column": "%E2%80%AE" + "x" * 700,  # none but of one kind holds more than 600
}
TRIED = [("sqlite", odd) for odd in list(ODD)[:3]] + [("postgres", odd) for odd in ("larger than any row", "a NUL", "longer than a column")]
"""Each where it hurts; a walk through the whole house takes seconds."""


@pytest.fixture(params=["sqlite", "postgres"])
def app(request: pytest.FixtureRequest) -> Flask:
    return request.getfixturevalue("lite_app" if request.param == "sqlite" else "postgres_app")


@pytest.fixture
def walker(app: Flask, sign_in: SignIn) -> FlaskClient:
    """An admin to whom every page is open; a crash is answered, as in production."""
    app.config.update(PROPAGATE_EXCEPTIONS=False, TESTING=False)
    it = house()
    app.extensions["house of the test"] = it
    return sign_in(StaffFactory(role=Role.DISTRICT_ADMIN, district=None, district_id=it.family.school.district_id))


def names() -> list[str]:
    """Every name that any view or form reads."""
    found: set[str] = set()
    for file in APP.rglob("*.py"):
        text = file.read_text()
        found |= set(NAMED.findall(text)) | set(FIELD.findall(text))
    return sorted(found)


ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
CANNOT_BE = {"int": ["9" * 30, str(2**63), "2147483648"], "uuid": ["0" * 32], None: ["y" * 3000, "%00", "%ff", "%E2%80%AE", "."]}


def walk(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Each rule with an address of it. What needs a key is walked by `tests/contract`."""
    it: House = app.extensions["house of the test"]
    for rule in rules(app):
        if rule.rule not in ENDS_THE_WALK and not rule.endpoint.startswith("api."):
            yield rule, ARGUMENT.sub(lambda found: str(next(iter(SAMPLES[found[2]](it)), 1)) if found[2] in SAMPLES else "x", rule.rule)


def impossible(rule: Rule) -> set[str]:
    """Addresses of `rule` for things that cannot be."""
    odd = (value for kind, _name in ARGUMENT.findall(rule.rule) for value in CANNOT_BE[kind or None])
    return {ARGUMENT.sub(value, rule.rule) for value in odd}


def test_no_address_crashes(app: Flask, walker: FlaskClient) -> None:
    crashed = []
    for rule, _address in walk(app):
        for address in impossible(rule):
            for method in methods_of(rule):
                answer = walker.open(address, method=method)
                if answer.status_code not in MEANT:
                    crashed.append((method, rule.rule, address[:60], answer.status_code))
    assert crashed == [], crashed


@pytest.mark.parametrize(("app", "odd"), TRIED, indirect=["app"])
def test_no_field_crashes(app: Flask, walker: FlaskClient, odd: str) -> None:
    """In one place at a time: a route that refuses its address never reads the form."""
    form = "&".join(f"{name}={ODD[odd]}" for name in names())
    crashed = []
    for rule, address in walk(app):
        for method in methods_of(rule):
            body = {"data": form, "content_type": "application/x-www-form-urlencoded"}
            answer = walker.open(address, method=method, **(body if method == "POST" else {"query_string": form}))
            if answer.status_code not in MEANT:
                crashed.append((method, rule.rule, answer.status_code))
    assert crashed == [], crashed


def test_raw_bytes_in_a_query_are_refused_with_a_page(app: Flask, walker: FlaskClient) -> None:
    answer = walker.get("/conversations", environ_overrides={"QUERY_STRING": "q=\xff\xfe"})
    assert (answer.status_code, "did not arrive in one piece" in answer.text) == (400, True)


def test_a_part_of_a_form_without_a_name_is_refused(walker: FlaskClient) -> None:
    parts = b"--x\r\nContent-Disposition: form-data\r\n\r\nwithout a name\r\n--x--\r\n"
    assert walker.post("/settings/profile", data=parts, content_type="multipart/form-data; boundary=x").status_code == 400
