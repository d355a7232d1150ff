"""What the contract does not allow, in sentences: where, what, and never the value itself, which may be a secret."""

from collections.abc import Iterator, Sequence
from typing import Any

import jsonschema_rs

MASK = "this value"
"""What stands in sentences of the validator in place of what was sent."""
MOST = 20
LONGEST = 300
_UNKNOWN = frozenset({"additionalProperties", "unevaluatedProperties", "propertyNames"})
"""About members that the contract does not know: the validator would repeat their names as they were sent."""
_ALTERNATIVES = frozenset({"anyOf", "oneOf"})
Error = jsonschema_rs.ValidationError


def complaints(validator: jsonschema_rs.Validator, value: Any, place: str) -> dict[str, list[str]]:
    """Sentences by place, such as ``body/recipients/0/number``; empty where all is well."""
    if validator.is_valid(value):
        return {}
    found: dict[str, list[str]] = {}
    many = 0
    for where, sentence in _told(validator.iter_errors(value)):
        here = found.setdefault("/".join([place, *where])[:LONGEST], [])
        if sentence not in here:
            here.append(sentence)
            many += 1
        if many >= MOST:
            break
    return found


def _told(errors: Any) -> Iterator[tuple[list[str], str]]:
    for error in errors:
        branches: Sequence[Sequence[Error]] = getattr(error.kind, "context", None) or ()
        if error.kind.name not in _ALTERNATIVES or not branches:
            yield [str(step) for step in error.instance_path], _sentence(error)
        elif all(_is_missing(branch, error) for branch in branches):
            several = dict.fromkeys(", ".join(f"“{each.kind.value}”" for each in branch) for branch in branches)
            yield [str(step) for step in error.instance_path], f"{' or '.join(several)} is required"
        else:
            yield from _told(_closest(branches))


def _sentence(error: Error) -> str:
    if error.kind.name in _UNKNOWN:
        return "holds a member that the contract does not know"
    return error.message[:LONGEST]


def _is_missing(branch: Sequence[Error], whole: Error) -> bool:
    """Whether nothing is wrong with the value but that a member is not there."""
    return all(each.kind.name == "required" and list(each.instance_path) == list(whole.instance_path) for each in branch)


def _closest(branches: Sequence[Sequence[Error]]) -> Sequence[Error]:
    """The alternative that was probably meant: one of the right type, in which the trouble lies deepest, with the least of it."""
    return max(branches, key=lambda branch: (not any(each.kind.name == "type" for each in branch), _depth(branch), -len(branch)))


def _depth(branch: Sequence[Error]) -> int:
    """Of the shallowest trouble: what is wrong on top says that something else was meant."""
    return min(len(each.instance_path) for each in branch)
