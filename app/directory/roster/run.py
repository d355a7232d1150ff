"""What all steps of one import share: the bundle, the district, whether to write, and where problems are told."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, func, select

from app.core.database import db, open_events
from app.directory.events import PeopleChanged
from app.directory.roster import records
from app.directory.roster.findings import HeldBack, Issue, Result
from app.directory.roster.reading import Bundle, Line
from app.directory.roster.records import Refused
from app.directory.roster.tables import Counts, KeyedTable, LinkTable, Row, tell_nobody
from app.directory.roster.wordings import cut

BRAKE_SHARE = 0.3
BRAKE_LEAST = 50
"""Deactivating more than this share, and at least so many, is taken for a broken export until somebody confirms it."""
TELL_EVERY = 500

Progress = Callable[[str, int, int], None]
"""Told the step, and how many of how many bytes were read."""


@dataclass
class Run:
    """One reading of a bundle into a district."""

    bundle: Bundle
    district_id: int
    dry_run: bool
    allow_many_leavers: bool
    progress: Progress
    result: Result = field(default_factory=Result)
    unreadable: set[str] = field(default_factory=set)
    """Files that were left out as a whole: nobody is taken to have left because of them."""

    def keyed(
        self, model: type[Any], compared: tuple[str, ...], made_with: Callable[[], Row], tell: Callable[[Sequence[int]], None] = tell_nobody
    ) -> KeyedTable:
        """A table whose rows carry the roster's own key."""
        return KeyedTable(model.__table__, self.district_id, compared, made_with, self.dry_run, tell)

    def linked(
        self,
        model: type[Any],
        key: tuple[str, str],
        made_with: Callable[[], Row] = dict,
        tell: Callable[[Sequence[Row]], None] = tell_nobody,
    ) -> LinkTable:
        """A table whose rows bind two others."""
        return LinkTable(cast("Table", model.__table__), key, ("is_active",), made_with, self.dry_run, tell)

    def guardians_changed(self, guardian_ids: Iterable[int]) -> None:
        """Announce, within the change, that what is known of these adults or of their children is different now."""
        numbers = tuple(sorted(set(guardian_ids)))
        if numbers:
            open_events().append(PeopleChanged(self.district_id, numbers))

    def rows(self, name: str, counts: Counts, convert: Callable[[Line], Row | None]) -> Iterator[Row]:
        """The rows of a file; lines that are refused or come twice are reported."""
        first: dict[str, int] = {}
        for line in self.readable(name):
            try:
                take_once(first, records.source_id_of(line), line)
                row = convert(line)
            except Refused as refusal:
                self.report(line, refusal.problem, **refusal.details)
                counts.refused += 1
                continue
            if row is not None:
                yield row

    def readable(self, name: str) -> Iterator[Line]:
        """The lines of a file, unless it lacks columns that we need."""
        if name not in self.bundle:
            return
        missing = self.bundle.missing_columns(name)
        if missing:
            self.result.add_issue(Issue(f"{name}.csv", 1, "columns_missing", cut({"columns": ", ".join(missing)})))
            self.unreadable.add(name)
            return
        size, read = self.bundle.size(name), 0
        for count, line in enumerate(self.bundle.lines(name), start=1):
            yield line
            read += sum(map(len, line.fields.values())) + len(line.fields)
            if count % TELL_EVERY == 0:
                self.progress(name, min(read, size), size)
        self.progress(name, size, size)

    def report(self, line: Line, problem: str, /, **details: object) -> None:
        """Note a problem with a line."""
        self.result.add_issue(Issue(line.file, line.number, problem, cut(details)))

    def tells_who_left(self, name: str) -> bool:
        """Whether a file was read, so that what is missing from it has left."""
        return name in self.bundle and name not in self.unreadable

    def release(self, kind: str, table: KeyedTable, model: type[Any]) -> None:
        """Deactivate what the roster no longer has, unless it is too much."""
        leavers = table.leavers()
        total = db.session.scalar(select(func.count(model.id)).where(model.district_id == self.district_id, model.is_active)) or 0
        if not self.brake(kind, len(leavers), total):
            table.deactivate(leavers)

    def brake(self, kind: str, leaving: int, total: int) -> bool:
        """Whether so many are leaving that the export looks broken; then that is noted."""
        if self.allow_many_leavers or leaving <= max(BRAKE_LEAST, BRAKE_SHARE * total):
            return False
        self.result.held.append(HeldBack(kind, leaving, total))
        return True


def take_once(first: dict[str, int], source_id: str, line: Line) -> None:
    """Remember where a key stood first. Raises Refused when it comes again."""
    if source_id in first:
        raise Refused("came_twice", key=source_id, line=first[source_id])
    first[source_id] = line.number
