"""Every call the network placed, what was heard on it, and what the school was told of it."""

import json
import sqlite3
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from app.simulator.call_behaviour import Fate
from app.simulator.messages import new_sid
from app.simulator.twiml import Gather, Verb, from_json

OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})
DIALLING, RINGING, GREETING, ASKING, PLAYING, DONE = "dialling", "ringing", "greeting", "asking", "playing", "done"
"""What the exchange does next with a call, at `due`."""
BRIDGED, MEETING, WAITING, TAPING = "bridged", "meeting", "waiting", "taping"
"""Its script rests while it is with another call, in a conference, in a line, or leaves a message."""
INBOUND, BY_SCHOOL, BY_SCRIPT = "inbound", "outbound-api", "outbound-dial"
CLIENT = "client:"
"""How the address of a phone in a browser begins."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the network keeps it. `url` is where its script is asked for next; `sip` is why it failed."""

    id: int
    sid: str
    handset: str
    school: str
    status: str
    url: str
    status_callback: str
    events: str
    detects: bool
    ring_seconds: float
    fate: Fate
    answered_by: str | None
    sip: int | None
    phase: str
    due: float | None
    claim: str | None
    tries: int
    script: list[Verb]
    gather: Gather | None
    keys: str
    sequence: int
    created: float
    answered: float | None
    ended: float | None
    direction: str
    parent_id: int | None
    peer_id: int | None
    said_along: dict[str, str]
    """What the next question to the school says besides: how a dialled leg ended, what was recorded."""
    suspended: dict[str, Any] | None
    """The rest of the script, and where it is asked how to go on."""
    longest: float | None
    detection_url: str
    tape_callback: str | None
    label: str
    joins: int | None
    """The conference that it is dialled into."""

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The call in `row`."""
        values = dict(row)
        return cls(**values | {
            "detects": bool(values["detects"]), "fate": Fate(**json.loads(values["fate"])),
            "script": [from_json(verb) for verb in json.loads(values["script"])],
            "gather": Gather(**json.loads(values["gather"])) if values["gather"] else None,
            "said_along": json.loads(values["said_along"]), "suspended": json.loads(values["suspended"]) if values["suspended"] else None,
        })  # fmt: skip

    @property
    def is_over(self) -> bool:
        """Whether the line is closed."""
        return self.status in OVER

    @property
    def is_ringing(self) -> bool:
        """Whether it can be answered."""
        return self.phase == RINGING

    @property
    def seconds(self) -> int:
        """How long it was answered, in seconds of this machine."""
        return int(max(0.0, (self.ended or 0.0) - self.answered)) if self.answered is not None and self.ended is not None else 0


@dataclass(frozen=True, slots=True)
class CallOrder:
    """A call that the school asks for, as it came."""

    to: str
    sender: str
    url: str = ""
    status_callback: str = ""
    events: tuple[str, ...] = ("completed",)
    detects: bool = False
    ring_seconds: float = 60.0
    direction: str = BY_SCHOOL
    parent_id: int | None = None
    said_along: dict[str, str] = field(default_factory=dict)
    longest: float | None = None
    detection_url: str = ""
    """Where it is told what answered, while the script goes on."""
    tape_callback: str | None = None
    """Record it all, and tell there."""
    label: str = ""
    joins: int | None = None
    script: tuple[Verb, ...] = ()


def add(connection: sqlite3.Connection, order: CallOrder, fate: Fate, at: float) -> Call:
    """Keep a call; the exchange takes it up at once."""
    is_inbound = order.direction == INBOUND
    row = connection.execute(
        "INSERT INTO calls (sid, handset, school, status, url, status_callback, events, detects, ring_seconds, fate, phase, due, created,"
        " direction, parent_id, said_along, longest, detection_url, tape_callback, label, joins, script)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
        (new_sid("CA"), order.sender if is_inbound else order.to, order.to if is_inbound else order.sender,
         "ringing" if is_inbound else "queued", order.url, order.status_callback, " ".join(order.events), order.detects,
         order.ring_seconds, json.dumps(asdict(fate)), ASKING if is_inbound else DIALLING, at, at, order.direction, order.parent_id,
         json.dumps(order.said_along), order.longest, order.detection_url, order.tape_callback, order.label, order.joins,
         json.dumps([verb.as_json() for verb in order.script])),
    ).fetchone()  # fmt: skip
    return Call.of(row)


def verbs(kept: list[dict[str, Any]]) -> list[Verb]:
    """A script that was kept as JSON."""
    return [from_json(verb) for verb in kept]


def change(connection: sqlite3.Connection, call_id: int, **values: Any) -> None:
    """Set columns; a fate, a script and a gather are written as JSON. Whoever had the call in hand has it no longer."""
    if "script" in values:
        values["script"] = json.dumps([verb.as_json() for verb in values["script"]])
    if "gather" in values:
        values["gather"] = json.dumps(asdict(values["gather"])) if values["gather"] else None
    if "said_along" in values:
        values["said_along"] = json.dumps(values["said_along"])
    if "suspended" in values:
        values["suspended"] = json.dumps(values["suspended"]) if values["suspended"] is not None else None
    if "fate" in values:
        values["fate"] = json.dumps(asdict(values["fate"]))
    columns = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE calls SET {columns}, claim = NULL WHERE id = ?", (*values.values(), call_id))  # noqa: S608  # nosec B608


def by_sid(connection: sqlite3.Connection, sid: str) -> Call | None:
    """The call with the carrier's id `sid`."""
    row = connection.execute("SELECT * FROM calls WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else Call.of(row)


def by_id(connection: sqlite3.Connection, call_id: int) -> Call | None:
    """The call with our id."""
    row = connection.execute("SELECT * FROM calls WHERE id = ?", (call_id,)).fetchone()
    return None if row is None else Call.of(row)


def on_the_line(connection: sqlite3.Connection, handset: str) -> Call | None:
    """The call that `handset` has; before it has one, the newest that makes it ring."""
    row = connection.execute(
        "SELECT * FROM calls WHERE handset = ? AND ended IS NULL AND phase <> ? ORDER BY answered IS NULL, id DESC LIMIT 1",
        (handset, DIALLING),
    ).fetchone()
    return None if row is None else Call.of(row)


def open_legs(connection: sqlite3.Connection, parent_id: int) -> list[Call]:
    """The calls that the script of another dialled, and that are not over."""
    rows = connection.execute("SELECT * FROM calls WHERE parent_id = ? AND ended IS NULL ORDER BY id", (parent_id,))
    return [Call.of(row) for row in rows]


def on_the_way_to(connection: sqlite3.Connection, conference_id: int) -> list[Call]:
    """The calls that are being dialled into a conference."""
    rows = connection.execute("SELECT * FROM calls WHERE joins = ? AND answered IS NULL AND ended IS NULL ORDER BY id", (conference_id,))
    return [Call.of(row) for row in rows]


def matching(
    connection: sqlite3.Connection, *, to: str | None = None, sender: str | None = None, status: str | None = None,
    since: float | None = None, before: int | None = None, parent_id: int | None = None, limit: int,
) -> list[Call]:  # fmt: skip
    """The newest calls that fit, older than the call id `before`. `since` goes by when they were answered or else placed."""
    rows = connection.execute(
        "SELECT * FROM calls WHERE (?1 IS NULL OR handset = ?1) AND (?2 IS NULL OR school = ?2) AND (?3 IS NULL OR status = ?3)"
        " AND (?4 IS NULL OR COALESCE(answered, created) >= ?4) AND (?5 IS NULL OR id < ?5) AND (?6 IS NULL OR parent_id = ?6)"
        " ORDER BY id DESC LIMIT ?7",
        (to, sender, status, since, before, parent_id, limit),
    )
    return [Call.of(row) for row in rows]


def take(connection: sqlite3.Connection, at: float, lease: float) -> Call | None:
    """The call that is due next; it is ours for `lease` seconds, or until somebody changes it."""
    row = connection.execute(
        "UPDATE calls SET claim = ?, due = ? WHERE id = (SELECT id FROM calls WHERE due <= ? ORDER BY due LIMIT 1) RETURNING *",
        (uuid.uuid4().hex, at + lease, at),
    ).fetchone()
    return None if row is None else Call.of(row)


def is_still(connection: sqlite3.Connection, call: Call) -> bool:
    """Whether a call that was taken is still ours."""
    return connection.execute("SELECT 1 FROM calls WHERE id = ? AND claim = ?", (call.id, call.claim)).fetchone() is not None


def next_due(connection: sqlite3.Connection) -> float | None:
    """When the next call is due."""
    row = connection.execute("SELECT MIN(due) AS due FROM calls WHERE due IS NOT NULL").fetchone()
    return None if row["due"] is None else float(row["due"])


def how_many_open(connection: sqlite3.Connection) -> int:
    """How many calls are not over."""
    return int(connection.execute("SELECT COUNT(*) FROM calls WHERE ended IS NULL").fetchone()[0])


def how_many_before(connection: sqlite3.Connection, handset: str) -> int:
    """How many calls `handset` ever had."""
    return int(connection.execute("SELECT COUNT(*) FROM calls WHERE handset = ?", (handset,)).fetchone()[0])


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened on a call: kind is ring, answer, heard, beep, pressed, end or trouble."""

    id: int
    call_id: int
    at: float
    kind: str
    words: str
    language: str


def note(connection: sqlite3.Connection, call_id: int, at: float, kind: str, words: str = "", *, language: str = "") -> None:
    """Remember what happened on a call."""
    connection.execute(
        "INSERT INTO call_lines (call_id, at, kind, words, language) VALUES (?, ?, ?, ?, ?)", (call_id, at, kind, words, language)
    )


def lines_of(connection: sqlite3.Connection, call_id: int, *, after: int = 0) -> list[Line]:
    """What happened on a call after the line `after`, oldest first."""
    rows = connection.execute("SELECT * FROM call_lines WHERE call_id = ? AND id > ? ORDER BY id", (call_id, after))
    return [Line(**dict(row)) for row in rows]
