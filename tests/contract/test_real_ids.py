"""Every operation with every id that the house has: for its own key an answer of the contract, for a stranger's key nothing at all."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.models import ApiKey, Bearer, BearerType
from app.api.contract import Operation, Parameter
from app.api.identifiers import id24
from app.api.reader.examples import example
from app.api.reader.shelf import FACES
from app.conversations.models import Conversation, Message
from app.core.database import db
from tests.api.client import judge
from tests.contract.test_every_operation import operations
from tests.factories import api_key
from tests.factories.courier import courier_rows
from tests.factories.samples import MARK, house

ORDER = ("get", "post", "put", "patch", "delete")
"""What looks comes before what changes, and what deletes comes last."""
NAMED = {"conversation": Conversation, "message": Message}
"""Whose ids stand beside another in one address: all pairs of all ids would be too many."""
MOST = 150
PARTS = 5
"""The largest face is asked in parts, so that several processes share it."""
UNTOUCHED = {"staff_sessions", "api_keys", "bearers", "staff", "audit_events", "districts"}
"""Where a stranger's own doings are written down."""


@pytest.fixture
def ids(app: Flask) -> dict[str, list[Any]]:
    """The ids of everything in a furnished house, by how a face writes them."""
    it = house()
    courier_rows(it)
    uuids, numbers = [], set()
    for mapper in db.Model.registry.mappers:
        columns = mapper.local_table.c
        if "uuid" in columns:
            uuids += db.session.scalars(select(columns.uuid))
            numbers |= set(db.session.scalars(select(columns.id)))
    district = it.family.school.district_id
    return {
        "uuid": sorted(str(each) for each in uuids),
        "id24": sorted(id24(each) for each in uuids),
        "integer": sorted(numbers),
        "string": [it.family.number.address, it.family.contact_point.address, "primary"],
        "district": [district],
        "own": [api_key(district, bearer_type=BearerType.ADMIN)],
        "stranger": [api_key(bearer_type=BearerType.ADMIN)],
    }


def values(parameter: Parameter, ids: dict[str, list[Any]]) -> list[Any]:
    named = next((kind for kind in NAMED if parameter.name.startswith(kind)), None)
    if named and "{24}" in parameter.schema.get("pattern", ""):
        return [id24(each) for each in db.session.scalars(select(NAMED[named].uuid))]
    if parameter.kind == "integer":
        return ids["integer"]
    if parameter.schema.get("format") == "uuid":
        return ids["uuid"]
    if "{24}" in parameter.schema.get("pattern", ""):
        return ids["id24"]
    return parameter.schema.get("enum") or ids["string"]


def with_ids(slug: str, tag: str) -> list[Operation]:
    served = FACES[slug]
    found = [
        each
        for each in served.contract.operations()
        if each.spec["tags"][0] == tag and each.name in served.face.handled and any(one.place == "path" for one in each.parameters)
    ]
    return sorted(found, key=lambda each: ORDER.index(each.method))


def asked(
    client: FlaskClient, slug: str, operation: Operation, ids: dict[str, list[Any]], token: str
) -> Iterator[tuple[str, TestResponse]]:
    prefix, contract = FACES[slug].face.prefix, operation.contract
    places = [each for each in operation.parameters if each.place == "path"]
    body = example(contract, contract.at(operation.body_pointer)) if operation.content_type == "application/json" else None
    query = {each.name: example(contract, each.schema) for each in operation.parameters if each.place == "query" and each.is_required}
    headers = {"Authorization": f"Bearer {token}", "X-User-Id": "primary"}
    for chosen in itertools.islice(itertools.product(*(values(each, ids) for each in places)), MOST):
        path = operation.path
        for parameter, value in zip(places, chosen, strict=True):
            path = path.replace(f"{{{parameter.name}}}", str(value).replace("+", "%2B"))
        more = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        yield (
            path,
            client.open(prefix + path, method=operation.method.upper(), headers=headers, query_string=query, **more),
        )


@pytest.mark.parametrize(("slug", "tag"), [each for each in operations() if with_ids(*each)])
def test_real_ids_are_answered_as_the_contract_says(client: FlaskClient, ids: dict[str, list[Any]], slug: str, tag: str) -> None:
    for operation in with_ids(slug, tag):
        for path, answer in asked(client, slug, operation, ids, ids["own"][0]):
            assert answer.status_code < 500 or answer.status_code == 501, (operation.name, path, answer.text[:500])
            judge(operation.contract, operation, answer)


def everything() -> dict[str, list[Any]]:
    return {
        table.name: [tuple(row) for row in db.session.execute(select(table).order_by(*table.primary_key.columns))]
        for table in db.metadata.sorted_tables
        if table.name not in UNTOUCHED
    }


@pytest.mark.parametrize(("slug", "part"), [(slug, part) for slug in FACES for part in range(PARTS if slug == "courier" else 1)])
def test_a_strangers_key_finds_nothing_and_changes_nothing(client: FlaskClient, ids: dict[str, list[Any]], slug: str, part: int) -> None:
    strangers = select(Bearer.id).where(Bearer.district_id != ids["district"][0])
    own = {*db.session.scalars(strangers), *db.session.scalars(select(ApiKey.id).where(ApiKey.bearer_id.in_(strangers)))}
    of_the_house = {**ids, "integer": [number for number in ids["integer"] if number not in own]}
    before, wrong = everything(), []
    for tag in [tag for face, tag in operations() if face == slug][part :: PARTS if slug == "courier" else 1]:
        for operation in with_ids(slug, tag):
            for path, answer in asked(client, slug, operation, of_the_house, ids["stranger"][0]):
                if answer.status_code not in {400, 403, 404, 406, 409, 422, 501} or MARK in answer.text:
                    wrong.append((operation.name, path, answer.status_code, answer.text[:200]))
    assert wrong == []
    after = everything()
    assert [name for name in before if before[name] != after[name]] == []
