"""A value that a schema allows, for people to look at: the contract's own examples first, then its limits."""

from collections.abc import Mapping
from typing import Any

from app.api.contract import Contract, one_type

DEEPEST = 6
_FORMATS = {
    "uuid": "0197c1de-7a2b-7c3d-8e4f-5a6b7c8d9e0f",
    "date-time": "2026-09-01T15:30:00Z",
    "date": "2026-09-01",
    "email": "sis@example.org",
    "uri": "https://sis.example.org/hooks/homeroom",
}
_PATTERNS = {
    r"^\+[1-9]\d{1,14}$": "+15555550123",
    "^[0-9a-f]{24}$": "0197c1de7a2b7c3d8e4f5a6b",
    "^([0-9a-f]{24}|primary)$": "primary",
}


def example(contract: Contract, schema: Mapping[str, Any], *, is_asked: bool = True, depth: int = 0) -> Any:
    """`is_asked`: for a request, which leaves out what only answers hold, and of the rest only shows what is required or telling."""
    schema = contract.resolved(schema)
    given = _given(schema)
    if given is not None:
        return given
    for several in ("anyOf", "oneOf"):
        if schema.get(several):
            chosen = next((each for each in schema[several] if one_type(contract.resolved(each)) != "null"), schema[several][0])
            return example(contract, chosen, is_asked=is_asked, depth=depth)
    if "allOf" in schema:
        parts = [example(contract, each, is_asked=is_asked, depth=depth) for each in schema["allOf"]]
        return {name: value for part in parts if isinstance(part, dict) for name, value in part.items()}
    kind = one_type(schema)
    if kind == "object" or "properties" in schema:
        return _object(contract, schema, is_asked=is_asked, depth=depth)
    if kind == "array":
        return [] if depth >= DEEPEST else [example(contract, schema.get("items", {}), is_asked=is_asked, depth=depth + 1)]
    return _simple(kind, schema)


def _given(schema: Mapping[str, Any]) -> Any:
    if "const" in schema:
        return schema["const"]
    for name in ("examples", "enum"):
        if schema.get(name):
            return next((each for each in schema[name] if each is not None), None)
    return schema.get("example")


def _object(contract: Contract, schema: Mapping[str, Any], *, is_asked: bool, depth: int) -> dict[str, Any]:
    if depth >= DEEPEST:
        return {}
    required = set(schema.get("required", ()))
    hidden = "readOnly" if is_asked else "writeOnly"
    members = {name: each for name, each in schema.get("properties", {}).items() if not each.get(hidden)}
    shown = [name for name in members if not is_asked or name in required] or list(members)[:2]
    return {name: example(contract, members[name], is_asked=is_asked, depth=depth + 1) for name in shown}


def _simple(kind: str, schema: Mapping[str, Any]) -> Any:
    if "default" in schema and schema["default"] is not None:
        return schema["default"]
    if kind in {"integer", "number"}:
        return max(1, schema.get("minimum", 1))
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    return _FORMATS.get(schema.get("format", "")) or _PATTERNS.get(schema.get("pattern", ""), "text")
