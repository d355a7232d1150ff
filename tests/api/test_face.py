"""What every face does before a handler is asked: tell who asks, how often, for what, and whether it is what the contract says."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import create_app
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.bearer_tokens import caller_by_token
from app.api.contract import Contract
from app.api.courier.refusals import MANNER
from app.api.face import Face
from app.api.refusals import Refused, Why
from app.core.errors import Conflict, NotVisible
from tests.factories import api_key

pytestmark = pytest.mark.own_app

ANSWER = {"200": {"description": "It.", "content": {"application/json": {"schema": {"type": "object"}}}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Practice", "version": "1"},
    "security": [{"bearer": []}],
    "paths": {
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}],
            "get": {
                "operationId": "getThing",
                "parameters": [
                    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
                    {"name": "is-new", "in": "query", "schema": {"type": "boolean"}},
                    {"name": "state", "in": "query", "schema": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}},
                ],
                "responses": ANSWER,
            },
            "put": {
                "operationId": "putThing",
                "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": ANSWER,
            },
        },
        "/open": {"get": {"operationId": "getOpen", "security": [], "responses": ANSWER}},
        "/fail/{how}": {
            "get": {
                "operationId": "fail",
                "parameters": [{"name": "how", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": ANSWER,
            }
        },
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "maxLength": 10},
                    "size": {"type": "integer", "default": 3},
                    "more": {"type": "object", "properties": {"deep": {"type": "boolean", "default": True}}},
                },
                "required": ["name"],
                "additionalProperties": False,
            }
        }
    },
}
FAILURES = {"unknown": NotVisible(), "state": Conflict(), "own": Refused(Why.UPSTREAM, "The telephone system is away.")}


@pytest.fixture
def house(app: Flask) -> Flask:
    face = Face(Contract("practice", DOCUMENT), "/practice", "/practice/", MANNER, caller_by_token)

    @face.operation("getThing", scope=Scope.READ_TEXTS)
    def get_thing(asked: Asked) -> Answer:
        return Answer(body={"id": asked.path["id"], "query": dict(asked.query), "who": asked.staff.name})

    @face.operation("putThing", scope=Scope.SEND_TEXTS, limit=1000)
    def put_thing(asked: Asked) -> Answer:
        return Answer(body=asked.body)

    @face.operation("getOpen", scope=None)
    def get_open(_asked: Asked) -> Answer:
        return Answer(body={})

    @face.operation("fail", scope=None)
    def fail(asked: Asked) -> Answer:
        raise FAILURES.get(asked.path["how"], RuntimeError("a surprise"))

    face.init_app(app)
    return app


def ask(app: Flask, path: str, token: str | None, method: str = "GET", **more: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return app.test_client().open(f"/practice{path}", method=method, headers=headers, **more)


def test_without_a_valid_key_nobody_learns_anything(house: Flask) -> None:
    token = api_key()
    for wrong in (None, "", "hr_live_nobody", token[:-1], token.upper(), "x" * 5_000):
        answer = ask(house, "/things/1", wrong)
        assert (answer.status_code, answer.json["errors"][0]["status"]) == (401, 401)
    assert ask(house, "/things/1", token).status_code == 200
    assert ask(house, "/open", None).status_code == 200


def test_a_key_does_what_its_scopes_say(house: Flask) -> None:
    token = api_key(scopes=[Scope.READ_TEXTS])
    assert ask(house, "/things/1", token).status_code == 200
    refused = ask(house, "/things/1", token, "PUT", json={"name": "x"})
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (403, "missing_scope")
    assert "send_texts" in refused.json["errors"][0]["detail"]


def test_parameters_have_the_types_of_the_contract(house: Flask) -> None:
    token = api_key()
    answer = ask(house, "/things/7?is-new=true&state=a&state=b", token)
    assert answer.json["id"] == 7
    assert answer.json["query"] == {"is-new": True, "state": ["a", "b"], "limit": 20}
    for wrong in (
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=",
        "is-new=maybe",
        "state=c",
        "state=a&state=c",
        "limit=9999999999999999999999",
    ):
        answer = ask(house, f"/things/7?{wrong}", token)
        assert answer.status_code == 400, wrong
        assert answer.json["errors"][0]["source"].get("parameter"), wrong
    assert ask(house, "/things/7?state=%00", token).status_code == 400
    answer = ask(house, "/things/7?Limit=5", token)
    assert (answer.status_code, answer.json["errors"][0]["source"]) == (400, {"parameter": "Limit"})
    assert answer.json["errors"][0]["detail"] == "'Limit' is not known. Did you mean 'limit'?"
    twice = ask(house, "/things/7?limit=5&limit=6", token)
    assert (twice.status_code, twice.json["errors"][0]["source"]) == (400, {"parameter": "limit"})
    assert ask(house, "/open?anything=1", None).status_code == 200
    for path in ("/things/0", "/things/x", "/things/%C2%B2", "/things/99999999999999999999999"):
        assert ask(house, path, token).status_code == 404, path


def test_bodies_are_judged_and_completed(house: Flask) -> None:
    token = api_key()
    answer = ask(house, "/things/1", token, "PUT", json={"name": "x", "more": {}})
    assert answer.json == {"name": "x", "size": 3, "more": {"deep": True}}
    for wrong, place in (
        ({}, "/"),
        ({"name": 1}, "/name"),
        ({"name": "x", "own": 1}, "/own"),
        ({"name": "x", "a b": 1}, "/"),
        ([], "/"),
        ({"name": "x" * 11}, "/name"),
    ):
        refused = ask(house, "/things/1", token, "PUT", json=wrong)
        assert (refused.status_code, refused.json["errors"][0]["source"]["pointer"]) == (400, place), wrong
    assert ask(house, "/things/1", token, "PUT").status_code == 400
    assert ask(house, "/things/1", token, "PUT", data="name=x", content_type="application/x-www-form-urlencoded").status_code == 400
    assert ask(house, "/things/1", token, "PUT", data=b'{"name": "\xff"}', content_type="application/json").status_code == 400
    assert ask(house, "/things/1", token, "PUT", json={"name": "x", "more": {"a": "y" * 2_000}}).status_code == 413


def test_an_operation_without_a_body_takes_none(house: Flask) -> None:
    """What stands in it would be overheard, and somebody counts on it. An empty object, which some clients always send, says nothing."""
    token = api_key()
    for wrong in (b'{"bearer_id": 23}', b"[1]", b"x=1", b" " * 2_000):
        refused = ask(house, "/things/1", token, data=wrong, content_type="application/json")
        assert (refused.status_code, refused.json["errors"][0]["code"]) == (400, "no_body"), wrong
    for nothing in (b"", b"{}", b" {}\n"):
        assert ask(house, "/things/1", token, data=nothing, content_type="application/json").status_code == 200
    assert ask(house, "/open", None, data=b"anything").status_code == 200


def test_what_goes_wrong_is_told_in_the_shape_of_the_face(house: Flask) -> None:
    token = api_key()
    house.config["PROPAGATE_EXCEPTIONS"] = False
    for path, status in (("/fail/unknown", 404), ("/fail/state", 409), ("/fail/own", 502), ("/fail/surprise", 500), ("/nowhere", 404)):
        answer = ask(house, path, token)
        assert (answer.status_code, answer.json["errors"][0]["status"]) == (status, status), path
        assert answer.json["errors"][0]["detail"]
    answer = ask(house, "/things/1", token, "DELETE")
    assert answer.status_code == 405
    assert {"GET", "PUT"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


def test_a_key_asks_so_often_and_then_waits(tmp_path: Any, settings: Any) -> None:
    app = create_app(settings.model_copy(update={"rate_limits": True, "api_requests_per_minute": 3}))
    face = Face(Contract("practice", DOCUMENT), "/practice", "/practice/", MANNER, caller_by_token)

    @face.operation("getThing", scope=None)
    def get_thing(_asked: Asked) -> Answer:
        return Answer(body={})

    face.init_app(app)
    with app.app_context():
        token, other = api_key(), api_key()
    left = [ask(app, "/things/1", token).headers["X-RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = ask(app, "/things/1", token)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["X-RateLimit-Limit"] == "3"
    assert ask(app, "/things/1", other).status_code == 200
    guesses = [ask(app, "/things/1", f"hr_live_{number}").status_code for number in range(31)]
    assert guesses == [401] * 30 + [429]
