"""A telephone system, and its extensions."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class Purpose(StrEnum):
    """What rings when an extension is called."""

    IP_PHONE = "ip-phone"
    MOBILE_APP = "mobile-app"
    SOFTPHONE = "softphone"
    UNASSIGNED = "unassigned"


class PbxInstance(Model):
    """The telephone system of a district. Each has one, also where no machine stands behind it: then it is a list of extensions."""

    __tablename__ = "pbx_instances"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class PbxExtension(Model):
    """One extension. Whose it is follows from the email address of its voicemail."""

    __tablename__ = "pbx_extensions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    instance_id: Mapped[int] = mapped_column(ForeignKey("pbx_instances.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), unique=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    purpose: Mapped[str] = mapped_column(String(12), default=Purpose.UNASSIGNED)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The system's own settings, passed through; number, name and secrets are not among them."""
    secrets: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Passwords that were given, sealed (`passwords`), by the name of their setting.

    Without one a phone registers with a secret that is derived, not kept.
    """
    is_written: Mapped[bool] = mapped_column(default=True)
    """False while the telephone system is told of it."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("instance_id", "number"), Index("ix_pbx_extensions_school", "school_id"))
