"""Small things that are due later: a limit of time, what answered, a recording to be made, an announcement."""

import json
import sqlite3
import uuid
from dataclasses import dataclass
from typing import Any, Self

LIMIT, DETECT, MIX, ANNOUNCE, ANNOUNCED, TRANSCRIBE, SILENCE = "limit", "detect", "mix", "announce", "announced", "transcribe", "silence"


@dataclass(frozen=True, slots=True)
class Chore:
    """One thing to do about the row `about` of what its kind is for."""

    id: int
    kind: str
    about: int
    plan: dict[str, Any]
    due: float
    claim: str
    tries: int

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The chore in `row`."""
        values = dict(row)
        return cls(**values | {"plan": json.loads(values["plan"])})


def add(connection: sqlite3.Connection, kind: str, about: int, due: float, plan: dict[str, Any]) -> None:
    """Plan one."""
    connection.execute("INSERT INTO chores (kind, about, plan, due) VALUES (?, ?, ?, ?)", (kind, about, json.dumps(plan), due))


def take(connection: sqlite3.Connection, at: float, lease: float) -> Chore | None:
    """The chore that is due next; it is ours for `lease` seconds."""
    row = connection.execute(
        "UPDATE chores SET claim = ?, due = ?, tries = tries + 1 WHERE id = (SELECT id FROM chores WHERE due <= ? ORDER BY due LIMIT 1)"
        " RETURNING *",
        (uuid.uuid4().hex, at + lease, at),
    ).fetchone()
    return None if row is None else Chore.of(row)


def done(connection: sqlite3.Connection, chore: Chore) -> bool:
    """Strike it off. False if somebody else took it up meanwhile."""
    return connection.execute("DELETE FROM chores WHERE id = ? AND claim = ?", (chore.id, chore.claim)).rowcount > 0


def forget(connection: sqlite3.Connection, kind: str, about: int) -> None:
    """Strike off what is no longer needed."""
    connection.execute("DELETE FROM chores WHERE kind = ? AND about = ?", (kind, about))


def next_due(connection: sqlite3.Connection) -> float | None:
    """When the next one is due."""
    row = connection.execute("SELECT MIN(due) AS due FROM chores").fetchone()
    return None if row["due"] is None else float(row["due"])


def how_many(connection: sqlite3.Connection) -> int:
    """How many are left."""
    return int(connection.execute("SELECT COUNT(*) FROM chores").fetchone()[0])
