"""The tries of a delivery, one row for each time that a fax machine was called."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model

ARRIVED = "delivered"


class PlacedFax(Model):
    """One try. It is written in the commit that claims the delivery, so before the carrier hears of it."""

    __tablename__ = "placed_faxes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"))
    attempt: Mapped[int] = mapped_column(SmallInteger)
    """The delivery's, at this try."""
    address: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """None for one that the carrier did not take."""
    placed_at: Mapped[datetime] = mapped_column(default=now)
    sending_at: Mapped[datetime | None]
    """When pages began to go over the line, as far as the carrier tells."""
    stop_wished_at: Mapped[datetime | None]
    """Since when somebody wants it stopped. However it ends, unless it arrived, there is no other try."""
    outcome: Mapped[str | None] = mapped_column(String(20))
    """ARRIVED, or a `carrier.fax_codes.FaxCode`; None while it goes on, and for one that never left."""
    raw_code: Mapped[str | None] = mapped_column(String(64))
    """The carrier's own word."""
    pages: Mapped[int | None]
    """How many arrived, where the carrier says."""
    seconds: Mapped[int | None]
    """On the line."""
    ended_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("delivery_id", "attempt"),)

    @property
    def has_arrived(self) -> bool:
        """Whether all pages did."""
        return self.outcome == ARRIVED
