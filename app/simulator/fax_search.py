"""Which faxes there were: lists of the carriers, and of those who look inside."""

import sqlite3
from dataclasses import dataclass

from app.simulator.faxes import COLUMNS, Fax


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which faxes. `since` and `until` are seconds since 1970; None is any."""

    carrier: str | None = None
    """Those that this carrier knows of, so none that it had to forget."""
    is_inbound: bool | None = None
    sender: str | None = None
    to: str | None = None
    begins: bool = False
    """`sender` and `to` are only how the numbers begin."""
    machine: str | None = None
    school: str | None = None
    statuses: tuple[str, ...] | None = None
    since: float | None = None
    until: float | None = None


_FITS = (
    "(?1 IS NULL OR (carrier = ?1 AND NOT is_forgotten)) AND (?2 IS NULL OR is_inbound = ?2)"
    " AND (?3 IS NULL OR machine = ?3) AND (?4 IS NULL OR school = ?4)"
    " AND (?5 IS NULL OR instr(?5, '.' || status || '.') > 0) AND (?6 IS NULL OR created >= ?6) AND (?7 IS NULL OR created < ?7)"
    " AND (?8 IS NULL OR substr(sent_by, 1, CASE WHEN ?10 THEN length(?8) ELSE 99 END) = ?8)"
    " AND (?9 IS NULL OR substr(sent_to, 1, CASE WHEN ?10 THEN length(?9) ELSE 99 END) = ?9)"
)
_FROM = (
    "(SELECT *, CASE WHEN NOT is_inbound THEN school WHEN is_hidden THEN '' ELSE machine END AS sent_by,"
    " CASE WHEN is_inbound THEN school ELSE machine END AS sent_to FROM faxes)"
)


def matching(connection: sqlite3.Connection, wanted: Wanted, *, limit: int, skip: int = 0) -> list[Fax]:
    """The newest that fit."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM {_FROM} WHERE {_FITS} ORDER BY id DESC LIMIT ?11 OFFSET ?12",  # noqa: S608  # nosec B608
        (*_values(wanted), limit, skip),
    )
    return [Fax.of(row) for row in rows]


def how_many(connection: sqlite3.Connection, wanted: Wanted) -> int:
    """How many fit."""
    query = f"SELECT COUNT(*) FROM {_FROM} WHERE {_FITS}"  # noqa: S608  # nosec B608
    return int(connection.execute(query, _values(wanted)).fetchone()[0])


def _values(wanted: Wanted) -> tuple[object, ...]:
    statuses = None if wanted.statuses is None else f".{'.'.join(wanted.statuses)}."
    return (
        wanted.carrier, wanted.is_inbound, wanted.machine, wanted.school, statuses, wanted.since, wanted.until, wanted.sender,
        wanted.to, wanted.begins,
    )  # fmt: skip
