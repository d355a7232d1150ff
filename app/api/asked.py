"""A request as a handler sees it: judged against the contract, with the types that the contract names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from app.accounts.callers import Caller
from app.accounts.models import Staff
from app.api.complaints import MOST, complaints
from app.api.contract import MULTIPART, Inside, Operation, Parameter
from app.api.json_bodies import read
from app.api.nearest import is_sayable, unknown
from app.api.refusals import Problems, Refused, Why

_LONGEST_NUMBER = 20
LEAST_READ = 1024
"""Bytes of a body where there should be none."""
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """Values of the path, the query and the headers by name, with defaults filled in; the body, its files; and who asks."""

    operation: Operation
    path: Mapping[str, Any]
    query: Mapping[str, Any]
    headers: Mapping[str, Any]
    body: Any = None
    files: Mapping[str, FileStorage] = field(default_factory=dict)
    asker: Caller | None = None
    raw: bytes = b""
    """The body as it came, for signatures."""

    @property
    def caller(self) -> Caller:
        """Who asks. Only where the operation takes credentials."""
        if self.asker is None:
            message = "this operation takes no credentials"
            raise RuntimeError(message)
        return self.asker

    @property
    def staff(self) -> Staff:
        """In whose name it is done."""
        return self.caller.staff


def parameters(operation: Operation, request: Request) -> dict[str, dict[str, Any]]:
    """The values of each place. Raises Refused: for a path that can name nothing UNKNOWN, unless the contract answers 400 there."""
    if request.query_string and not operation.is_open:
        _refuse_strangers(operation, request)
    found: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
    for each in operation.parameters:
        given = _given(each, request)
        if given is not None:
            found[each.place][each.name] = given
    for place in {each.place for each in operation.parameters}:
        problems = complaints(operation.validator_of(place), found[place], place, operation.contract.members_at)
        if problems and place == "path" and not operation.declares(HTTPStatus.BAD_REQUEST):
            raise Refused(Why.UNKNOWN, "There is nothing of this name.")
        if problems:
            raise Refused(Why.INVALID, _first(problems), problems=problems)
    for each in operation.parameters:
        if "default" in each.schema:
            found[each.place].setdefault(each.name, each.schema["default"])
    return found


def _refuse_strangers(operation: Operation, request: Request) -> None:
    """A misspelt filter would answer with everything, and one given twice with half.

    Open operations are asked by others' machines, which add names of their own.
    """
    known = {each.name: each for each in operation.parameters if each.place == "query"}
    strangers = [name for name in request.args if name not in known][:MOST]
    problems = {f"query/{name}" if is_sayable(name) else "query": [unknown(name, known)] for name in strangers}
    if problems:
        raise Refused(Why.INVALID, _first(problems), code="unknown_parameter", problems=problems)
    for name, values in request.args.lists():
        if len(values) > 1 and not known[name].is_many:
            raise Refused(Why.INVALID, "This is given more than once, and takes one value.", field=f"query/{name}")


def body(operation: Operation, request: Request, *, limit: int, prepare: Any = None) -> tuple[Any, dict[str, FileStorage], bytes]:
    """The parsed body, its files and its bytes. Raises Refused (TOO_LARGE, INVALID; RULE for a body that breaks the schema)."""
    kind = operation.content_type
    if kind is None:
        if not operation.is_open:
            _refuse_body(request)
        return None, {}, b""
    if (request.content_length or 0) > limit:
        raise Refused(Why.TOO_LARGE, f"The body is larger than {limit:,} bytes, which this operation reads at most.")
    if kind == MULTIPART:
        return _form(operation, request)
    request.max_content_length = limit
    try:
        raw = request.get_data(cache=True)
    except RequestEntityTooLarge as error:
        raise Refused(Why.TOO_LARGE, f"The body is larger than {limit:,} bytes, which this operation reads at most.") from error
    if not raw.strip() and not operation.needs_body:
        return None, {}, raw
    if request.mimetype not in {"application/json", ""} and not request.mimetype.endswith("+json"):
        raise Refused(Why.INVALID, "Send the body as application/json.", code="content_type", field="body")
    value = read(raw)
    if prepare is not None:
        value = prepare(operation, value)
    _judge_body(operation, value)
    return with_defaults(value, operation.body_defaults), {}, raw


def _refuse_body(request: Request) -> None:
    """It would be overheard, and say what somebody counts on. An empty object, which some clients always send, says nothing."""
    request.max_content_length = LEAST_READ
    try:
        is_empty = request.get_data(cache=True).strip() in {b"", b"{}"}
    except RequestEntityTooLarge:
        is_empty = False
    if not is_empty:
        raise Refused(Why.RULE, "This operation takes no body. Leave it out: nothing was done.", code="no_body", field="body")


def with_defaults(value: Any, defaults: Mapping[str, Any]) -> Any:
    """`value` with what the contract means where members are left out."""
    if not isinstance(value, dict):
        return value
    for name, default in defaults.items():
        if isinstance(default, Inside):
            if name in value:
                with_defaults(value[name], default)
        elif name not in value:
            value[name] = default
    return value


def _judge_body(operation: Operation, value: Any) -> None:
    problems = complaints(operation.body_validator, value, "body", operation.contract.members_at)
    if problems:
        raise Refused(Why.RULE, _first(problems), code="invalid", problems=problems)


def _form(operation: Operation, request: Request) -> tuple[Any, dict[str, FileStorage], bytes]:
    if request.mimetype != MULTIPART:
        raise Refused(Why.INVALID, "Send the body as multipart/form-data.", code="content_type", field="body")
    try:
        fields = {name: request.form[name] for name in request.form}
        files = {name: request.files[name] for name in request.files}
    except RequestEntityTooLarge as error:
        raise Refused(Why.TOO_LARGE, "The file is larger than this house takes.") from error
    for name in (*fields, *files):
        if len(request.form.getlist(name)) + len(request.files.getlist(name)) > 1:
            where = f"body/{name}" if is_sayable(name) else "body"
            raise Refused(Why.RULE, "This part is given more than once. Send it once.", code="repeated_part", field=where)
    schema = operation.contract.resolved(operation.contract.at(operation.body_pointer))
    typed = {name: _typed(str(schema.get("properties", {}).get(name, {}).get("type", "string")), text) for name, text in fields.items()}
    _judge_body(operation, {**typed, **dict.fromkeys(files, "file")})
    return with_defaults(typed, operation.body_defaults), files, b""


def _given(parameter: Parameter, request: Request) -> Any:
    if parameter.place == "path":
        return _typed(parameter.kind, (request.view_args or {}).get(_argument(parameter.name), ""))
    if parameter.place == "header":
        text = request.headers.get(parameter.name)
        return None if text is None else _typed(parameter.kind, text)
    values: MultiDict[str, str] = request.args
    if parameter.name not in values:
        return None
    if parameter.is_many:
        return [_typed(parameter.kind, text) for text in values.getlist(parameter.name)]
    return _typed(parameter.kind, values[parameter.name])


def _argument(name: str) -> str:
    return name.replace("-", "_")


def _typed(kind: str, text: str) -> Any:
    """The value that `text` stands for; `text` itself where it stands for none, which the validator then refuses."""
    if kind == "boolean":
        return _TRUTHS.get(text.lower(), text)
    if kind == "integer" and len(text) < _LONGEST_NUMBER and text.isascii() and text.removeprefix("-").isdecimal():
        return int(text)
    if kind == "number":
        try:
            return float(text)
        except ValueError:
            return text
    return text


def _first(problems: Problems) -> str:
    place, sentences = next(iter(problems.items()))
    return f"{place}: {sentences[0]}"
