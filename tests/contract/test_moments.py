"""Every moment, day and time of day that a contract takes is one that our clocks show: anything else is refused, and nothing crashes."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.accounts.scopes import Scope
from app.api.contract import Contract, Operation, Schema
from app.api.reader.shelf import FACES
from app.api.wanted import FORMATS
from app.core.database import db
from tests.api.client import ApiClient
from tests.factories import api_key

NEVER = {
    "date-time": (
        "2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00",
        "2026-12-01t08:00:00z",
    ),
    "date": ("0000-01-01", "9999-12-31", "2026-02-29"),
    "time": ("23:59:60Z", "08:00:00z"),
}  # fmt: skip
SHOWN = ("2026-12-01", "2026-12-01T08:00:00Z")
DEEPEST = 6
IDS = (str(UUID(int=1)), "0" * 24, "1")
Steps = tuple[str | int, ...]


def places(contract: Contract, schema: Schema, steps: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Where in a body such a value stands, and of which format."""
    schema = contract.resolved(schema)
    if schema.get("format") in NEVER and not schema.get("readOnly"):
        yield steps, schema["format"]
    if len(steps) < DEEPEST:
        for name, member in schema.get("properties", {}).items():
            yield from places(contract, member, (*steps, name))
        if "items" in schema:
            yield from places(contract, schema["items"], (*steps, 0))
    for several in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(several, ()):
            yield from places(contract, each, steps)


def holding(steps: Steps, value: str) -> Any:
    """A body with nothing but this."""
    if not steps:
        return value
    inner = holding(steps[1:], value)
    return [inner] if steps[0] == 0 else {steps[0]: inner}


def ask(client: ApiClient, operation: Operation, body: Any = None, **query: str) -> Any:
    """Of nobody in particular: what stands in the path is well written, and not there."""
    names = [each.name for each in operation.parameters if each.place == "path"]
    path = next(
        (dict.fromkeys(names, one) for one in IDS if names and operation.validator_of("path").is_valid(dict.fromkeys(names, one))), {}
    )
    return client.ask(operation.name, body, query=query, **path)


@pytest.mark.parametrize("slug", FACES)
def test_what_no_clock_shows_is_refused_everywhere(app: Flask, slug: str) -> None:
    served, token = FACES[slug], api_key(scopes=Scope)
    db.session.commit()
    client = ApiClient(app, served.face, token, {"X-User-Id": "primary"} if slug == "ringplan" else {})
    asked = 0
    for operation in served.contract.operations():
        if operation.name not in served.face.handled or operation.spec.get("x-school-fit") == "outside":
            continue
        if operation.content_type == "application/json":
            for steps, name in dict.fromkeys(places(served.contract, served.contract.at(operation.body_pointer))):
                for odd in NEVER[name]:
                    answer = ask(client, operation, holding(steps, odd))
                    assert 400 <= answer.status_code < 500, (operation.name, steps, odd, answer.text)
                    # Of Groupcall's alternatives one is told, whatever is missing there: its whole requests are sent by its own test.
                    assert FORMATS[name] in answer.text or slug == "groupcall", (operation.name, steps, odd, answer.text)
                    asked += 1
        for each in operation.parameters:
            if each.place == "query" and is_moment(each.schema):
                for odd in (*NEVER["date-time"], *NEVER["date"], *(f">={odd}" for odd in NEVER["date-time"])):
                    answer = ask(client, operation, **{each.name: odd})
                    assert answer.status_code < 500, (operation.name, each.name, odd, answer.text)
                    asked += 1
    assert asked


def is_moment(schema: Schema) -> bool:
    """Of a query: by its format, or because its pattern takes moments, bare or behind a comparator, and no other word."""
    schema = schema.get("items", schema)
    pattern = schema.get("pattern", "")
    takes_some = pattern and any(re.search(pattern, before + shown) for shown in SHOWN for before in ("", ">="))
    return schema.get("format") in NEVER or bool(takes_some and not re.search(pattern, "word"))
