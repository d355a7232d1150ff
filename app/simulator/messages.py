"""Every text the network got, from either side, and what became of it."""

import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

LIFE = ("accepted", "queued", "sending", "sent", "delivered", "undelivered", "failed", "canceled")
FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})
CANCELABLE = frozenset({"accepted", "queued"})
ARRIVED = frozenset({"delivered", "received"})


def new_sid(prefix: str) -> str:
    """A carrier's id: two letters for the kind of thing, 32 hexadecimal digits."""
    return prefix + uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Message:
    """One text as the network keeps it. `direction` is "inbound", "outbound-api" or "outbound-reply".

    `arrival` is the history id of its arrival on the handset or at the network; None while it has not arrived.
    `names_sender` is False while a messaging service has not announced which of its numbers it took.
    """

    id: int
    sid: str
    direction: str
    handset: str
    school: str
    service_sid: str | None
    names_sender: bool
    body: str
    num_segments: int
    num_media: int
    status: str
    error_code: int | None
    status_callback: str
    opt_out_type: str | None
    created: float
    sent: float | None
    updated: float
    arrival: int | None
    idempotency: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The message in `row`."""
        values = dict(row)
        return cls(**values | {"names_sender": bool(values["names_sender"])})

    @property
    def is_inbound(self) -> bool:
        """Whether the handset wrote it."""
        return self.direction == "inbound"

    @property
    def sender(self) -> str:
        """Who wrote it."""
        return self.handset if self.is_inbound else self.school

    @property
    def recipient(self) -> str:
        """Whom it is for."""
        return self.school if self.is_inbound else self.handset


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What is known of a text when the network takes it."""

    direction: str
    handset: str
    school: str
    body: str
    num_segments: int
    status: str
    at: float
    service_sid: str | None = None
    names_sender: bool = True
    num_media: int = 0
    status_callback: str = ""
    opt_out_type: str | None = None
    error_code: int | None = None


def add(connection: sqlite3.Connection, new: NewMessage) -> Message:
    """Keep `new` and the first line of its history."""
    sid = new_sid("MM" if new.num_media else "SM")
    key = str(uuid.uuid4())
    row_id = connection.execute(
        "INSERT INTO messages (sid, direction, handset, school, service_sid, names_sender, body, num_segments, num_media,"
        " status, error_code, status_callback, opt_out_type, created, updated, idempotency)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (sid, new.direction, new.handset, new.school, new.service_sid, new.names_sender, new.body, new.num_segments,
         new.num_media, new.status, new.error_code, new.status_callback, new.opt_out_type, new.at, new.at, key),
    ).lastrowid  # fmt: skip
    arrival = _remember(connection, row_id or 0, new.status, new.error_code, new.at)
    if new.status in ARRIVED:
        connection.execute("UPDATE messages SET arrival = ?, sent = ? WHERE id = ?", (arrival, new.at, row_id))
    return Message(
        id=row_id or 0, sid=sid, direction=new.direction, handset=new.handset, school=new.school,
        service_sid=new.service_sid, names_sender=new.names_sender, body=new.body, num_segments=new.num_segments,
        num_media=new.num_media, status=new.status, error_code=new.error_code, status_callback=new.status_callback,
        opt_out_type=new.opt_out_type, created=new.at, sent=new.at if new.status in ARRIVED else None, updated=new.at,
        arrival=arrival if new.status in ARRIVED else None, idempotency=key,
    )  # fmt: skip


def _remember(connection: sqlite3.Connection, message_id: int, status: str, error_code: int | None, at: float) -> int:
    cursor = connection.execute(
        "INSERT INTO history (message_id, at, status, error_code) VALUES (?, ?, ?, ?)",
        (message_id, at, status, error_code),
    )
    return cursor.lastrowid or 0


