"""The families' side of the network: who holds which phone, and which senders they told to stop."""

import sqlite3
import unicodedata
from dataclasses import dataclass
from typing import Self

UNKNOWN_NUMBER = "+19715550142"
LINE_TYPES = ("mobile", "landline", "voip", "invalid")
SWITCHES = ("is_off", "is_slow", "does_not_answer")


@dataclass(frozen=True, slots=True)
class Handset:
    """A phone. `behaviour` is a line of behaviour.LINES that it follows, whatever its number."""

    number: str
    name: str = ""
    note: str = ""
    language: str = ""
    line_type: str = "mobile"
    behaviour: str = ""
    is_off: bool = False
    is_slow: bool = False
    does_not_answer: bool = False
    rank: int = 1

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The handset in `row`."""
        return cls(
            row["number"], row["name"], row["note"], row["language"], row["line_type"], row["behaviour"],
            bool(row["is_off"]), bool(row["is_slow"]), bool(row["does_not_answer"]), row["rank"],
        )  # fmt: skip

    @property
    def is_known(self) -> bool:
        """Whether it belongs to somebody in the families' list."""
        return bool(self.name)


UNKNOWN = Handset(UNKNOWN_NUMBER)


def folded(text: str) -> str:
    """`text` as the search compares it: small letters, no accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def keep(connection: sqlite3.Connection, handset: Handset) -> None:
    """Add a handset or replace what is known of its holder; its switches stay as they are."""
    search = folded(f"{handset.name} {handset.note} {handset.number}")
    connection.execute(
        "INSERT INTO handsets (number, name, search, note, language, line_type, behaviour, rank)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET name = excluded.name,"
        " search = excluded.search, note = excluded.note, language = excluded.language,"
        " line_type = excluded.line_type, behaviour = excluded.behaviour, rank = excluded.rank",
        (handset.number, handset.name, search, handset.note, handset.language, handset.line_type,
         handset.behaviour, handset.rank),
    )  # fmt: skip


def by_number(connection: sqlite3.Connection, number: str) -> Handset:
    """The handset with `number`; any number nobody told us about is a stranger's mobile."""
    row = connection.execute("SELECT * FROM handsets WHERE number = ?", (number,)).fetchone()
    return Handset(number) if row is None else Handset.of(row)


def turn(connection: sqlite3.Connection, number: str, switch: str, *, on: bool) -> None:
    """Turn one of SWITCHES on or off."""
    if switch not in SWITCHES:
        raise KeyError(switch)
    row = connection.execute("SELECT 1 FROM handsets WHERE number = ?", (number,)).fetchone()
    if row is None:
        keep(connection, Handset(number))
    connection.execute(f"UPDATE handsets SET {switch} = ? WHERE number = ?", (on, number))  # noqa: S608  # nosec B608


def found(connection: sqlite3.Connection, words: str, limit: int) -> list[Handset]:
    """Handsets whose name, note or number has every word of `words`, best known first."""
    conditions, values = ["name <> ''"], []
    for word in folded(words).split():
        digits = "".join(letter for letter in word if letter.isdigit())
        conditions.append("search LIKE ? ESCAPE '\\'")
        plain = digits if digits and not any(letter.isalpha() for letter in word) else word
        values.append("%" + plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
    rows = connection.execute(
        f"SELECT * FROM handsets WHERE {' AND '.join(conditions)} ORDER BY rank, search, id LIMIT ?",  # noqa: S608  # nosec B608
        (*values, limit),
    )
    return [Handset.of(row) for row in rows]


def how_many(connection: sqlite3.Connection) -> int:
    """How many phones have a known holder."""
    return int(connection.execute("SELECT COUNT(*) FROM handsets WHERE name <> ''").fetchone()[0])


def opt_out(connection: sqlite3.Connection, handset: str, scope: str, at: float) -> bool:
    """`handset` said STOP to `scope` (a service or a number). False if it had already."""
    cursor = connection.execute("INSERT OR IGNORE INTO opt_outs VALUES (?, ?, ?)", (handset, scope, at))
    return cursor.rowcount > 0


def opt_in(connection: sqlite3.Connection, handset: str, scope: str) -> bool:
    """`handset` said START to `scope`. False if it had not stopped."""
    cursor = connection.execute("DELETE FROM opt_outs WHERE handset = ? AND scope = ?", (handset, scope))
    return cursor.rowcount > 0


def has_opted_out(connection: sqlite3.Connection, handset: str, scope: str) -> bool:
    """Whether `handset` told `scope` to stop."""
    query = "SELECT 1 FROM opt_outs WHERE handset = ? AND scope = ?"
    return connection.execute(query, (handset, scope)).fetchone() is not None


def start_over(connection: sqlite3.Connection, handset: str) -> None:
    """Take back what `handset` told senders, and its switches."""
    connection.execute("DELETE FROM opt_outs WHERE handset = ?", (handset,))
    connection.execute("UPDATE handsets SET is_off = 0, is_slow = 0, does_not_answer = 0 WHERE number = ?", (handset,))
