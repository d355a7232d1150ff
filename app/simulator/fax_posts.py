"""What the school is told of faxes: rows that are posted until they are heard. Each carrier tells in its own shape."""

import json
import sqlite3
import uuid
from dataclasses import dataclass
from typing import Any, Self

from app.simulator import faxes, sinch_shapes, telnyx_shapes
from app.simulator.behaviour import Faults
from app.simulator.faxes import Fax
from app.simulator.settings import SimulatorSettings

HELD_BACK = 1e12
"""A moment that never comes, for news that waits until the fax is over."""


@dataclass(frozen=True, slots=True)
class Post:
    """One piece of news in hand."""

    id: int
    fax_id: int
    event: str
    url: str
    body: dict[str, Any]
    tries: int
    claim: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The news in `row`."""
        return cls(row["id"], row["fax_id"], row["event"], row["url"], json.loads(row["body"]), row["tries"], row["claim"])


def tell(connection: sqlite3.Connection, fax: Fax, at: float, *, faults: Faults, settings: SimulatorSettings, is_lost: bool) -> None:
    """Plan the news of the status that `fax` has now: once or oftener, in time or late, or in reverse order when all is over."""
    shapes = telnyx_shapes if fax.carrier == faxes.TELNYX else sinch_shapes
    event = shapes.event_of(fax)
    url = fax.callback or settings.fax_url
    if event is not None and url and fax.fate.is_told and not is_lost:
        body = shapes.news(fax, event, at, settings)
        waits = (fax.fate.reverses or faults.reorder_callbacks) and not fax.is_over
        due = HELD_BACK if waits else at + fax.fate.late + faults.late_fax_news
        connection.executemany(
            "INSERT INTO fax_posts (fax_id, event, url, body, at, due) VALUES (?, ?, ?, ?, ?, ?)",
            [(fax.id, event, url, json.dumps(body), at, due)] * (fax.fate.repeats * max(1, faults.repeat_callbacks)),
        )
    elif event is not None:
        problem = "dropped" if url else "no address"
        connection.execute(
            "INSERT INTO fax_posts (fax_id, event, url, body, at, problem) VALUES (?, ?, '', '{}', ?, ?)", (fax.id, event, at, problem)
        )
    if fax.is_over:
        _release(connection, fax, at)


def _release(connection: sqlite3.Connection, fax: Fax, at: float) -> None:
    """Let what was held back go, the last first."""
    held = connection.execute("SELECT id FROM fax_posts WHERE fax_id = ? AND due = ? ORDER BY id DESC", (fax.id, HELD_BACK)).fetchall()
    for place, row in enumerate(held, 1):
        connection.execute("UPDATE fax_posts SET due = ? WHERE id = ?", (at + place * 0.05, row["id"]))


def take(connection: sqlite3.Connection, at: float, lease: float) -> Post | None:
    """The next news that is due; it is ours for `lease` seconds."""
    row = connection.execute(
        "UPDATE fax_posts SET claim = ?, due = ? WHERE id = (SELECT id FROM fax_posts WHERE due <= ? ORDER BY due, id LIMIT 1) RETURNING *",
        (uuid.uuid4().hex, at + lease, at),
    ).fetchone()
    return None if row is None else Post.of(row)


def close(connection: sqlite3.Connection, post: Post, answer: int | None, problem: str | None, again_at: float | None) -> None:
    """Note what came of it; it is tried again at `again_at`."""
    connection.execute(
        "UPDATE fax_posts SET tries = tries + 1, answer = ?, problem = ?, due = ?, claim = NULL WHERE id = ? AND claim = ?",
        (answer, problem, again_at, post.id, post.claim),
    )


def of_fax(connection: sqlite3.Connection, fax: Fax) -> list[sqlite3.Row]:
    """Everything that the school was told of a fax, oldest first."""
    return connection.execute(
        "SELECT id, fax_id, event, url, at, tries, answer, problem FROM fax_posts WHERE fax_id = ? ORDER BY id", (fax.id,)
    ).fetchall()


def next_due(connection: sqlite3.Connection) -> float | None:
    """When the next news is due."""
    row = connection.execute("SELECT MIN(due) AS due FROM fax_posts WHERE due < ?", (HELD_BACK,)).fetchone()
    return None if row["due"] is None else float(row["due"])


def how_many(connection: sqlite3.Connection) -> int:
    """How much news is not told yet."""
    return int(connection.execute("SELECT COUNT(*) FROM fax_posts WHERE due < ?", (HELD_BACK,)).fetchone()[0])
