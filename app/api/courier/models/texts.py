"""Single texts: each is a message of a thread."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class SingleText(Model):
    """A text that a program sent to a number, or what that number answered. The message of the thread has its words and its state."""

    __tablename__ = "courier_texts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    messaging_service_id: Mapped[int] = mapped_column(ForeignKey("messaging_services.id", ondelete="CASCADE"))
    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), unique=True)
    address: Mapped[str] = mapped_column(String(20))
    """The phone of the other side."""
    is_inbound: Mapped[bool] = mapped_column(default=False)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    callback_url: Mapped[str | None] = mapped_column(String(2048))
    callback_endpoint_id: Mapped[int | None] = mapped_column(BigId)
    """Who hears of answers; None once one was told where only one was wanted."""
    status_url: Mapped[str | None] = mapped_column(String(2048))
    status_endpoint_id: Mapped[int | None] = mapped_column(BigId)
    callback_json: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    is_one_off: Mapped[bool] = mapped_column(default=False)
    expected: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Answers that are told; empty for any."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index("ix_courier_texts_account", "messaging_service_id", "id"),
        Index("ix_courier_texts_phone", "phone_number_id", "address", "id"),
        *(
            Index(f"ix_courier_texts_{name}", name, postgresql_where=text(f"{name} IS NOT NULL"), sqlite_where=text(f"{name} IS NOT NULL"))
            for name in ("callback_endpoint_id", "status_endpoint_id")
        ),
    )
