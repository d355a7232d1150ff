"""Members of a body in the contract's spelling: this face takes them in any case."""

from collections.abc import Iterable
from typing import Any

from app.api.contract import Contract, Operation, Schema
from app.api.refusals import Refused, Why

_TOGETHER = ("allOf", "anyOf", "oneOf")


def spelled(operation: Operation, body: Any) -> Any:
    """`body` with each known member named as the contract does. Raises Refused for one that is given twice."""
    schema = operation.contract.at(operation.body_pointer)
    return _spelled(operation.contract, [schema], body, "body")


def _spelled(contract: Contract, schemas: list[Schema], value: Any, place: str) -> Any:
    if isinstance(value, list):
        items = [each["items"] for each in _all(contract, schemas) if "items" in each]
        return [_spelled(contract, items, each, f"{place}/{number}") for number, each in enumerate(value)] if items else value
    if not isinstance(value, dict):
        return value
    known: dict[str, tuple[str, list[Schema]]] = {}
    for each in _all(contract, schemas):
        for name, member in each.get("properties", {}).items():
            known.setdefault(name.lower(), (name, []))[1].append(member)
    found: dict[str, Any] = {}
    for given, inner in value.items():
        name, members = known.get(given.lower(), (given, []))
        if name in found:
            sentence = f"The member {name} is given twice. Its name is read in any case, so send it once."
            raise Refused(Why.INVALID, sentence, code="duplicate_member", field=f"{place}/{name}")
        found[name] = _spelled(contract, members, inner, f"{place}/{name}") if members else inner
    return found


def _all(contract: Contract, schemas: Iterable[Schema]) -> list[Schema]:
    """These schemas and all that they are made of."""
    found: list[Schema] = []
    for each in schemas:
        schema = contract.resolved(each)
        found.append(schema)
        for joint in _TOGETHER:
            found += _all(contract, schema.get(joint, []))
    return found
