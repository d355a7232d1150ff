"""One contract as the machine reads it: operations, and validators that are made when they are first needed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs

from app.api.complaints import MASK
from app.api.moments import FORMATS

FOLDER = Path(__file__).parent / "contracts"
METHODS = ("get", "put", "post", "patch", "delete")
MULTIPART = "multipart/form-data"
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value in the path, the query or a header. `kind` is its JSON type; an array's is that of its items, with `is_many`."""

    name: str
    place: str
    is_required: bool
    kind: str
    is_many: bool
    schema: Schema
    pointer: str


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    contract: "Contract"
    method: str
    path: str
    spec: Mapping[str, Any]
    shared: tuple[Any, ...] = ()
    """The parameters of the path item."""

    @property
    def name(self) -> str:
        """Its operationId."""
        return str(self.spec["operationId"])

    @property
    def pointer(self) -> str:
        """Where it stands in the document."""
        return f"/paths/{escaped(self.path)}/{self.method}"

    @property
    def is_open(self) -> bool:
        """Whether it takes no credentials in a header."""
        return not self.spec.get("security", self.contract.document.get("security", []))

    def declares(self, status: int) -> bool:
        """Whether the contract names this status, or its class."""
        return str(status) in self.spec["responses"] or f"{status // 100}XX" in self.spec["responses"]

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """All of them, those of the path item included."""
        own = [(f"{self.pointer}/parameters/{number}", each) for number, each in enumerate(self.spec.get("parameters", []))]
        shared = [(f"/paths/{escaped(self.path)}/parameters/{number}", each) for number, each in enumerate(self.shared)]
        return tuple(self._parameter(pointer, each) for pointer, each in (*shared, *own))

    def _parameter(self, pointer: str, given: Schema) -> Parameter:
        if "$ref" in given:
            pointer = given["$ref"].removeprefix("#")
            given = self.contract.at(pointer)
        schema = self.contract.resolved(given["schema"])
        kind = one_type(schema)
        is_many = kind == "array"
        if is_many:
            kind = one_type(self.contract.resolved(schema.get("items", {})))
        return Parameter(given["name"], given["in"], given.get("required", False), kind, is_many, schema, f"{pointer}/schema")

    @cached_property
    def content_type(self) -> str | None:
        """What the body must be; None where the operation takes none."""
        return next(iter(self.spec.get("requestBody", {}).get("content", {})), None)

    @property
    def needs_body(self) -> bool:
        """Whether it may not be left out."""
        return bool(self.spec.get("requestBody", {}).get("required"))

    @cached_property
    def body_pointer(self) -> str:
        """Where the schema of the body stands."""
        return f"{self.pointer}/requestBody/content/{escaped(self.content_type or '')}/schema"

    @cached_property
    def body_validator(self) -> jsonschema_rs.Validator:
        """Judges a parsed body."""
        return self.contract.validator(self.body_pointer)

    @cached_property
    def body_defaults(self) -> dict[str, Any]:
        """What is meant where a member is left out: values, and for members that are objects the same again."""
        return self.contract.defaults(self.contract.at(self.body_pointer))

    def validator_of(self, place: str) -> jsonschema_rs.Validator:
        """Judges the object of all parameters of one place."""
        return self._validators[place]

    @cached_property
    def _validators(self) -> dict[str, jsonschema_rs.Validator]:
        made = {}
        for place in {each.place for each in self.parameters}:
            here = [each for each in self.parameters if each.place == place]
            made[place] = self.contract.validator_of(
                {
                    "type": "object",
                    "properties": {each.name: self.contract.reference(each.pointer) for each in here},
                    "required": [each.name for each in here if each.is_required],
                }
            )
        return made


@dataclass(frozen=True)
class Contract:
    """A compiled document of `contracts/`."""

    name: str
    document: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @property
    def base(self) -> str:
        """What references within validators begin with."""
        return f"urn:homeroom:{self.name}"

    def operations(self) -> Iterator[Operation]:
        """In the order of the document."""
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield Operation(self, method, path, item[method], tuple(item.get("parameters", ())))

    def at(self, pointer: str) -> Any:
        """What stands at a JSON pointer."""
        found: Any = self.document
        for step in pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            found = found[int(name)] if isinstance(found, list) else found[name]
        return found

    def resolved(self, schema: Schema) -> Schema:
        """Without the reference that it may be."""
        while "$ref" in schema:
            schema = self.at(schema["$ref"].removeprefix("#"))
        return schema

    def defaults(self, schema: Schema) -> dict[str, Any]:
        """See `Operation.body_defaults`. Defaults inside alternatives are the handler's business."""
        found: dict[str, Any] = {}
        for name, each in self.resolved(schema).get("properties", {}).items():
            member = self.resolved(each)
            if "default" in each or "default" in member:
                found[name] = each.get("default", member.get("default"))
            elif (inner := self.defaults(member)) and one_type(member) == "object":
                found[name] = Inside(inner)
        return found

    def members_at(self, location: str) -> dict[str, set[str]]:
        """All members that the schema knows of which a rule stands at `location`, as validators tell it; each with those inside it."""
        pointer = unquote(location.partition("#")[2]).rpartition("/")[0]
        known = self._members(self.at(pointer)) if pointer else ()
        return {name: {inner for inner, _schema in self._members(member)} for name, member in known}

    def _members(self, schema: Schema) -> Iterator[tuple[str, Schema]]:
        schema = self.resolved(schema)
        yield from schema.get("properties", {}).items()
        for several in ("allOf", "anyOf", "oneOf"):
            for each in schema.get(several, ()):
                yield from self._members(each)

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        document = {**self.document, "$schema": "https://json-schema.org/draft/2020-12/schema"}
        return jsonschema_rs.Registry([(self.base, document)], draft=jsonschema_rs.Draft202012)

    def validator(self, pointer: str) -> jsonschema_rs.Validator:
        """Judges by the schema that stands at `pointer`."""
        return self.validator_of(self.reference(pointer))

    def reference(self, pointer: str) -> Schema:
        """The schema that says no more than: that one."""
        return {"$ref": f"{self.base}#{quote(pointer)}"}

    def validator_of(self, schema: Schema) -> jsonschema_rs.Validator:
        """Judges by `schema`, whose references name this document by its `base`. Formats count."""
        return jsonschema_rs.Draft202012Validator(
            dict(schema), registry=self._registry, validate_formats=True, formats=FORMATS, ignore_unknown_formats=True, mask=MASK
        )


class Inside(dict[str, Any]):
    """Defaults of the members of a member."""


def load(name: str) -> Contract:
    """The compiled contract of this name. Raises FileNotFoundError."""
    return Contract(name, json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def escaped(step: str) -> str:
    """A step of a JSON pointer."""
    return step.replace("~", "~0").replace("/", "~1")


def one_type(schema: Schema) -> str:
    """The JSON type of a schema; of several, the one that is not null. Empty where it names none."""
    kinds = schema.get("type", "")
    if isinstance(kinds, str):
        return kinds
    return next((str(kind) for kind in kinds if kind != "null"), "null")