def advance(connection: sqlite3.Connection, message_id: int, status: str, error_code: int | None, at: float) -> bool:
    """Move a message on to `status`. A message only moves down LIFE and stays once final: then False, and no change."""
    row = connection.execute("SELECT status FROM messages WHERE id = ?", (message_id,)).fetchone()
    if row is None or row["status"] in FINAL or LIFE.index(status) <= LIFE.index(row["status"]):
        return False
    line = _remember(connection, message_id, status, error_code, at)
    connection.execute(
        "UPDATE messages SET status = ?, error_code = ?, updated = ?, names_sender = 1,"
        " sent = CASE WHEN sent IS NULL AND ? NOT IN ('accepted', 'queued', 'canceled') THEN ? ELSE sent END,"
        " arrival = CASE WHEN ? = 'delivered' THEN ? ELSE arrival END WHERE id = ?",
        (status, error_code, at, status, at, status, line, message_id),
    )
    return True


def by_sid(connection: sqlite3.Connection, sid: str) -> Message | None:
    """The message with the carrier's id `sid`."""
    row = connection.execute("SELECT * FROM messages WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else Message.of(row)


def by_id(connection: sqlite3.Connection, message_id: int) -> Message | None:
    """The message with our id."""
    row = connection.execute("SELECT * FROM messages WHERE id = ?", (message_id,)).fetchone()
    return None if row is None else Message.of(row)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages a list is to show; None does not matter. `since` is included, `until` is not."""

    to: str | None = None
    sender: str | None = None
    since: float | None = None
    until: float | None = None
    body: str | None = None
    status: str | None = None
    direction: str | None = None


def matching(connection: sqlite3.Connection, wanted: Wanted, *, before: int | None = None, limit: int) -> list[Message]:
    """The newest messages that fit, older than the message id `before`."""
    where, values = _conditions(connection, wanted)
    if before is not None:
        where, values = [*where, "id < ?"], [*values, before]
    rows = connection.execute(
        f"SELECT * FROM messages WHERE {' AND '.join(where) or '1'} ORDER BY id DESC LIMIT ?",  # noqa: S608  # nosec B608
        (*values, limit),
    )
    return [Message.of(row) for row in rows]


def how_many(connection: sqlite3.Connection, wanted: Wanted) -> int:
    """How many messages fit."""
    where, values = _conditions(connection, wanted)
    query = f"SELECT COUNT(*) FROM messages WHERE {' AND '.join(where) or '1'}"  # noqa: S608  # nosec B608
    return int(connection.execute(query, values).fetchone()[0])


def _conditions(connection: sqlite3.Connection, wanted: Wanted) -> tuple[list[str], list[object]]:
    where: list[str] = []
    values: list[object] = []
    for number, inbound_column in ((wanted.to, "school"), (wanted.sender, "handset")):
        if number is None:
            continue
        ours = connection.execute("SELECT 1 FROM numbers WHERE number = ?", (number,)).fetchone() is not None
        column = "school" if ours else "handset"
        where += [f"{column} = ?", "direction = 'inbound'" if column == inbound_column else "direction <> 'inbound'"]
        values.append(number)
    for condition, value in (
        ("COALESCE(sent, created) >= ?", wanted.since),
        ("COALESCE(sent, created) < ?", wanted.until),
        ("body = ?", wanted.body),
        ("status = ?", wanted.status),
        ("direction = ?", wanted.direction),
    ):
        if value is not None:
            where.append(condition)
            values.append(value)
    return where, values


def redact(connection: sqlite3.Connection, message_id: int, at: float) -> None:
    """Forget the words of a message."""
    connection.execute("UPDATE messages SET body = '', updated = ? WHERE id = ?", (at, message_id))


def delete(connection: sqlite3.Connection, message_ids: Iterable[int]) -> None:
    """Forget messages and all that belongs to them."""
    for message_id in message_ids:
        for table in ("history", "media", "jobs", "attempts"):
            connection.execute(f"DELETE FROM {table} WHERE message_id = ?", (message_id,))  # noqa: S608  # nosec B608
        connection.execute("DELETE FROM messages WHERE id = ?", (message_id,))


def history(connection: sqlite3.Connection, message_id: int) -> list[sqlite3.Row]:
    """The statuses a message went through (status, error_code, at), oldest first."""
    query = "SELECT status, error_code, at FROM history WHERE message_id = ? ORDER BY id"
    return connection.execute(query, (message_id,)).fetchall()
