"""Where faxes are sent on to by email."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

_OFFERED = text("phone_number_id IS NULL")
PREPARING_ROWS = "fax_forwards.status = 'preparing'"
"""What waits for its document, in SQL: index and query must say it in the same words."""
_PREPARING = text(PREPARING_ROWS.replace("fax_forwards.", ""))


class ForwardStatus(StrEnum):
    """How far one is."""

    PREPARING = "preparing"
    """Its document is being put together."""
    QUEUED = "queued"
    """In the outbox."""
    UNSURE = "unsure"
    """The mail server's answer was lost: a person decides."""
    SENT = "sent"
    FAILED = "failed"


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
    """A fax sent on to one address. First a row, then a document, then an email in the outbox, whose news move it on."""

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
    language: Mapped[str] = mapped_column(String(12), default="en")
    """Of the email."""
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who sent it on; None where it went by itself."""
    document_key: Mapped[str | None] = mapped_column(String(64))
    """What was attached, or what the link opens. A file of its own, unless it is the fax as it came."""
    made_of: Mapped[str | None] = mapped_column(String(64))
    """Of which document of the fax: one that is sent again has another, with other pages perhaps."""
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"))
    status: Mapped[str] = mapped_column(String(10), default=ForwardStatus.PREPARING)
    due_at: Mapped[datetime | None] = mapped_column(default=now)
    """While it is prepared: when a worker takes it up, or takes it up again because another did not finish."""
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    error_code: Mapped[str | None] = mapped_column(String(24))
    expires_at: Mapped[datetime | None]
    """Of a link: after it nobody opens the fax by it."""
    ended_at: Mapped[datetime | None]
    """Somebody took the link back before."""
    opened_at: Mapped[datetime | None]
    """When the link was opened first."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def is_open(self) -> bool:
        """Whether its link opens the fax, or will."""
        is_over = self.ended_at is not None or (self.expires_at is not None and self.expires_at <= now())
        return self.way == ForwardWay.LINK and self.status != ForwardStatus.FAILED and not is_over

    __table_args__ = (
        Index("ix_fax_forwards_fax", "fax_id", "id"),
        Index("ix_fax_forwards_due", "due_at", sqlite_where=_PREPARING, postgresql_where=_PREPARING),
    )
