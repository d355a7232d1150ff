"""What was done, by whom, to whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class AuditEvent(Model):
    """Who did what to whom, and when. Rows are only ever added: triggers of the database refuse anything else."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """None for what the system, a guardian or somebody without an account did."""
    at: Mapped[datetime] = mapped_column(default=now)
    action: Mapped[str] = mapped_column(String(60))
    """Grammar: subject.action, such as staff.invited."""
    subject_type: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    address: Mapped[str | None] = mapped_column(String(45))
    search_text: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """Who and what, folded for the search on the audit page."""

    __table_args__ = (
        Index("ix_audit_events_district_newest", "district_id", "id"),
        Index("ix_audit_events_subject", "district_id", "subject_type", "subject_id"),
    )
