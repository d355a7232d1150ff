"""The machines at the other end: whose they are, what they print at the head of their pages, and how they misbehave."""

import sqlite3
from dataclasses import dataclass
from typing import Self

from app.simulator.handsets import folded

UNKNOWN_NUMBER = "+19715550177"
LONGEST_STATION = 20
"""Signs that the protocol carries as a machine's identification (ITU-T T.30, TSI)."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A fax machine. `behaviour` is a line of fax_behaviour.LINES that it follows, whatever its number."""

    number: str
    name: str = ""
    station: str = ""
    note: str = ""
    behaviour: str = ""
    rank: int = 1

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The machine in `row`."""
        return cls(row["number"], row["name"], row["station"], row["note"], row["behaviour"], row["rank"])

    @property
    def is_known(self) -> bool:
        """Whether it has an owner in the list."""
        return bool(self.name)


UNKNOWN = Machine(UNKNOWN_NUMBER)


def keep(connection: sqlite3.Connection, machine: Machine) -> None:
    """Add a machine, or replace what is known of it."""
    search = folded(f"{machine.name} {machine.station} {machine.note} {machine.number}")
    connection.execute(
        "INSERT INTO fax_machines (number, name, search, station, note, behaviour, rank) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (number) DO UPDATE SET name = excluded.name, search = excluded.search, station = excluded.station,"
        " note = excluded.note, behaviour = excluded.behaviour, rank = excluded.rank",
        (machine.number, machine.name, search, machine.station[:LONGEST_STATION], machine.note, machine.behaviour, machine.rank),
    )


def by_number(connection: sqlite3.Connection, number: str) -> Machine:
    """The machine with `number`; any number nobody told us about is a machine without an owner."""
    row = connection.execute("SELECT * FROM fax_machines WHERE number = ?", (number,)).fetchone()
    return Machine(number) if row is None else Machine.of(row)


def found(connection: sqlite3.Connection, words: str, limit: int) -> list[Machine]:
    """Machines whose name, station, note or number has every word of `words`."""
    conditions, values = ["name <> ''"], []
    for word in folded(words).split():
        digits = "".join(letter for letter in word if letter.isdigit())
        plain = digits if digits and not any(letter.isalpha() for letter in word) else word
        conditions.append("instr(search, ?) > 0")
        values.append(plain)
    rows = connection.execute(
        f"SELECT * FROM fax_machines WHERE {' AND '.join(conditions)} ORDER BY rank, search, id LIMIT ?",  # noqa: S608  # nosec B608
        (*values, limit),
    )
    return [Machine.of(row) for row in rows]


def keep_number(connection: sqlite3.Connection, number: str) -> None:
    """Note that the school takes faxes at `number`."""
    connection.execute("INSERT OR IGNORE INTO fax_numbers VALUES (?)", (number,))


def numbers_for_faxes(connection: sqlite3.Connection) -> set[str]:
    """Where the school takes faxes, as far as anybody said, and from where it sends them."""
    rows = connection.execute("SELECT number FROM fax_numbers UNION SELECT school FROM faxes WHERE NOT is_inbound")
    return {row["number"] for row in rows}


def how_many(connection: sqlite3.Connection) -> int:
    """How many machines have an owner."""
    return int(connection.execute("SELECT COUNT(*) FROM fax_machines WHERE name <> ''").fetchone()[0])
