"""Staff of a roster, counted as the other kinds are. What becomes of an account is decided in `accounts`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.accounts import service as accounts
from app.accounts.service import Outcome, RosterStaff
from app.directory.roster.reading import Line
from app.directory.roster.tables import Counts, chunks


class Complain(Protocol):
    """Told of a line that did not go in."""

    def __call__(self, line: Line, problem: str, /, **details: object) -> None:
        """Note it."""


Brake = Callable[[str, int, int], bool]


@dataclass
class StaffTable:
    """The staff of one district."""

    district_id: int
    dry_run: bool
    counts: Counts = field(default_factory=Counts)
    ids: dict[str, int] = field(default_factory=dict)

    def put(self, people: Sequence[tuple[Line, RosterStaff]], complain: Complain) -> None:
        """Bring one chunk of accounts in line."""
        if not people:
            return
        outcomes = accounts.take_in_roster(self.district_id, [person for _line, person in people], dry_run=self.dry_run)
        for (line, person), (outcome, number) in zip(people, outcomes, strict=True):
            if outcome == Outcome.ELSEWHERE:
                complain(line, "signs_in_elsewhere", email=person.email)
                self.counts.refused += 1
                continue
            self.ids[person.source_id] = number if number is not None else -len(self.ids) - 1
            setattr(self.counts, outcome, getattr(self.counts, outcome) + 1)

    def release(self, brake: Brake) -> None:
        """Close the accounts of those whom the roster no longer has."""
        gone, known = accounts.who_left_roster(self.district_id, self.ids)
        if brake("staff", len(gone), known):
            return
        self.counts.deactivated += len(gone)
        if not self.dry_run:
            for chunk in chunks(gone):
                accounts.let_go_from_roster(chunk)
