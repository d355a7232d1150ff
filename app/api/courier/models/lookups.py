"""What the carrier was asked about numbers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class LookupState(StrEnum):
    """What came of asking the carrier about a number."""

    PENDING = "pending"
    """It could not be asked."""
    RESOLVED = "resolved"
    UNRESOLVABLE = "unresolvable"


class NumberLookup(Model):
    """What the carrier knows of somebody's number. Asked once: it costs money."""

    __tablename__ = "courier_number_lookups"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    number: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default=LookupState.PENDING)
    kind: Mapped[str] = mapped_column(String(10), default="")
    carrier_name: Mapped[str | None] = mapped_column(String(120))
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("district_id", "number"),)
