"""Developers read every operation that the faces serve, and take the contracts away."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from app.api.reader.examples import example
from app.api.reader.outline import groups_of
from app.api.reader.shelf import FACES, live_feed, own_events
from app.api.reader.views import QUICK
from app.webhooks.kinds import NAMES, TEST

NOTES = re.compile(r"reference text|prose|The text (?!is\b|of\b)|samples?\b|x-[a-z]+-chosen|Rails|vendor|\bours[.;]")
"""What those who wrote the contracts say among themselves; it belongs into `x-note`."""


def test_the_first_page_leads_to_every_face(client: FlaskClient) -> None:
    home = client.get("/developers/").text
    for slug in FACES:
        assert f"/developers/{slug}" in home
    assert "157 operations" in home  # of Courier's 177, 20 answer 501
    assert client.get("/developers/nothing").status_code == 404
    assert client.get("/developers/courier/nothing").status_code == 404
    assert client.get("/developers/quick-starts/nothing").status_code == 404
    assert client.get("/developers/quick-starts/..%2Foperating").status_code == 404


@pytest.mark.parametrize("slug", FACES)
def test_every_operation_is_shown_on_the_page_of_its_group(client: FlaskClient, slug: str) -> None:
    overview, shown = client.get(f"/developers/{slug}").text, set()
    for group in groups_of(FACES[slug]):
        page = client.get(f"/developers/{slug}/{group.slug}")
        assert page.status_code == 200
        for operation in group.operations:
            assert f'id="{operation.name}"' in page.text
            assert f"#{operation.name}" in overview
            shown.add(operation.name)
    assert shown == {each.name for each in FACES[slug].contract.operations()}


@pytest.mark.parametrize("slug", FACES)
def test_examples_are_what_the_contract_takes(slug: str) -> None:
    wrong = []
    for operation in FACES[slug].contract.operations():
        if operation.content_type != "application/json":
            continue
        value = example(operation.contract, operation.contract.at(operation.body_pointer))
        problems = [error.message for error in operation.body_validator.iter_errors(value)]
        if problems:
            wrong.append((operation.name, problems[:2], value))
    assert wrong == []


def told(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from told(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from told(each, name)
    else:
        yield name, value


@pytest.mark.parametrize("slug", FACES)
def test_examples_hold_what_somebody_could_have_said(slug: str) -> None:
    empty = {
        (operation.name, name)
        for group in groups_of(FACES[slug])
        for operation in group.operations
        for text in (operation.sample, *(each.example for each in operation.answers))
        if text
        for name, value in told(json.loads(text))
        if value in ("text", name)
    }
    assert empty == set()


def described(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name in {"summary", "description"} and isinstance(each, str):
                yield each
            elif not name.startswith("x-"):
                yield from described(each)
    elif isinstance(value, list):
        for each in value:
            yield from described(each)


@pytest.mark.parametrize("document", [*(served.contract.document for served in FACES.values()), live_feed(), own_events()])
def test_readers_find_no_notes_of_the_writers(document: dict[str, Any]) -> None:
    assert [text for text in described(document) if NOTES.search(text)] == []


@pytest.mark.parametrize("slug", FACES)
def test_contracts_can_be_taken_away(client: FlaskClient, slug: str) -> None:
    taken = client.get(f"/developers/{slug}/openapi.json")
    validate(taken.json)
    assert taken.json["servers"][0]["url"].startswith("http://localhost")
    assert yaml.safe_load(client.get(f"/developers/{slug}/openapi.yaml").text)["openapi"] == "3.1.0"


def test_the_live_feed_is_described(client: FlaskClient) -> None:
    page = client.get("/developers/live-feed").text
    assert "texting.message.new" in page
    assert "markAsRead" in page
    assert client.get("/developers/live-feed/asyncapi.json").json["asyncapi"].startswith("3.")
    assert "asyncapi: 3" in client.get("/developers/live-feed/asyncapi.yaml").text


def test_quick_starts_have_an_address_each() -> None:
    assert set(FACES) < set(QUICK)


def test_our_own_webhooks_are_described(client: FlaskClient) -> None:
    page = client.get("/developers/webhooks").text
    for kind in NAMES:
        assert f'id="{kind}"' in page
    assert client.get("/developers/webhooks/openapi.json").json["webhooks"].keys() == NAMES | {TEST}
    assert yaml.safe_load(client.get("/developers/webhooks/openapi.yaml").text)["openapi"] == "3.1.0"


def test_what_a_face_tells_by_itself_is_described(client: FlaskClient) -> None:
    for slug, many in (("common-services", 10), ("ringplan", 4), ("groupcall", 1)):
        page = client.get(f"/developers/{slug}/news").text
        names = list(FACES[slug].contract.document.get("webhooks", ())) or ["status"]
        assert [name for name in names if f'id="{name}"' not in page] == []
        assert page.count("<article") == many
        assert f"/developers/{slug}/news" in client.get(f"/developers/{slug}").text
    assert "callback_url" in client.get("/developers/common-services").text
    assert "X-Event-Name" in client.get("/developers/common-services/news").text
    assert "sendEmail" in client.get("/developers/groupcall/news").text
    assert client.get("/developers/courier/news").status_code == 404
    assert "/news" not in client.get("/developers/courier").text
