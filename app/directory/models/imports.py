"""A roster import: a row that knows how far it came, so that a killed worker costs a lease and not the import."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class ImportState(StrEnum):
    """It moves only down this list."""

    PENDING = "pending"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


class RosterImport(Model):
    """One reading of a OneRoster folder or zip."""

    __tablename__ = "roster_imports"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    stored_as: Mapped[str] = mapped_column(String(500))
    dry_run: Mapped[bool] = mapped_column(default=False)
    allow_many_leavers: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Somebody confirmed that so many really left."""
    state: Mapped[str] = mapped_column(String(10), default=ImportState.PENDING)
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    step: Mapped[str | None] = mapped_column(String(40))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Per kind of record: {"students": {"created": 3, "changed": 1, "unchanged": 90, "deactivated": 2, "refused": 1}}."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class RosterImportIssue(Model):
    """A line that did not go in, and why."""

    __tablename__ = "roster_import_issues"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    roster_import_id: Mapped[int] = mapped_column(ForeignKey("roster_imports.id", ondelete="CASCADE"))
    file: Mapped[str] = mapped_column(String(120))
    line: Mapped[int]
    problem: Mapped[str] = mapped_column(String(40), default="as_written", server_default="as_written")
    """A name of `roster.wordings`, which says it in the reader's language."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")

    __table_args__ = (Index("ix_roster_import_issues_import", "roster_import_id", "id"),)
