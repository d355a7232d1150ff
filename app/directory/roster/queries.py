"""What the import pages show: a district's imports, newest first, and the lines that had problems."""

from collections.abc import Iterator

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import RosterImport, RosterImportIssue
from app.directory.roster.findings import HeldBack

SHOWN = 50


def imports_of(staff: Staff) -> list[RosterImport]:
    """The latest imports of the person's district."""
    query = select(RosterImport).where(RosterImport.district_id == staff.district_id)
    return list(db.session.scalars(query.order_by(RosterImport.id.desc()).limit(SHOWN)))


def import_visible_to(staff: Staff, import_id: int) -> RosterImport:
    """One import of the person's district. Raises NotVisible."""
    query = select(RosterImport).where(RosterImport.id == import_id, RosterImport.district_id == staff.district_id)
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotVisible
    return row


def issue_count(row: RosterImport) -> int:
    """How many lines had problems."""
    query = select(func.count()).select_from(RosterImportIssue).where(RosterImportIssue.roster_import_id == row.id)
    return int(db.session.scalar(query) or 0)


def issues_of(row: RosterImport, *, most: int | None = None) -> Iterator[RosterImportIssue]:
    """The lines that had problems, in the order in which they were met."""
    query = select(RosterImportIssue).where(RosterImportIssue.roster_import_id == row.id).order_by(RosterImportIssue.id)
    yield from db.session.scalars(query.limit(most)).all()


def held_back(row: RosterImport) -> list[HeldBack]:
    """The kinds of which so many were missing that the import deactivated none."""
    return [HeldBack(kind, counts["held"]["leaving"], counts["held"]["total"]) for kind, counts in row.report.items() if "held" in counts]
