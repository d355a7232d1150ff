"""The contracts that people read, the compiled ones that the faces run by, and what is registered for them."""

from pathlib import Path

import pytest
import yaml
from openapi_spec_validator import validate

from app.api.contract import load
from tools import contracts as compiler

FACES = ("common-services", "ringplan", "groupcall", "courier")


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
