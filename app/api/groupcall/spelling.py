"""Members of a body in the contract's spelling: this face takes them in any case, and leaves strangers aside with a warning."""

from collections.abc import Iterable, Iterator
from typing import Any

from app.api.contract import Contract, Operation, Schema
from app.api.groupcall.orders import refuse_orders
from app.api.nearest import is_misspelt, is_sayable, unknown
from app.api.refusals import Refused, Why

_TOGETHER = ("allOf", "anyOf", "oneOf")
MOST_UNKNOWN = 100
"""Different names of a body that are compared with the known ones: anybody may send a body here."""


def spelled(operation: Operation, body: Any) -> Any:
    """`body` with each known member named as the contract does. Raises Refused for one that is given twice, or misspelt.

    Where something would be sent, also for an unknown one that seems to say when, or whether.
    """
    schema = operation.contract.at(operation.body_pointer)
    found = _spelled(operation.contract, [schema], body, "body", set())
    if operation.name.startswith("send"):
        refuse_orders(strangers(operation, found))
    return found


def strangers(operation: Operation, body: Any) -> list[str]:
    """Names of members in a spelled body, at any depth, that the contract does not know; each once."""
    return list(dict.fromkeys(_strangers(operation.contract, [operation.contract.at(operation.body_pointer)], body)))


def _strangers(contract: Contract, schemas: list[Schema], value: Any) -> Iterator[str]:
    whole = _all(contract, schemas)
    if isinstance(value, list):
        items = [each["items"] for each in whole if "items" in each]
        for each in value:
            yield from _strangers(contract, items, each)
    elif isinstance(value, dict):
        known = _members(whole)
        for name, inner in value.items():
            if name in known:
                yield from _strangers(contract, known[name], inner)
            elif known:
                yield name


def _members(whole: Iterable[Schema]) -> dict[str, list[Schema]]:
    """What the schemas know of each member."""
    known: dict[str, list[Schema]] = {}
    for each in whole:
        for name, member in each.get("properties", {}).items():
            known.setdefault(name, []).append(member)
    return known


def _spelled(contract: Contract, schemas: list[Schema], value: Any, place: str, unknown_names: set[str]) -> Any:
    if isinstance(value, list):
        items = [each["items"] for each in _all(contract, schemas) if "items" in each]
        return (
            [_spelled(contract, items, each, f"{place}/{number}", unknown_names) for number, each in enumerate(value)] if items else value
        )
    if not isinstance(value, dict):
        return value
    known: dict[str, tuple[str, list[Schema]]] = {}
    for name, members in _members(_all(contract, schemas)).items():
        known.setdefault(name.lower(), (name, []))[1].extend(members)
    names = [name for name, _ in known.values()]
    found: dict[str, Any] = {}
    for given, inner in value.items():
        name, members = known.get(given.lower(), (given, []))
        if names and not members and given not in unknown_names:
            _judge(given, names, place)
            unknown_names.add(given)
            if len(unknown_names) > MOST_UNKNOWN:
                raise Refused(Why.INVALID, f"More than {MOST_UNKNOWN} members are not known here. Nothing was done.", field="body")
        if name in found:
            sentence = f"The member {name} is given twice. Its name is read in any case, so send it once."
            raise Refused(Why.INVALID, sentence, code="duplicate_member", field=f"{place}/{name}")
        found[name] = _spelled(contract, members, inner, f"{place}/{name}", unknown_names) if members else inner
    return found


def _judge(given: str, names: list[str], place: str) -> None:
    """Refuse a name that is almost one of `names`."""
    if is_misspelt(given, names):
        where = f"{place}/{given}" if is_sayable(given) else place
        raise Refused(Why.INVALID, f"{unknown(given, names)} Nothing was done.", code="unknown_member", field=where)


def _all(contract: Contract, schemas: Iterable[Schema]) -> list[Schema]:
    """These schemas and all that they are made of."""
    found: list[Schema] = []
    for each in schemas:
        schema = contract.resolved(each)
        found.append(schema)
        for joint in _TOGETHER:
            found += _all(contract, schema.get(joint, []))
    return found
