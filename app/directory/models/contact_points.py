"""Where a guardian can be reached, and how well that works."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

if TYPE_CHECKING:
    from app.directory.models.people import Guardian


class ContactKind(StrEnum):
    """What an address can do: landlines take calls only."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VOIP = "voip"
    EMAIL = "email"


class ContactHealth(StrEnum):
    """What we learned from the carrier and from people about an address."""

    UNCONFIRMED = "unconfirmed"
    """Nothing ever came back from it."""
    OK = "ok"
    UNREACHABLE = "unreachable"
    """Failed lately; may work again."""
    DEAD = "dead"
    """The carrier says that the number does not exist."""
    WRONG = "wrong"
    """Somebody answered that it is not theirs."""


class ContactPoint(Model):
    """A phone or email of a guardian. `address` is E.164, or an email in lower case."""

    __tablename__ = "contact_points"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    guardian_id: Mapped[int] = mapped_column(ForeignKey("guardians.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(254))
    label: Mapped[str | None] = mapped_column(String(40))
    """home, work, old mobile …"""
    priority: Mapped[int] = mapped_column(default=1)
    language: Mapped[str | None] = mapped_column(String(12))
    time_zone: Mapped[str | None] = mapped_column(String(60))
    health: Mapped[str] = mapped_column(String(12), default=ContactHealth.UNCONFIRMED)
    health_reason: Mapped[str | None] = mapped_column(String(200))
    health_at: Mapped[datetime | None]
    opted_out_at: Mapped[datetime | None]
    """Set while texts from some conversation sender are stopped; the ledger in `consent.py` is the truth, and says which."""
    is_active: Mapped[bool] = mapped_column(default=True)
    source_id: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)
    guardian: Mapped["Guardian"] = relationship(back_populates="contact_points")

    __table_args__ = (
        UniqueConstraint("guardian_id", "address"),
        Index("ix_contact_points_district_address", "district_id", "address"),
    )

    @property
    def takes_texts(self) -> bool:
        """Whether a text to this address makes sense at all; consent is another question."""
        return (
            self.kind in {ContactKind.MOBILE, ContactKind.VOIP}
            and self.is_active
            and self.health not in {ContactHealth.DEAD, ContactHealth.WRONG}
        )
