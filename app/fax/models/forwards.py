"""Where faxes are sent on to by email."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

_OFFERED = text("phone_number_id IS NULL")


class ForwardWay(StrEnum):
    """How the document travels."""

    ATTACHED = "attached"
    LINK = "link"
    """By an address that ends."""


class FaxDestination(Model):
    """An email address that faxes go to: offered when forwarding, or by itself for what arrives at a number."""

    __tablename__ = "fax_destinations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    address: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200), default="")
    phone_number_id: Mapped[int | None] = mapped_column(ForeignKey("phone_numbers.id"))
    """Whatever arrives at this number goes there by itself; None for one that is only offered."""
    way: Mapped[str] = mapped_column(String(8), default=ForwardWay.LINK)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        UniqueConstraint("phone_number_id", "address"),
        Index("uq_fax_destinations_offered", "district_id", "address", unique=True, sqlite_where=_OFFERED, postgresql_where=_OFFERED),
    )


class FaxForward(Model):
    """A fax sent on to one address. What became of the email is told by its delivery."""

    __tablename__ = "fax_forwards"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    """From the form: pressed twice it is one."""
    fax_id: Mapped[int] = mapped_column(ForeignKey("faxes.id", ondelete="CASCADE"))
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    address: Mapped[str] = mapped_column(String(254))
    way: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(String(1000), default="")
    """That go along."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who sent it on; None where it went by itself."""
    document_key: Mapped[str | None] = mapped_column(String(64))
    """What was attached, or what the link opens."""
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"))
    status: Mapped[str] = mapped_column(String(10), default="queued")
    """queued, sent, failed."""
    error_code: Mapped[str | None] = mapped_column(String(24))
    expires_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    """When the link was opened first."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_fax_forwards_fax", "fax_id", "id"),)
