"""Transcripts that are made while people speak."""

import sqlite3
from dataclasses import dataclass
from typing import Self

from app.simulator.messages import new_sid

RUNNING, STOPPED = "in-progress", "stopped"


@dataclass(frozen=True, slots=True)
class Listening:
    """Somebody's words on a call become text."""

    id: int
    sid: str
    call_id: int
    status: str
    callback: str
    label: str
    language: str
    sequence: int
    created: float

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The listening in `row`."""
        return cls(**dict(row))


def add(connection: sqlite3.Connection, call_id: int, *, callback: str, label: str, language: str, at: float) -> Listening:
    """Begin."""
    row = connection.execute(
        "INSERT INTO listenings (sid, call_id, status, callback, label, language, created) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (new_sid("GT"), call_id, RUNNING, callback, label, language, at),
    ).fetchone()
    return Listening.of(row)


def by_sid(connection: sqlite3.Connection, sid: str) -> Listening | None:
    """The one with the carrier's id `sid`."""
    row = connection.execute("SELECT * FROM listenings WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else Listening.of(row)


def running(connection: sqlite3.Connection, call_id: int) -> list[Listening]:
    """Those that go on on a call."""
    rows = connection.execute("SELECT * FROM listenings WHERE call_id = ? AND status = ? ORDER BY id", (call_id, RUNNING))
    return [Listening.of(row) for row in rows.fetchall()]


def count(connection: sqlite3.Connection, listening: Listening) -> int:
    """The number of its next news."""
    row = connection.execute("UPDATE listenings SET sequence = sequence + 1 WHERE id = ? RETURNING sequence", (listening.id,)).fetchone()
    return int(row["sequence"])


def stop(connection: sqlite3.Connection, listening: Listening) -> None:
    """End it."""
    connection.execute("UPDATE listenings SET status = ? WHERE id = ?", (STOPPED, listening.id))
