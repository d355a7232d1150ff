"""A value that a schema allows, for people to look at: the contract's own examples first, then its limits."""

import re
from collections.abc import Mapping
from typing import Any

from app.api.contract import Contract, one_type
from app.api.reader.samples import is_null, of_member

DEEPEST = 6
_FORMATS = {
    "uuid": "0197c1de-7a2b-7c3d-8e4f-5a6b7c8d9e0f",
    "date-time": "2026-09-01T15:30:00Z",
    "date": "2026-09-01",
    "email": "sis@example.org",
    "time": "15:30:00Z",
    "uri": "https://sis.example.org/hooks/homeroom",
}
_SAMPLES = (
    "+12065550123",
    "PC-1042",
    "0197c1de7a2b7c3d8e4f5a6b",
    "MG0197c1de7a2b7c3d8e4f5a6b0197c1de",
    "2026-09-01T15:30:00Z",
    "2026-09-01",
    "15:30",
)
"""The first that a pattern allows is shown."""


def example(contract: Contract, schema: Mapping[str, Any], *, name: str = "", is_asked: bool = True, depth: int = 0) -> Any:
    """`is_asked`: for a request, which leaves out what only answers hold, and of the rest only shows what is required or telling.

    `name` is that of the member which the value stands in.
    """
    schema = contract.resolved(schema)
    given = _given(schema)
    if given is not None:
        return given
    if one_type(schema) == "object" or "properties" in schema or "allOf" in schema:
        return _object(contract, schema, is_asked=is_asked, depth=depth)
    for several in ("anyOf", "oneOf"):
        if schema.get(several):
            return example(contract, _chosen(contract, schema[several]), name=name, is_asked=is_asked, depth=depth)
    kind = one_type(schema)
    if kind == "array":
        items = schema.get("items", {})
        return [] if depth >= DEEPEST else [example(contract, items, name=name, is_asked=is_asked, depth=depth + 1)]
    return _simple(kind, schema, name)


def _given(schema: Mapping[str, Any]) -> Any:
    if "const" in schema:
        return schema["const"]
    for name in ("examples", "enum"):
        if schema.get(name):
            return next((each for each in schema[name] if each is not None), None)
    return schema.get("example")


def _chosen(contract: Contract, alternatives: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    return next((each for each in alternatives if one_type(contract.resolved(each)) != "null"), alternatives[0])


def _object(contract: Contract, schema: Mapping[str, Any], *, is_asked: bool, depth: int) -> dict[str, Any]:
    if depth >= DEEPEST:
        return {}
    members, required = _members(contract, schema)
    hidden = "readOnly" if is_asked else "writeOnly"
    shown = [name for name in members if not members[name].get(hidden) and (not is_asked or name in required)]
    if is_asked and not shown:
        shown = list(members)[:2]
    return {name: example(contract, members[name], name=name, is_asked=is_asked, depth=depth + 1) for name in shown}


def _members(contract: Contract, schema: Mapping[str, Any]) -> tuple[dict[str, Mapping[str, Any]], set[str]]:
    """Those of the schema itself, of all that it adds up, and of its first alternative."""
    schema = contract.resolved(schema)
    members, required = dict(schema.get("properties", {})), set(schema.get("required", ()))
    parts = list(schema.get("allOf", ()))
    parts += [_chosen(contract, schema[several]) for several in ("anyOf", "oneOf") if schema.get(several)]
    for part in parts:
        more, needed = _members(contract, part)
        members |= {name: each for name, each in more.items() if name not in members or len(each) > len(members[name])}
        required |= needed
    return members, required


def _simple(kind: str, schema: Mapping[str, Any], name: str) -> Any:
    if kind == "null" or ("null" in schema.get("type", "") and is_null(name)):
        return None
    if "default" in schema and schema["default"] is not None:
        return schema["default"]
    if kind in {"integer", "number"}:
        return max(1, schema.get("minimum", 1))
    if kind == "boolean":
        return True
    told = of_member(name)
    if schema.get("format") in _FORMATS:
        return told if told and schema["format"] == "uri" and told.startswith("https:") else _FORMATS[schema["format"]]
    fitting = (each for each in ((told,) if told else ()) + (_SAMPLES if schema.get("pattern") else ()) if _fits(each, schema))
    nothing = None if "null" in schema.get("type", "") else (name or "text").ljust(schema.get("minLength", 0), ".")
    return next(fitting, nothing)


def _fits(value: str, schema: Mapping[str, Any]) -> bool:
    return schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)) and bool(
        re.search(schema.get("pattern", ""), value)
    )
