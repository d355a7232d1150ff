"""Every fax on the network, from a machine to the school or from the school to a machine."""

import json
import secrets
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from app.simulator.fax_behaviour import Fate
from app.simulator.fax_paper import Sheet

TELNYX, SINCH = "telnyx", "sinch"
QUEUED, PROCESSED, SENDING, DELIVERED, FAILED = "queued", "processed", "sending", "delivered", "failed"
RECEIVING, RECEIVED = "receiving", "received"
OVER = frozenset({DELIVERED, FAILED, RECEIVED})
FETCHING, DIALLING, PAGES, DONE = "fetching", "dialling", "pages", "done"
"""What the line does next with a fax, at `due`."""
AGREE_SECONDS = 8.0
"""On the line, until both machines agree how to go on."""
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Fax:
    """One fax. `machine` is the other end, whoever called; `said` is what the school gave along, in the carrier's names, and gets back."""

    id: int
    sid: str
    carrier: str
    is_inbound: bool
    machine: str
    school: str
    station: str
    status: str
    failure: str | None
    """Why it failed: a word of fax_behaviour."""
    said: dict[str, Any]
    callback: str
    source: str
    quality: str
    content_type: str
    is_hidden: bool
    """The machine does not tell its number."""
    is_forgotten: bool
    """The school had the carrier forget it."""
    is_cleared: bool
    """It was taken out of the machine's tray."""
    media_until: float
    pages: int | None
    through: int
    """How many pages went over the line."""
    fate: Fate
    phase: str
    due: float | None
    claim: str | None
    tries: int
    created: float
    answered: float | None
    ended: float | None
    updated: float

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The fax in `row`, which has COLUMNS."""
        values = dict(row)
        kept = {name: bool(values[name]) for name in ("is_inbound", "is_hidden", "is_forgotten", "is_cleared")}
        return cls(**values | kept | {"fate": Fate(**json.loads(values["fate"])), "said": json.loads(values["said"])})

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens on the line."""
        return self.status in OVER

    @property
    def sender(self) -> str:
        """Who sends, as the carrier tells it; empty where that is hidden."""
        if not self.is_inbound:
            return self.school
        return "" if self.is_hidden else self.machine

    @property
    def to(self) -> str:
        """Where it goes."""
        return self.school if self.is_inbound else self.machine

    @property
    def seconds(self) -> float:
        """How long both machines were connected, in seconds on the line."""
        return 0.0 if self.answered is None else AGREE_SECONDS + (self.through or 1) * self.fate.page_seconds

    @property
    def is_cut(self) -> bool:
        """Whether the line broke while pages were going over."""
        return self.is_over and self.pages is not None and 0 < self.through < self.pages


COLUMNS = ", ".join(field.name for field in fields(Fax))
"""All but the document, which may be megabytes."""


@dataclass(frozen=True, slots=True)
class FaxOrder:
    """A fax as it was asked for. One from a machine brings its document along, one from the school says where it is."""

    carrier: str
    is_inbound: bool
    machine: str
    school: str
    station: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    callback: str = ""
    source: str = ""
    quality: str = "fine"
    document: bytes | None = None
    content_type: str = ""
    is_hidden: bool = False
    pages: int | None = None


def new_id(carrier: str) -> str:
    """An id as the carrier makes them."""
    return str(uuid.uuid4()) if carrier == TELNYX else "01" + "".join(secrets.choice(_CROCKFORD) for _ in range(24))


def add(connection: sqlite3.Connection, order: FaxOrder, fate: Fate, at: float) -> Fax:
    """Keep a fax; the line takes it up at once."""
    key = connection.execute(
        "INSERT INTO faxes (sid, carrier, is_inbound, machine, school, station, status, said, callback, source, quality, document,"
        " content_type, is_hidden, pages, fate, phase, due, created, updated)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (new_id(order.carrier), order.carrier, order.is_inbound, order.machine, order.school, order.station,
         RECEIVING if order.is_inbound else QUEUED, json.dumps(order.said), order.callback, order.source, order.quality, order.document,
         order.content_type, order.is_hidden, order.pages, json.dumps(asdict(fate)), DIALLING if order.is_inbound else FETCHING,
         at, at, at),
    ).fetchone()["id"]  # fmt: skip
    return _kept(connection, key)


