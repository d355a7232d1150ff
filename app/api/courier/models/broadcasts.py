"""What other systems say to many: each is an announcement of the house, and these rows remember how it was asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class BulkMessage(Model):
    """The same words into many channels."""

    __tablename__ = "courier_bulk_messages"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), unique=True)
    message: Mapped[str | None] = mapped_column(Text)
    by_locale: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    individual_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    group_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    sender_group_id: Mapped[str | None] = mapped_column(String(36))
    opens_channels: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_courier_bulk_messages_newest", "district_id", "id"),)


class Multicast(Model):
    """A template, filled with what came along."""

    __tablename__ = "courier_multicasts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), unique=True)
    is_personal: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It was sent to people or groups by their names, and not to a filtered audience."""
    template: Mapped[str] = mapped_column(String(255))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    filters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """filter-type, and the ids that were named."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index("ix_courier_multicasts_newest", "district_id", "is_personal", "id"),
        Index("ix_courier_multicasts_author", "staff_id", "id"),
    )
