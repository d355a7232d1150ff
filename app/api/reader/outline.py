"""A contract as its readers see it: groups of operations, and schemas as rows of a table."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from http import HTTPStatus
from typing import Any

from app.api.contract import Contract, Operation, one_type
from app.api.face import Face
from app.api.reader.examples import example
from app.api.wanted import PATTERNS

DEEPEST = 5
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Row:
    """A member of an object, or a parameter. `depth` says how far inside it stands; `limits` are sentences."""

    name: str
    kind: str
    is_required: bool
    text: str
    limits: tuple[str, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that the contract names."""

    status: str
    text: str
    rows: tuple[Row, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Described:
    """One operation. `scopes` open it, any one of them; none: any key does; `is_open`: none. `reason`: why it is not served."""

    name: str
    method: str
    path: str
    summary: str
    text: str
    scopes: tuple[str, ...]
    is_open: bool
    is_for_admins: bool
    reason: str
    parameters: tuple[tuple[str, Row], ...]
    body: tuple[Row, ...]
    content_type: str
    sample: str
    answers: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one tag."""

    name: str
    slug: str
    operations: tuple[Described, ...]


def slug_of(name: str) -> str:
    """How a tag stands in an address."""
    return _NO_LETTERS.sub("-", name.lower()).strip("-")


@cache
def groups_of(face: "Served") -> tuple[Group, ...]:
    """All groups of a face, in the order of its contract."""
    contract = face.contract
    found: dict[str, list[Described]] = {each["name"]: [] for each in contract.document.get("tags", [])}
    for operation in contract.operations():
        found.setdefault(operation.spec.get("tags", ["Other"])[0], []).append(_described(operation, face))
    return tuple(Group(name, slug_of(name), tuple(each)) for name, each in found.items() if each)


@dataclass(frozen=True, eq=False)
class Served:
    """A face with what it serves; compared by being the same one, so that its outline is made once."""

    face: Face
    title: str
    text: str

    @property
    def contract(self) -> Contract:
        """What it promises."""
        return self.face.contract


def _described(operation: Operation, served: Served) -> Described:
    contract, spec = operation.contract, operation.spec
    handled = served.face.handled.get(operation.name)
    body = contract.at(operation.body_pointer) if operation.content_type else None
    return Described(
        name=operation.name,
        method=operation.method.upper(),
        path=served.face.prefix + operation.path,
        summary=spec.get("summary", ""),
        text=spec.get("description", ""),
        scopes=tuple(each.value for each in handled.scopes) if handled else (),
        is_open=operation.is_open,
        is_for_admins=spec.get("x-bearer-type") == "Admin",
        reason=spec.get("x-school-fit-reason", "") if spec.get("x-school-fit") == "outside" else "",
        parameters=tuple((each.place, _row(contract, each.name, each.schema, each.is_required, 0)) for each in operation.parameters),
        body=tuple(rows(contract, body)) if body else (),
        content_type=operation.content_type or "",
        sample=_written(example(contract, body)) if body and operation.content_type == "application/json" else "",
        answers=tuple(_answers(operation)),
    )


def _answers(operation: Operation) -> Iterator[Told]:
    contract = operation.contract
    for status, given in operation.spec["responses"].items():
        answer = contract.resolved(given)
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        is_good = status < str(HTTPStatus.MULTIPLE_CHOICES.value)
        shown = tuple(rows(contract, schema)) if schema and is_good else ()
        sample = _written(example(contract, schema, is_asked=False)) if schema and is_good else ""
        yield Told(status, answer.get("description", ""), shown, sample)


def rows(contract: Contract, schema: Mapping[str, Any], depth: int = 0) -> Iterator[Row]:
    """The members of a schema and, below each, its own. Alternatives follow each other."""
    schema = contract.resolved(schema)
    if one_type(schema) == "array" and depth < DEEPEST:
        yield from rows(contract, schema.get("items", {}), depth)
    for several in ("anyOf", "oneOf", "allOf"):
        for each in schema.get(several, ()):
            yield from rows(contract, each, depth)
    required = set(schema.get("required", ()))
    for name, member in schema.get("properties", {}).items():
        yield _row(contract, name, member, name in required, depth)
        if depth < DEEPEST:
            yield from rows(contract, member, depth + 1)


def row_of(contract: Contract, name: str, schema: Mapping[str, Any], text: str) -> Row:
    """A parameter, whose description stands beside its schema."""
    return replace(_row(contract, name, schema, is_required=False, depth=0), text=text)


def _row(contract: Contract, name: str, schema: Mapping[str, Any], is_required: bool, depth: int) -> Row:  # noqa: FBT001  # a column
    resolved = contract.resolved(schema)
    text = schema.get("description") or resolved.get("description", "")
    return Row(name, _kind(contract, resolved), is_required, text, tuple(_limits(resolved)), depth)


def _kind(contract: Contract, schema: Mapping[str, Any]) -> str:
    alternatives = [contract.resolved(each) for several in ("anyOf", "oneOf") for each in schema.get(several, ())]
    if alternatives:
        return " or ".join(dict.fromkeys(_kind(contract, each) for each in alternatives))
    kind = one_type(schema)
    if kind == "array":
        return f"list of {_kind(contract, contract.resolved(schema.get('items', {})))}"
    nullable = isinstance(schema.get("type"), list) and "null" in schema["type"]
    return f"{schema.get('format') or kind or 'any'}{' or null' if nullable else ''}"


def _limits(schema: Mapping[str, Any]) -> Iterator[str]:
    if "const" in schema:
        yield f"always {json.dumps(schema['const'])}"
    if schema.get("enum"):
        yield "one of " + ", ".join(json.dumps(each, ensure_ascii=False) for each in schema["enum"])
    for least, most, unit in (("minLength", "maxLength", " characters"), ("minItems", "maxItems", " entries"), ("minimum", "maximum", "")):
        low, high = schema.get(least), schema.get(most)
        if low is not None and high is not None:
            yield f"{low} to {high}{unit}"
        elif high is not None:
            yield f"at most {high}{unit}"
        elif low is not None:
            yield f"at least {low}{unit}"
    if schema.get("pattern"):
        yield PATTERNS.get(schema["pattern"], f"like {schema['pattern']}")
    if schema.get("default") is not None:
        yield f"{json.dumps(schema['default'])} unless said"


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
