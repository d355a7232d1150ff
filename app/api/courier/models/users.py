"""What is kept for a person: badges, devices, notifications, and by which ways they want to hear."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class BadgeCount(Model):
    """One number beside an icon. Of what the house counts itself, the row only gives it an id."""

    __tablename__ = "courier_badge_counts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    school_id: Mapped[int] = mapped_column(BigId, default=0)
    """0: of the whole district. No foreign key, so that both databases hold each row to be the only one."""
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("staff_id", "school_id", "kind"),)


class UserDevice(Model):
    """A browser that shows notifications."""

    __tablename__ = "courier_user_devices"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    token: Mapped[str] = mapped_column(String(255))
    app_name: Mapped[str] = mapped_column(String(64))
    app_version: Mapped[str | None] = mapped_column(String(20))
    model: Mapped[str | None] = mapped_column(String(64))
    os_version: Mapped[str | None] = mapped_column(String(64))
    topic: Mapped[str | None] = mapped_column(String(255))
    is_sandbox: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_allowed: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("staff_id", "token"),)


class UserNotification(Model):
    """A line of the bell menu. It names what happened, never what a family wrote."""

    __tablename__ = "courier_notifications"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    category: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(String(300))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Ids of what it is about."""
    device_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    """To which devices it was pushed."""
    badge: Mapped[int] = mapped_column(default=0)
    acknowledged_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)

    __table_args__ = (
        Index("ix_courier_notifications_of", "staff_id", "id"),
        Index(
            "ix_courier_notifications_open", "staff_id",
            postgresql_where=text("acknowledged_at IS NULL"), sqlite_where=text("acknowledged_at IS NULL"),
        ),
    )  # fmt: skip


class UserPreference(Model):
    """By which ways somebody wants to be notified; without such a row, in the browser."""

    __tablename__ = "courier_user_preferences"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    ways: Mapped[list[str]] = mapped_column(JSON, default=list)
