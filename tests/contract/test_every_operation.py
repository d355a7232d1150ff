"""schemathesis over all operations: never a 5xx, and every answer as the contract says."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from app.api.contract import load
from app.api.reader.shelf import FACES
from app.core.database import db
from tests.factories import api_key

EXAMPLES = 6
"""Of each kind for each operation; what they are is the same each time."""
FOR_ALL = {"405", "413", "429", "501", "503"}
"""What every operation may answer (decision 24); 501 where the house does not do it, which another test looks at."""
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance, unsupported_method]
BODIES = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations() -> Iterator[tuple[str, str]]:
    for slug, served in FACES.items():
        for tag in dict.fromkeys(each.spec["tags"][0] for each in served.contract.operations() if each.name in served.face.handled):
            yield slug, tag


def document(slug: str) -> dict[str, Any]:
    """The contract with what every operation may answer besides."""
    whole = dict(load(f"{slug}.openapi").document)
    whole["servers"] = [{"url": FACES[slug].face.prefix or "/"}]
    for item in whole["paths"].values():
        for method in item.values():
            if isinstance(method, dict) and "responses" in method:
                method["responses"] = {**method["responses"], **{status: {"description": "Of every operation."} for status in FOR_ALL}}
    return whole


@pytest.fixture(scope="module")
def schemas() -> dict[str, BaseSchema]:
    return {slug: schemathesis.openapi.from_dict(document(slug)) for slug in FACES}


@pytest.mark.parametrize(("slug", "tag"), list(operations()))
def test_an_operation_answers_as_its_contract_says(app: Flask, schemas: dict[str, BaseSchema], slug: str, tag: str) -> None:
    headers = {"Authorization": f"Bearer {api_key()}", "Accept-Encoding": "identity"}
    db.session.commit()
    if slug == "ringplan":
        headers["X-User-Id"] = "primary"
    for item in schemas[slug].values():
        for operation in item.values():
            spec = operation.definition.raw
            if spec["tags"][0] == tag and spec["operationId"] in FACES[slug].face.handled:
                is_outside = spec.get("x-school-fit") == "outside"
                checks = [each for each in CHECKS if each is not not_a_server_error or not is_outside]
                ask(app, operation, headers, GenerationMode.POSITIVE, checks)
                ask(app, operation, headers, GenerationMode.NEGATIVE, [*checks, negative_data_rejection])


def ask(
    app: Flask, operation: APIOperation[Any, Any, Any, Any], headers: dict[str, str], mode: GenerationMode, checks: list[Callable[..., Any]]
) -> None:
    """Ask with a few cases of one kind. Where nothing could be wrong there is none."""

    @BODIES
    @given(operation.as_strategy(generation_mode=mode, headers=headers))
    def judge(case: Case) -> None:
        with app.app_context():
            response = case.call(app=app, headers=headers)
        case.validate_response(response, checks=checks, headers=headers)

    with suppress(hypothesis.errors.Unsatisfiable) if mode is GenerationMode.NEGATIVE else nullcontext():
        judge()
