"""Who asked to connect a calendar, what was granted, and which address of one's own calendar counts."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class CalendarAddress(Model):
    """How often a person had the address of their own calendar changed. Whoever never did has no row."""

    __tablename__ = "calendar_addresses"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    edition: Mapped[int] = mapped_column(default=0)
    """It stands in the signature of the address: those of former editions open nothing."""
    renewed_at: Mapped[datetime] = mapped_column(default=now)


class CalendarAsk(Model):
    """One way to a provider's consent page and back. It ends when it is used, or after a few minutes."""

    __tablename__ = "calendar_asks"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    provider: Mapped[str] = mapped_column(String(8))
    state_hash: Mapped[str] = mapped_column(String(64), unique=True)
    verifier: Mapped[str] = mapped_column(Text)
    """The secret half of PKCE, sealed."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class GrantState(StrEnum):
    """In order; a calendar that is connected again is a new row."""

    CONNECTED = "connected"
    LAPSED = "lapsed"
    """The provider takes our token no more: the person withdrew it there, or it ran out."""


class CalendarGrant(Model):
    """One calendar that a person lets us read. Without the row we can read nothing."""

    __tablename__ = "calendar_grants"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    provider: Mapped[str] = mapped_column(String(8))
    account: Mapped[str] = mapped_column(String(320))
    """The email address whose calendar it is, in small letters."""
    refresh_token: Mapped[str] = mapped_column(Text)
    """Sealed."""
    access_token: Mapped[str] = mapped_column(Text)
    """Sealed; good until `access_until`."""
    access_until: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(9), default=GrantState.CONNECTED)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("staff_id", "provider", "account"),)
