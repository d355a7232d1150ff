"""Bring tables in line with a roster, chunk by chunk, counting what changes. In a dry run nothing is written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, tuple_, update

from app.core.database import db, transaction

Row = dict[str, Any]
CHUNK = 500


def tell_nobody(_changed: Sequence[Any]) -> None:
    """Where nobody needs to know."""


@dataclass
class Counts:
    """What became of the records of one kind."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    deactivated: int = 0
    refused: int = 0

    def as_report(self) -> dict[str, int]:
        """For the report of an import."""
        return {name: getattr(self, name) for name in ("created", "changed", "unchanged", "deactivated", "refused")}


@dataclass
class KeyedTable:
    """Rows of a district that carry the roster's own key in `source_id`."""

    table: Table
    district_id: int
    compared: tuple[str, ...]
    made_with: Callable[[], Row]
    """Values of a new row that the roster does not give."""
    dry_run: bool
    tell: Callable[[Sequence[int]], None] = tell_nobody
    """Called within the change, with the ids of known rows that are different now."""
    counts: Counts = field(default_factory=Counts)
    ids: dict[str, int] = field(default_factory=dict)
    """Our id of each source id that was seen and is in force."""
    seen: set[str] = field(default_factory=set)

    def put(self, rows: Iterable[Row]) -> None:
        """Insert or update each row, in chunks of one transaction each."""
        for chunk in chunks(rows):
            self._put(chunk)

    def _put(self, chunk: Sequence[Row]) -> None:
        columns = [self.table.c.id, self.table.c.source_id, *(self.table.c[name] for name in self.compared)]
        keys = [row["source_id"] for row in chunk]
        found = db.session.execute(select(*columns).where(self.table.c.district_id == self.district_id, self.table.c.source_id.in_(keys)))
        existing = {row.source_id: row for row in found}
        new, changed = [], []
        for row in chunk:
            self.seen.add(row["source_id"])
            old = existing.get(row["source_id"])
            if old is None:
                new.append({**row, "district_id": self.district_id, **self.made_with()})
                continue
            self.ids[row["source_id"]] = old.id
            if all(getattr(old, name) == row[name] for name in self.compared):
                self.counts.unchanged += 1
            else:
                changed.append({"row_id": old.id, **{name: row[name] for name in self.compared}})
        self._write(new, changed)

    def _write(self, new: list[Row], changed: list[Row]) -> None:
        self.counts.created += len(new)
        self.counts.changed += len(changed)
        if self.dry_run:
            self.ids.update({row["source_id"]: -len(self.ids) - n for n, row in enumerate(new, start=1)})
            return
        if not new and not changed:
            return
        with transaction():
            if new:
                made = db.session.execute(insert(self.table).returning(self.table.c.id, self.table.c.source_id), new)
                self.ids.update({row.source_id: row.id for row in made})
            if changed:
                db.session.connection().execute(update(self.table).where(self.table.c.id == bindparam("row_id")), changed)
                self.tell([row["row_id"] for row in changed])

    def leavers(self) -> list[int]:
        """The ids of rows in force that carry a source id and were not in the roster."""
        rows = db.session.execute(
            select(self.table.c.id, self.table.c.source_id).where(
                self.table.c.district_id == self.district_id, self.table.c.source_id.is_not(None), self.table.c.is_active
            )
        )
        return [row.id for row in rows if row.source_id not in self.seen]

    def deactivate(self, row_ids: list[int]) -> None:
        """Take rows out of force; they and their history stay."""
        self.counts.deactivated += len(row_ids)
        if not self.dry_run:
            set_inactive(self.table, row_ids, self.tell)


@dataclass
class LinkTable:
    """Rows that bind two others, such as an enrollment; their key is the pair."""

    table: Table
    key: tuple[str, str]
    compared: tuple[str, ...]
    made_with: Callable[[], Row]
    dry_run: bool
    tell: Callable[[Sequence[Row]], None] = tell_nobody
    """Called within the change, with the rows that are new or different."""
    counts: Counts = field(default_factory=Counts)
    seen: set[tuple[Any, Any]] = field(default_factory=set)

    def put(self, rows: Iterable[Row]) -> None:
        """Insert or update each row; a pair that was seen already is left alone."""
        for chunk in chunks(rows):
            self._put([row for row in chunk if self._is_first(row)])

    def _is_first(self, row: Row) -> bool:
        pair = (row[self.key[0]], row[self.key[1]])
        if pair in self.seen:
            return False
        self.seen.add(pair)
        return True

    def _put(self, chunk: Sequence[Row]) -> None:
        one, other = (self.table.c[name] for name in self.key)
        pairs = [(row[self.key[0]], row[self.key[1]]) for row in chunk]
        real = [pair for pair in pairs if not (isinstance(pair[0], int) and pair[0] < 0)]
        found = db.session.execute(
            select(one, other, *(self.table.c[name] for name in self.compared)).where(tuple_(one, other).in_(real))
        ).all() if real else []  # fmt: skip
        existing = {(row[0], row[1]): row[2:] for row in found}
        new, changed, touched = [], [], []
        for row, pair in zip(chunk, pairs, strict=True):
            old = existing.get(pair)
            if old is None:
                new.append({**self.made_with(), **row})
                touched.append(row)
            elif tuple(old) == tuple(row[name] for name in self.compared):
                self.counts.unchanged += 1
            else:
                changed.append({"key_one": pair[0], "key_other": pair[1], **{name: row[name] for name in self.compared}})
                touched.append(row)
        self.counts.created += len(new)
        self.counts.changed += len(changed)
        if self.dry_run or not (new or changed):
            return
        with transaction():
            if new:
                db.session.execute(insert(self.table), new)
            if changed:
                statement = update(self.table).where(one == bindparam("key_one"), other == bindparam("key_other"))
                db.session.connection().execute(statement, changed)
            self.tell(touched)

    def release(self, pairs: list[tuple[Any, Any]]) -> None:
        """Take pairs out of force."""
        self.counts.deactivated += len(pairs)
        if self.dry_run:
            return
        one, other = (self.table.c[name] for name in self.key)
        for chunk in chunks(pairs):
            with transaction():
                db.session.execute(update(self.table).where(tuple_(one, other).in_(chunk)).values(is_active=False))


def set_inactive(table: Table, row_ids: Sequence[int], tell: Callable[[Sequence[int]], None] = tell_nobody) -> None:
    """Clear `is_active` of these rows, in chunks of one transaction each, and tell of each chunk within it."""
    for chunk in chunks(row_ids):
        with transaction():
            db.session.execute(update(table).where(table.c.id.in_(chunk)).values(is_active=False))
            tell(chunk)


def chunks(rows: Iterable[Any]) -> Iterable[list[Any]]:
    """Lists of at most CHUNK rows."""
    collected: list[Any] = []
    for row in rows:
        collected.append(row)
        if len(collected) == CHUNK:
            yield collected
            collected = []
    if collected:
        yield collected
