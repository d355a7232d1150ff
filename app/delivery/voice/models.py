"""The calls of a delivery, one row for each time that a phone was made to ring."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class CallOutcome(StrEnum):
    """How a call ended."""

    PERSON = "person"
    """Somebody heard the message."""
    VOICEMAIL = "voicemail"
    """The message was left after the beep."""
    HUNG_UP = "hung_up"
    """Somebody answered, but not until the end of the message."""
    CUT_OFF = "cut_off"
    """The voicemail ended before the message did."""
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "call_failed"
    """The number cannot be called."""
    CANCELLED = "cancelled"


class PlacedCall(Model):
    """One call. It is written in the commit that claims the delivery, so before the carrier hears of it."""

    __tablename__ = "placed_calls"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"))
    attempt: Mapped[int] = mapped_column(SmallInteger)
    """The delivery's, when this call was placed."""
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id"))
    address: Mapped[str] = mapped_column(String(20))
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    placed_at: Mapped[datetime] = mapped_column(default=now)
    answered_by: Mapped[str | None] = mapped_column(String(20))
    """The carrier's word: human, machine_end_beep …; None while nobody answered."""
    played_at: Mapped[datetime | None]
    """When the message was over and the line still open."""
    outcome: Mapped[str | None] = mapped_column(String(12))
    error_code: Mapped[str | None] = mapped_column(String(20))
    ended_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("delivery_id", "attempt"),)
