"""Emails that somebody writes through another system, to one family or one colleague."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class EmailStatus(StrEnum):
    """In the order of its life."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class UserEmail(Model):
    """One email to one address that the district knows."""

    __tablename__ = "courier_user_emails"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    bearer_id: Mapped[int | None] = mapped_column(BigId)
    """Which system had it leave. None for a draft."""
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    address: Mapped[str] = mapped_column(String(254))
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id"))
    """A family's; None where a colleague is written to."""
    subject: Mapped[str] = mapped_column(String(250))
    message: Mapped[str | None] = mapped_column(Text)
    message_html: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(8), default=EmailStatus.DRAFT)
    result: Mapped[str | None] = mapped_column(String(300))
    delivery_uuid: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_courier_user_emails_author", "staff_id", "id"),)
