"""The tenant and its schools."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class District(Model):
    """The tenant: every row of every other table belongs to exactly one."""

    __tablename__ = "districts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    name: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(60), default="America/New_York")
    country: Mapped[str] = mapped_column(String(2), default="US")
    language: Mapped[str] = mapped_column(String(12), default="en")
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """quiet_hours ["21:00", "08:00"], cents_per_segment, cents_per_mms, cents_per_call_minute, auto_reply (bool), guardian_link_days,
    cents_per_fax_page, fax_years, fax_deleted_days, fax_hold (bool: no fax is deleted)."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class School(Model):
    """A school of a district; its zone and hours decide when answers are promised."""

    __tablename__ = "schools"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str | None] = mapped_column(String(60))
    time_zone: Mapped[str] = mapped_column(String(60))
    area_code: Mapped[str | None] = mapped_column(String(5))
    phone: Mapped[str | None] = mapped_column(String(20))
    office_hours: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """{"mon": [["07:45", "15:30"]], ...}: a missing day is closed."""
    source_id: Mapped[str | None] = mapped_column(String(120))
    is_active: Mapped[bool] = mapped_column(default=True)
    closures: Mapped[list["SchoolClosure"]] = relationship(cascade="all, delete-orphan", order_by="SchoolClosure.day")

    __table_args__ = (UniqueConstraint("district_id", "source_id"),)


class SchoolClosure(Model):
    """A day on which nobody is at school."""

    __tablename__ = "school_closures"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(120))

    __table_args__ = (UniqueConstraint("school_id", "day"),)
