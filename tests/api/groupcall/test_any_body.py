"""Any body that the contract allows, with credentials that open: never a 5xx, and each answer as the contract says.

The credentials stand in the body, so the test of all operations (`tests/contract`) is refused before it comes far.
"""

from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from app.api.contract import load
from app.api.groupcall.face import face
from tests.api.groupcall.conftest import Desk

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BODIES = hypothesis.settings(
    max_examples=10, deadline=None, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
CREDENTIALS = {"customerid", "password", "partnerkey"}


@pytest.mark.parametrize("name", sorted(face.handled))
def test_any_body_of_a_customer_is_answered(desk: Desk, name: str) -> None:
    whole = {**load("groupcall.openapi").document, "servers": [{"url": "/groupcall"}]}
    schema = schemathesis.openapi.from_dict(whole)
    operation = next(each for item in schema.values() for each in item.values() if each.definition.raw["operationId"] == name)
    statuses: set[int] = set()

    @BODIES
    @given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def judge(case: Case) -> None:
        case.body = let_in(case.body, desk)
        with desk.app.app_context():
            response = case.call(app=desk.app, headers={"Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS)
        statuses.add(response.status_code)

    judge()
    assert 401 not in statuses
    desk.hand_on()


def let_in(body: Any, desk: Desk) -> Any:
    """The body with the credentials of a customer wherever there are some, and somebody real among the recipients."""
    if isinstance(body, list):
        return [let_in(each, desk) for each in body]
    if not isinstance(body, dict):
        return body
    told = {name: let_in(each, desk) for name, each in body.items() if name.lower() not in CREDENTIALS}
    if "customerid" in {name.lower() for name in body}:
        is_small = "customerId" in body
        told |= desk.small if is_small else {"CustomerId": desk.bearer.customer_number, "Password": desk.token}
    for name in ("Recipients", "recipients"):
        if name in told and "Keyword" not in str(told[name]):
            told[name] = [*told[name], {"IdaasId": "PL-s1", "SendTo": 2}]
    if "ShortCode" in told:
        told["ShortCode"] = desk.family.number.address
    return told
