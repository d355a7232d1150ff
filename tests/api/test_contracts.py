"""The contracts that people read, the compiled ones that the faces run by, and what is registered for them."""

from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate

from app.api.contract import load
from app.api.reader.shelf import FACES as SERVED
from tools import contracts as compiler

FACES = ("common-services", "ringplan", "groupcall", "courier")
FOR_ANY_KEY = {
    "common-services": {"createApiKey", "deleteApiKey", "getCurrentBearer", "listApiKeys", "updateCurrentBearer"},
    "ringplan": {"downloadFile", "getCompany", "listLocations", "updateUser", "uploadFile"},
}
"""What a key may ask of itself; those of RingPlan look at scopes within, where one of several is enough."""


def test_compiled_contracts_are_those_that_were_written() -> None:
    assert compiler.stale() == [], "run make contracts"


@pytest.mark.parametrize("file", sorted(compiler.WRITTEN.glob("*.openapi.yaml")), ids=lambda file: str(file.stem))
def test_contracts_are_openapi(file: Path) -> None:
    validate(yaml.load(file.read_text(), compiler.Loader))  # a safe loader with one rule less


@pytest.mark.parametrize("name", FACES)
def test_every_operation_can_be_judged(name: str) -> None:
    names = []
    for operation in load(f"{name}.openapi").operations():
        names.append(operation.name)
        for place in {each.place for each in operation.parameters}:
            assert operation.validator_of(place) is not None
        if operation.content_type:
            assert operation.body_validator is not None
            assert operation.body_defaults is not None
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", FACES)
def test_generators_of_clients_are_not_led_astray(name: str) -> None:
    contract = load(f"{name}.openapi")
    asked = {tag for each in contract.operations() for tag in each.spec.get("tags", [])}
    told = {tag for event in contract.document.get("webhooks", {}).values() for tag in event["post"]["tags"]}
    assert not asked & told, "the module of these events would be written over that of the operations"
    answers = [answer for each in contract.operations() for answer in each.spec["responses"].values()]
    schemas = [media.get("schema") for answer in answers for media in answer.get("content", {}).values()]
    assert {"type": "null"} not in schemas, "openapi-generator makes no client at all of this"


@pytest.mark.parametrize("name", FACES)
def test_every_operation_says_that_one_may_ask_too_often(name: str) -> None:
    for operation in load(f"{name}.openapi").operations():
        assert {"429", "4XX"} & operation.spec["responses"].keys(), operation.name


@pytest.mark.parametrize("slug", SERVED)
def test_every_operation_is_served(slug: str) -> None:
    served = SERVED[slug]
    operations = {each.name: each for each in served.contract.operations()}
    assert set(operations) == set(served.face.handled)
    open_to_any = {
        name
        for name, handled in served.face.handled.items()
        if not handled.scopes and not operations[name].is_open and operations[name].spec.get("x-school-fit") != "outside"
    }
    assert open_to_any <= FOR_ANY_KEY.get(slug, set()), "name the scope that a key needs"
