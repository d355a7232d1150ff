"""What the carrier told us, kept as it came: recorded once, applied afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class InboundText(Model):
    """A text that arrived. `provider_id` is unique, so that a repeated webhook changes nothing."""

    __tablename__ = "inbound_texts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(64), unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id"))
    sender: Mapped[str] = mapped_column(String(20))
    """E.164, or a short code, or an alphanumeric sender, as the carrier gave it."""
    body: Mapped[str] = mapped_column(Text, default="")
    media: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """[{"url": …, "content_type": …}] at the carrier; fetched by a job."""
    opt_out_type: Mapped[str | None] = mapped_column(String(10))
    """STOP, START or HELP where the carrier already acted on the keyword itself."""
    received_at: Mapped[datetime] = mapped_column(default=now)
    routed_at: Mapped[datetime | None]
    """Set in the commit that made it a message or an unknown text; a sweep takes up those without."""
    attempts: Mapped[int] = mapped_column(default=0)
    counted_as: Mapped[str | None] = mapped_column(String(10))
    """"answer" (to a question of some room) or "command"; None for what somebody has to read."""

    __table_args__ = (
        Index("ix_inbound_texts_sender", "sender", "id"),
        Index(
            "ix_inbound_texts_unrouted",
            "id",
            sqlite_where=text("routed_at IS NULL"),
            postgresql_where=text("routed_at IS NULL"),
        ),
    )


class CarrierCallback(Model):
    """A status callback, appended by the webhook and applied in batches by `delivery`. The same news twice is one row."""

    __tablename__ = "carrier_callbacks"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    provider_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    """The carrier's own word."""
    error_code: Mapped[str | None] = mapped_column(String(20))
    reference: Mapped[str | None] = mapped_column(String(64))
    """The delivery's uuid, which we put into the callback address: it finds a hand-over whose answer was lost."""
    fields: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    received_at: Mapped[datetime] = mapped_column(default=now)
    applied_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("provider_id", "status"),
        Index(
            "ix_carrier_callbacks_unapplied",
            "id",
            sqlite_where=text("applied_at IS NULL"),
            postgresql_where=text("applied_at IS NULL"),
        ),
    )
