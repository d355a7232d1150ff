"""The rows of the invented district while they are made. Random, but always the same."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
MAGIC_LINES = frozenset(
    [
        "1211",
        "1408",
        "1610",
        "1611",
        "1614",
        "4429",
        "4500",
        "4501",
        "4408",
        "3003",
        "3004",
        "3005",
        "3006",
        "3007",
        "3008",
        "3034",
        "3999",
        "6000",
        "6001",
        "6002",
        "6003",
        "7001",
    ]
)
"""Endings that the simulated network gives a meaning of its own; ordinary families do not get them."""


def _free_numbers() -> Iterator[str]:
    """Numbers of the 555 exchange, which no telephone company gives out."""
    for area in ("503", "971", "541", "458"):
        for line in range(2000, 10_000):
            if str(line) not in MAGIC_LINES:
                yield f"+1{area}555{line}"


@dataclass
class House:
    """All rows, by table name, with the ids already chosen."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    rng: random.Random = field(default_factory=lambda: random.Random(2026))
    numbers: Iterator[str] = field(default_factory=_free_numbers)

    def add(self, table: str, **values: Any) -> int:
        """Add a row and return its id."""
        rows = self.rows.setdefault(table, [])
        number = len(rows) + 1
        rows.append({"id": number, **values})
        return number

    def link(self, table: str, **values: Any) -> None:
        """Add a row without an id of its own."""
        self.rows.setdefault(table, []).append(values)
