"""Another system: asks a face by operationId, and judges every answer by the contract."""

import json
from typing import Any
from urllib.parse import quote

from flask import Flask
from werkzeug.test import TestResponse

from app.api.contract import Contract, Operation, escaped
from app.api.face import Face

UNDECLARED = frozenset({405, 413, 500, 503})
"""What every operation may answer, so that no contract repeats it."""


class ApiClient:
    """Asks `face` with a key. `wrong` counts nothing: an answer that breaks the contract fails the test at once."""

    def __init__(self, app: Flask, face: Face, token: str | None, headers: dict[str, str] | None = None) -> None:
        self.app, self.face, self.token, self.headers = app, face, token, headers or {}
        self.operations = {each.name: each for each in face.contract.operations()}

    def ask(
        self,
        name: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        form: dict[str, Any] | None = None,
        **path: Any,
    ) -> TestResponse:
        """The answer of the operation `name`; its body must be what the contract says for its status."""
        operation = self.operations[name]
        address = self.face.prefix + operation.path
        for key, value in path.items():
            address = address.replace("{" + key + "}", quote(str(value), safe=""))
        sent = {**self.headers, **({"Authorization": f"Bearer {self.token}"} if self.token else {}), **(headers or {})}
        more: dict[str, Any] = {"data": form, "content_type": "multipart/form-data"} if form is not None else {}
        if body is not None:
            more = {"data": json.dumps(body), "content_type": "application/json"}
        answer = self.app.test_client().open(address, method=operation.method.upper(), headers=sent, query_string=query or {}, **more)
        judge(self.face.contract, operation, answer)
        return answer


def judge(contract: Contract, operation: Operation, answer: TestResponse) -> None:
    """Fail where the answer is not what the contract says."""
    status = str(answer.status_code)
    responses = operation.spec["responses"]
    key = next((each for each in (status, f"{status[0]}XX") if each in responses), None)
    assert key or answer.status_code in UNDECLARED, (operation.name, status, answer.text[:500])
    if key is None:
        return
    pointer = f"{operation.pointer}/responses/{key}"
    declared = responses[key]
    if "$ref" in declared:
        pointer = declared["$ref"].removeprefix("#")
        declared = contract.at(pointer)
    content = declared.get("content", {})
    if not content:
        return
    kind = answer.mimetype if answer.mimetype in content else next(iter(content))
    if kind != "application/json":
        return
    assert answer.is_json, (operation.name, status, answer.mimetype)
    validator = contract.validator(f"{pointer}/content/{escaped(kind)}/schema")
    problems = [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(answer.json)]
    assert not problems, (operation.name, status, problems[:5])
