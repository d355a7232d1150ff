"""What the school is told of calls: rows that are posted until they are heard."""

import json
import sqlite3
import uuid
from dataclasses import dataclass
from email.utils import formatdate
from typing import Self

from app.simulator.behaviour import Faults
from app.simulator.calls import INBOUND, OVER, Call

EVENT_OF = {"queued": "initiated", "ringing": "ringing", "in-progress": "answered"}
"""Which event the school must have asked for to hear of a status; the last one of each call is "completed"."""
HELD_BACK = 1e12
"""A moment that never comes, for news that waits until the call is over."""


@dataclass(frozen=True, slots=True)
class Post:
    """One piece of news in hand."""

    id: int
    call_id: int
    kind: str
    url: str
    form: dict[str, str]
    tries: int
    claim: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The news in `row`."""
        return cls(row["id"], row["call_id"], row["kind"], row["url"], json.loads(row["form"]), row["tries"], row["claim"])


def form_of(call: Call, account_sid: str, status: str, parent_sid: str = "") -> dict[str, str]:
    """What every webhook of a call says, in the carrier's names."""
    form = {
        "AccountSid": account_sid, "ApiVersion": "2010-04-01", "CallSid": call.sid, "CallStatus": status, "Direction": call.direction,
    }  # fmt: skip
    sender, to = (call.handset, call.school) if call.direction == INBOUND else (call.school, call.handset)
    form |= {"From": sender, "To": to, "Caller": sender, "Called": to}
    form |= {"ParentCallSid": parent_sid} if parent_sid else {}
    return form | ({"AnsweredBy": call.answered_by} if call.answered_by and not call.detection_url else {})


def tell(
    connection: sqlite3.Connection, call: Call, status: str, at: float, *, faults: Faults, account_sid: str, is_lost: bool
) -> None:  # fmt: skip
    """Plan the news of `status`, if the school asked for it: once or oftener, or in reverse order when all is over."""
    is_over = status in OVER
    if EVENT_OF.get(status, "completed") not in call.events.split() or not call.status_callback or not call.fate.is_told or is_lost:
        if is_over:
            _release(connection, call.id, at)
        return
    parent = connection.execute("SELECT sid FROM calls WHERE id = ?", (call.parent_id,)).fetchone() if call.parent_id else None
    form = form_of(call, account_sid, status, parent["sid"] if parent else "") | {
        "CallbackSource": "call-progress-events", "SequenceNumber": str(call.sequence), "Timestamp": formatdate(at, usegmt=True),
    }  # fmt: skip
    if is_over:
        form |= {"CallDuration": str(call.seconds), "Duration": str(-(-call.seconds // 60))}
        form |= {"SipResponseCode": str(call.sip)} if call.sip else {}
    late = call.fate.late + faults.late_call_news
    is_reversed = call.fate.reverses or faults.reorder_callbacks
    for _ in range(call.fate.repeats * max(1, faults.repeat_callbacks)):
        connection.execute(
            "INSERT INTO call_posts (call_id, kind, url, form, at, due) VALUES (?, ?, ?, ?, ?, ?)",
            (call.id, status, call.status_callback, json.dumps(form), at, HELD_BACK if is_reversed and not is_over else at + late),
        )
    if is_over:
        _release(connection, call.id, at)


def add(
    connection: sqlite3.Connection, call_id: int, kind: str, url: str, form: dict[str, str], *, at: float, times: int = 1
) -> None:  # fmt: skip
    """Plan other news of a call: of its conference, its recordings, its words."""
    for _ in range(times):
        connection.execute(
            "INSERT INTO call_posts (call_id, kind, url, form, at, due) VALUES (?, ?, ?, ?, ?, ?)",
            (call_id, kind, url, json.dumps(form), at, at),
        )


def _release(connection: sqlite3.Connection, call_id: int, at: float) -> None:
    """Let what was held back go, the last first."""
    held = connection.execute("SELECT id FROM call_posts WHERE call_id = ? AND due = ? ORDER BY id DESC", (call_id, HELD_BACK)).fetchall()
    for place, row in enumerate(held, 1):
        connection.execute("UPDATE call_posts SET due = ? WHERE id = ?", (at + place * 0.05, row["id"]))


def take(connection: sqlite3.Connection, at: float, lease: float) -> Post | None:
    """The next news that is due; it is ours for `lease` seconds."""
    row = connection.execute(
        "UPDATE call_posts SET claim = ?, due = ? WHERE id = (SELECT id FROM call_posts WHERE due <= ? ORDER BY due LIMIT 1) RETURNING *",
        (uuid.uuid4().hex, at + lease, at),
    ).fetchone()
    return None if row is None else Post.of(row)


def close(connection: sqlite3.Connection, post: Post, answer: int | None, problem: str | None, again_at: float | None) -> None:
    """Note what came of it; it is tried again at `again_at`."""
    connection.execute(
        "UPDATE call_posts SET tries = tries + 1, answer = ?, problem = ?, due = ?, claim = NULL WHERE id = ? AND claim = ?",
        (answer, problem, again_at, post.id, post.claim),
    )


def keep(
    connection: sqlite3.Connection, call_id: int, kind: str, at: float, *, url: str, answer: int | None, problem: str | None
) -> None:  # fmt: skip
    """Note a question to the school that was asked directly: for its script."""
    connection.execute(
        "INSERT INTO call_posts (call_id, kind, url, form, at, tries, answer, problem) VALUES (?, ?, ?, '{}', ?, 1, ?, ?)",
        (call_id, kind, url, at, answer, problem),
    )


def of_call(connection: sqlite3.Connection, call_id: int) -> list[sqlite3.Row]:
    """Everything that the school was told of a call or asked for it, oldest first."""
    return connection.execute(
        "SELECT id, kind, url, at, tries, answer, problem FROM call_posts WHERE call_id = ? ORDER BY id", (call_id,)
    ).fetchall()


def next_due(connection: sqlite3.Connection) -> float | None:
    """When the next news is due."""
    row = connection.execute("SELECT MIN(due) AS due FROM call_posts WHERE due < ?", (HELD_BACK,)).fetchone()
    return None if row["due"] is None else float(row["due"])


def how_many(connection: sqlite3.Connection) -> int:
    """How much news is not told yet."""
    return int(connection.execute("SELECT COUNT(*) FROM call_posts WHERE due IS NOT NULL").fetchone()[0])
