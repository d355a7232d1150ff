"""The school's side of the network: its numbers, and the messaging services that pool them."""

import sqlite3
import zlib
from dataclasses import dataclass
from typing import Self

from app.simulator.messages import new_sid


@dataclass(frozen=True, slots=True)
class Number:
    """A number the account owns. `free_at` is when the texts already waiting on it will have gone out."""

    id: int
    sid: str
    number: str
    name: str
    sms_url: str
    voice_url: str
    status_callback: str
    service_sid: str | None
    free_at: float
    created: float

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The number in `row`."""
        return cls(**dict(row))

    @property
    def scope(self) -> str:
        """What an opt-out holds for: the whole service, or a number on its own."""
        return self.service_sid or self.number


@dataclass(frozen=True, slots=True)
class Service:
    """A messaging service. `number_decides` means that inbound texts go to each number's own webhook."""

    id: int
    sid: str
    name: str
    inbound_url: str
    status_callback: str
    number_decides: bool
    created: float

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The service in `row`."""
        values = dict(row)
        return cls(**values | {"number_decides": bool(values["number_decides"])})


def own(
    connection: sqlite3.Connection, number: str, *, at: float, name: str = "", sms_url: str = "", voice_url: str = "",
    status_callback: str = "", service_sid: str | None = None,
) -> Number:  # fmt: skip
    """Add `number` to the account; a number already there takes the values that are given and not empty."""
    connection.execute(
        "INSERT INTO numbers (sid, number, name, sms_url, voice_url, status_callback, service_sid, created)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET"
        " name = COALESCE(NULLIF(excluded.name, excluded.number), name),"
        " sms_url = COALESCE(NULLIF(excluded.sms_url, ''), sms_url),"
        " voice_url = COALESCE(NULLIF(excluded.voice_url, ''), voice_url),"
        " status_callback = COALESCE(NULLIF(excluded.status_callback, ''), status_callback),"
        " service_sid = COALESCE(excluded.service_sid, service_sid)",
        (new_sid("PN"), number, name or number, sms_url, voice_url, status_callback, service_sid, at),
    )
    return Number.of(connection.execute("SELECT * FROM numbers WHERE number = ?", (number,)).fetchone())


def by_number(connection: sqlite3.Connection, number: str) -> Number | None:
    """The account's number `number`."""
    row = connection.execute("SELECT * FROM numbers WHERE number = ?", (number,)).fetchone()
    return None if row is None else Number.of(row)


def by_sid(connection: sqlite3.Connection, sid: str) -> Number | None:
    """The account's number with the carrier's id `sid`."""
    row = connection.execute("SELECT * FROM numbers WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else Number.of(row)


def owned(
    connection: sqlite3.Connection, *, number: str | None = None, name: str | None = None,
    service_sid: str | None = None, after: int = 0, limit: int = 1000,
) -> list[Number]:  # fmt: skip
    """The account's numbers that fit, after the number id `after`. `number` may be a part of one."""
    rows = connection.execute(
        "SELECT * FROM numbers WHERE id > ? AND (? IS NULL OR number LIKE '%' || ? || '%') AND (? IS NULL OR name = ?)"
        " AND (? IS NULL OR service_sid = ?) ORDER BY id LIMIT ?",
        (after, number, number, name, name, service_sid, service_sid, limit),
    )
    return [Number.of(row) for row in rows]


def change(connection: sqlite3.Connection, number: Number, changes: dict[str, str]) -> Number:
    """Set some of name, sms_url, voice_url and status_callback."""
    for column in ("name", "sms_url", "voice_url", "status_callback"):
        if column in changes:
            connection.execute(f"UPDATE numbers SET {column} = ? WHERE id = ?", (changes[column], number.id))  # noqa: S608  # nosec B608
    return Number.of(connection.execute("SELECT * FROM numbers WHERE id = ?", (number.id,)).fetchone())


def give_back(connection: sqlite3.Connection, number: Number) -> None:
    """Return a number to the carrier."""
    connection.execute("DELETE FROM numbers WHERE id = ?", (number.id,))


def put_in_service(connection: sqlite3.Connection, number: Number, service_sid: str | None) -> None:
    """Move a number into a service's pool, or with None out of any."""
    connection.execute("UPDATE numbers SET service_sid = ? WHERE id = ?", (service_sid, number.id))


def sender_for(connection: sqlite3.Connection, service_sid: str, handset: str) -> Number | None:
    """The number of the pool that texts `handset`: the one it knows, else one chosen by its digits. None: empty pool."""
    pool = owned(connection, service_sid=service_sid)
    if not pool:
        return None
    known = connection.execute(
        "SELECT school FROM messages WHERE handset = ? AND service_sid = ? ORDER BY id DESC LIMIT 1",
        (handset, service_sid),
    ).fetchone()
    sticky = next((number for number in pool if known is not None and number.number == known["school"]), None)
    return sticky or pool[zlib.crc32(handset.encode()) % len(pool)]


def found_service(
    connection: sqlite3.Connection, name: str, *, at: float, sid: str | None = None, inbound_url: str = "",
    status_callback: str = "", number_decides: bool = False,
) -> Service:  # fmt: skip
    """Make a service, or return the one that already has this `sid`."""
    sid = sid or new_sid("MG")
    connection.execute(
        "INSERT OR IGNORE INTO services (sid, name, inbound_url, status_callback, number_decides, created) VALUES (?, ?, ?, ?, ?, ?)",
        (sid, name, inbound_url, status_callback, number_decides, at),
    )
    return Service.of(connection.execute("SELECT * FROM services WHERE sid = ?", (sid,)).fetchone())


def service(connection: sqlite3.Connection, sid: str | None) -> Service | None:
    """The service with the carrier's id `sid`."""
    row = connection.execute("SELECT * FROM services WHERE sid = ?", (sid,)).fetchone() if sid else None
    return None if row is None else Service.of(row)


def services(connection: sqlite3.Connection, *, after: int = 0, limit: int = 1000) -> list[Service]:
    """The account's services after the service id `after`."""
    rows = connection.execute("SELECT * FROM services WHERE id > ? ORDER BY id LIMIT ?", (after, limit))
    return [Service.of(row) for row in rows]


def change_service(connection: sqlite3.Connection, wanted: Service, changes: dict[str, object]) -> Service:
    """Set some of name, inbound_url, status_callback and number_decides."""
    for column in ("name", "inbound_url", "status_callback", "number_decides"):
        if column in changes:
            connection.execute(f"UPDATE services SET {column} = ? WHERE id = ?", (changes[column], wanted.id))  # noqa: S608  # nosec B608
    return Service.of(connection.execute("SELECT * FROM services WHERE id = ?", (wanted.id,)).fetchone())


def close_service(connection: sqlite3.Connection, wanted: Service) -> None:
    """End a service; its numbers stay with the account."""
    connection.execute("UPDATE numbers SET service_sid = NULL WHERE service_sid = ?", (wanted.sid,))
    connection.execute("DELETE FROM services WHERE id = ?", (wanted.id,))


def wait_in_line(connection: sqlite3.Connection, number: Number, seconds: float, at: float, longest: float) -> float | None:
    """Queue a text that takes `seconds` on `number` and return when its turn comes; None if the line is over `longest`."""
    turn = max(at, number.free_at)
    if turn - at > longest:
        return None
    connection.execute("UPDATE numbers SET free_at = ? WHERE id = ?", (turn + seconds, number.id))
    return turn
