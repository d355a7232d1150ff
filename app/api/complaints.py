"""What the contract does not allow, in sentences: where, what, and never the value itself, which may be a secret."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from app.api.nearest import is_sayable, unknown
from app.api.wanted import FORMATS, PATTERNS, TYPES

MASK = "this value"
"""What stands in sentences of the validator in place of what was sent."""
MOST = 20
LONGEST = 300
_UNKNOWN = frozenset({"additionalProperties", "unevaluatedProperties"})
"""About members that the contract does not know: the validator would repeat their names as they were sent."""
_ALTERNATIVES = frozenset({"anyOf", "oneOf"})
Error = jsonschema_rs.ValidationError
Known = Callable[[str], Mapping[str, Collection[str]]]
"""Members that the schema knows whose rule stands at this location of the document, each with those inside it."""


def complaints(validator: jsonschema_rs.Validator, value: Any, place: str, known: Known) -> dict[str, list[str]]:
    """Sentences by place, such as ``body/recipients/0/number``; empty where all is well."""
    if validator.is_valid(value):
        return {}
    found: dict[str, list[str]] = {}
    many = 0
    for where, sentence in _told(validator.iter_errors(value), known):
        here = found.setdefault("/".join([place, *where])[:LONGEST], [])
        if sentence not in here:
            here.append(sentence)
            many += 1
        if many >= MOST:
            break
    return found


def _told(errors: Any, known: Known) -> Iterator[tuple[list[str], str]]:
    for error in errors:
        if error.kind.name in _UNKNOWN:
            yield from _strangers(error, known)
            continue
        branches: Sequence[Sequence[Error]] = getattr(error.kind, "context", None) or ()
        if error.kind.name not in _ALTERNATIVES or not branches:
            yield [str(step) for step in error.instance_path], _sentence(error)
        elif all(_is_missing(branch, error) for branch in branches):
            several = dict.fromkeys(", ".join(f"“{each.kind.value}”" for each in branch) for branch in branches)
            yield [str(step) for step in error.instance_path], f"{' or '.join(several)} is required"
        else:
            yield from _told(_closest(branches), known)


def _strangers(error: Error, known: Known) -> Iterator[tuple[list[str], str]]:
    where = [str(step) for step in error.instance_path]
    members = known(error.absolute_keyword_location or "")
    strangers: Sequence[str] = getattr(error.kind, "unexpected", ())  # only the kinds that are about members have it
    for name in strangers[:MOST]:
        yield [*where, name] if is_sayable(name) else where, unknown(name, members, members)


def _sentence(error: Error) -> str:
    if error.kind.name == "propertyNames":
        return "holds a member whose name the contract does not allow"
    if error.kind.name == "required":
        return f"“{error.kind.value}” is required"
    if error.kind.name == "not":
        return _excluded(error)
    wanted = _wanted(error)
    return f"this must be {wanted}" if wanted else error.message[:LONGEST]


def _excluded(error: Error) -> str:
    """What the rest of a body leaves no place for."""
    schema = getattr(error.kind, "schema", None)  # of this kind alone
    names = schema.get("required", ()) if isinstance(schema, dict) else ()
    return f"{', '.join(f'“{name}”' for name in names)} cannot stand beside the rest: send one or the other" if names else "not like this"


def _wanted(error: Error) -> str | None:
    """In words what the validator would say with an expression, or with a word of its own."""
    name = error.kind.name
    if name == "pattern":
        return PATTERNS.get(error.kind.value)
    if name == "format":
        return FORMATS.get(error.kind.value)
    if name == "type":
        return " or ".join(TYPES[each] for each in sorted(error.kind.value, key=lambda each: each == "null"))
    return None


def _is_missing(branch: Sequence[Error], whole: Error) -> bool:
    """Whether nothing is wrong with the value but that a member is not there."""
    return all(each.kind.name == "required" and list(each.instance_path) == list(whole.instance_path) for each in branch)


def _closest(branches: Sequence[Sequence[Error]]) -> Sequence[Error]:
    """The alternative that was probably meant: one of the right type, in which the trouble lies deepest, with the least of it."""
    return max(branches, key=lambda branch: (not any(each.kind.name == "type" for each in branch), _depth(branch), -len(branch)))


def _depth(branch: Sequence[Error]) -> int:
    """Of the shallowest trouble: what is wrong on top says that something else was meant."""
    return min(len(each.instance_path) for each in branch)
