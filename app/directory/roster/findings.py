"""What an import found and did: counts for each kind of record, lines with problems, and what was held back."""

from dataclasses import dataclass, field
from typing import Any

from app.directory.roster.tables import Counts
from app.directory.roster.wordings import reason_of

MOST_ISSUES = 5_000
"""More are counted and not kept: a file with so many wrong lines is wrong as a whole."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A line that did not go in, or went in with something left out."""

    file: str
    line: int
    problem: str
    details: dict[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """What was wrong, in the language of whoever reads."""
        return reason_of(self.problem, self.details)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """So many of one kind are missing that none of them was deactivated: the export looks broken until somebody confirms it."""

    kind: str
    leaving: int
    total: int


@dataclass
class Result:
    """What an import did, or in a dry run would do."""

    counts: dict[str, Counts] = field(default_factory=dict)
    held: list[HeldBack] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    more_issues: int = 0

    def add_issue(self, issue: Issue) -> None:
        """Keep a problem; beyond MOST_ISSUES only their number."""
        if len(self.issues) < MOST_ISSUES:
            self.issues.append(issue)
        else:
            self.more_issues += 1

    def as_report(self) -> dict[str, Any]:
        """The counts per kind of record, for the row of the import, with how many were held back."""
        report: dict[str, Any] = {kind: counts.as_report() for kind, counts in self.counts.items()}
        for each in self.held:
            report[each.kind]["held"] = {"leaving": each.leaving, "total": each.total}
        return report
