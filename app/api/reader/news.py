"""What a face tells other systems by itself: the webhooks and callbacks of its contract, as its readers see them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.api.contract import Contract
from app.api.reader.examples import example
from app.api.reader.outline import Row, Served, row_of, rows


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of news. `asked_by` names the operations whose requests say where it goes; empty where it has an address of its own."""

    name: str
    method: str
    summary: str
    text: str
    parameters: tuple[tuple[str, Row], ...]
    body: tuple[Row, ...]
    sample: str
    asked_by: tuple[str, ...] = ()


@cache
def news_of(served: Served) -> tuple[Told, ...]:
    """All of a face, in the order of its contract."""
    contract = served.contract
    webhooks = [
        _told(contract, name, method, spec) for name, item in contract.document.get("webhooks", {}).items() for method, spec in item.items()
    ]
    return (*webhooks, *_callbacks(contract))


def _callbacks(contract: Contract) -> Iterator[Told]:
    """The same callback of several operations is told once."""
    found: dict[str, tuple[str, str, Mapping[str, Any], list[str]]] = {}
    for operation in contract.operations():
        for name, addresses in operation.spec.get("callbacks", {}).items():
            for item in addresses.values():
                for method, spec in item.items():
                    same = found.setdefault(json.dumps([name, method, spec], sort_keys=True), (name, method, spec, []))
                    same[3].append(operation.name)
    for name, method, spec, asked_by in found.values():
        yield _told(contract, name, method, spec, tuple(asked_by))


def _told(contract: Contract, name: str, method: str, spec: Mapping[str, Any], asked_by: tuple[str, ...] = ()) -> Told:
    parameters = [contract.resolved(each) for each in spec.get("parameters", ())]
    body = spec.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return Told(
        name,
        method.upper(),
        spec.get("summary", ""),
        spec.get("description", ""),
        tuple((each["in"], row_of(contract, each["name"], each["schema"], each.get("description", ""))) for each in parameters),
        tuple(rows(contract, body)) if body else (),
        json.dumps(_named(name, example(contract, body, is_asked=False)), ensure_ascii=False, indent=2) if body else "",
        asked_by,
    )


def _named(name: str, sample: dict[str, Any]) -> dict[str, Any]:
    """An example of a payload that several kinds share, as one of this kind."""
    if "metadata" in sample:
        sample["metadata"]["event"] = name
    elif "type" in sample:
        sample["type"] = name
    return sample