def change(connection: sqlite3.Connection, fax: Fax, **values: Any) -> Fax:
    """Set columns. Whoever had the fax in hand has it no longer."""
    columns = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE faxes SET {columns}, claim = NULL WHERE id = ?", (*values.values(), fax.id))  # noqa: S608  # nosec B608
    return _kept(connection, fax.id)


def _kept(connection: sqlite3.Connection, fax_id: int) -> Fax:
    return Fax.of(connection.execute(f"SELECT {COLUMNS} FROM faxes WHERE id = ?", (fax_id,)).fetchone())  # noqa: S608  # nosec B608


def by_sid(connection: sqlite3.Connection, sid: str) -> Fax | None:
    """The fax with the carrier's id `sid`."""
    row = connection.execute(f"SELECT {COLUMNS} FROM faxes WHERE sid = ?", (sid,)).fetchone()  # noqa: S608  # nosec B608
    return None if row is None else Fax.of(row)


def document_of(connection: sqlite3.Connection, fax: Fax) -> bytes | None:
    """What it consists of, where the carrier still has it."""
    row = connection.execute("SELECT document FROM faxes WHERE id = ?", (fax.id,)).fetchone()
    return None if row is None else row["document"]


def take(connection: sqlite3.Connection, at: float, lease: float) -> Fax | None:
    """The fax that is due next; it is ours for `lease` seconds, or until somebody changes it."""
    row = connection.execute(
        "UPDATE faxes SET claim = ?, due = ? WHERE id = (SELECT id FROM faxes WHERE due <= ? ORDER BY due LIMIT 1) RETURNING id",
        (uuid.uuid4().hex, at + lease, at),
    ).fetchone()
    return None if row is None else _kept(connection, row["id"])


def is_still(connection: sqlite3.Connection, fax: Fax) -> bool:
    """Whether a fax that was taken is still ours."""
    return connection.execute("SELECT 1 FROM faxes WHERE id = ? AND claim = ?", (fax.id, fax.claim)).fetchone() is not None


def next_due(connection: sqlite3.Connection) -> float | None:
    """When the next one is due."""
    row = connection.execute("SELECT MIN(due) AS due FROM faxes WHERE due IS NOT NULL").fetchone()
    return None if row["due"] is None else float(row["due"])


def how_many_open(connection: sqlite3.Connection) -> int:
    """How many are on the line, without those that stay there for ever."""
    return int(connection.execute("SELECT COUNT(*) FROM faxes WHERE ended IS NULL AND due IS NOT NULL").fetchone()[0])


def how_many_before(connection: sqlite3.Connection, machine: str) -> int:
    """How many were ever sent to that machine."""
    return int(connection.execute("SELECT COUNT(*) FROM faxes WHERE machine = ? AND NOT is_inbound", (machine,)).fetchone()[0])


def forget_at_carrier(connection: sqlite3.Connection, fax: Fax, *, whole: bool = True) -> None:
    """The carrier forgets its copy, and with `whole` that there was a fax; the machine keeps its paper."""
    connection.execute(
        "UPDATE faxes SET document = NULL, content_type = '', is_forgotten = ? WHERE id = ?", (whole or fax.is_forgotten, fax.id)
    )


def keep_sheets(connection: sqlite3.Connection, fax: Fax, sheets: Sequence[Sheet]) -> None:
    """Keep its pages as pictures, for whoever stands at the machine."""
    connection.executemany(
        "INSERT OR REPLACE INTO fax_sheets (fax_id, number, image, thumb) VALUES (?, ?, ?, ?)",
        [(fax.id, number, sheet.image, sheet.thumb) for number, sheet in enumerate(sheets, 1)],
    )


def sheet(connection: sqlite3.Connection, fax: Fax, number: int) -> Sheet | None:
    """One page as pictures."""
    row = connection.execute("SELECT image, thumb FROM fax_sheets WHERE fax_id = ? AND number = ?", (fax.id, number)).fetchone()
    return None if row is None else Sheet(row["image"], row["thumb"])
