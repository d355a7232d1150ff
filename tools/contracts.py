"""Compile `contracts/*.yaml`, which people read, into `app/api/contracts/*.json`, which the faces read at start. `--check` only compares.

YAML of this size takes most of a second to read, JSON a few milliseconds.
"""

import json
import sys
from pathlib import Path
from typing import Any, ClassVar

import yaml

ROOT = Path(__file__).parent.parent
WRITTEN = ROOT / "contracts"
COMPILED = ROOT / "app" / "api" / "contracts"
VERBS = {"get", "post", "put", "patch", "delete"}
TOO_MANY = "TooManyRequests"


class Loader(yaml.CSafeLoader):
    """Dates stay the text that they are in an example."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def read(file: Path) -> dict[str, Any]:
    """One contract."""
    with file.open(encoding="utf-8") as stream:
        document: dict[str, Any] = yaml.load(stream, Loader)  # noqa: S506  # a safe loader with one rule less
    return _limited(document)


def _limited(document: dict[str, Any]) -> dict[str, Any]:
    """Say at every operation that a system may ask too often, where the contract has words for it: they need not be written 130 times."""
    if TOO_MANY in document.get("components", {}).get("responses", {}):
        for item in document["paths"].values():
            for verb in VERBS & item.keys():
                item[verb]["responses"].setdefault("429", {"$ref": f"#/components/responses/{TOO_MANY}"})
    return document


def compiled() -> dict[Path, str]:
    """What belongs into each compiled file."""
    return {
        COMPILED / f"{file.name.removesuffix('.yaml')}.json": json.dumps(read(file), ensure_ascii=False, separators=(",", ":")) + "\n"
        for file in sorted(WRITTEN.glob("*.yaml"))
    }


def stale() -> list[Path]:
    """The compiled files that differ from what was written."""
    return [file for file, text in compiled().items() if not file.exists() or file.read_text(encoding="utf-8") != text]


def main() -> None:
    """Compile, or with `--check` say what is stale."""
    wrong = stale()
    if "--check" in sys.argv:
        for file in wrong:
            print(f"{file.name} is stale: run make contracts")
        sys.exit(bool(wrong))
    texts = compiled()
    for file in wrong:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(texts[file], encoding="utf-8")
        print(f"compiled {file.name}")


if __name__ == "__main__":
    main()
