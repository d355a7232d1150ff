"""Questions for consent."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

PENDING = "state = 'pending'"


class ConsentState(StrEnum):
    """How far the question is."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    """Nobody answered in time, or the question was asked anew."""


class ConsentRequest(Model):
    """A guardian was asked by text whether texts are welcome. The answer is a line of the consent ledger; this is the dialogue."""

    __tablename__ = "courier_consent_requests"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    guardian_id: Mapped[int] = mapped_column(ForeignKey("guardians.id", ondelete="CASCADE"))
    contact_point_id: Mapped[int] = mapped_column(ForeignKey("contact_points.id", ondelete="CASCADE"))
    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id"))
    address: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10), default=ConsentState.PENDING)
    accept: Mapped[str] = mapped_column(Text, default="")
    initial: Mapped[str] = mapped_column(Text, default="")
    invalid_response: Mapped[str] = mapped_column(Text, default="")
    explained_at: Mapped[datetime | None]
    """When they were told, once, how to answer."""
    language: Mapped[str] = mapped_column(String(12), default="en", server_default="en")
    """Of the family, in which the house's own words were."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    message_id: Mapped[int | None] = mapped_column(BigId)
    """The text that asks; None of what was asked before this was kept. Erasing takes the text and leaves the number."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index("ix_courier_consent_requests_district", "district_id", "id"),
        Index(
            "ix_courier_consent_requests_pending", "phone_number_id", "address",
            sqlite_where=text(PENDING), postgresql_where=text(PENDING),
        ),
        Index(
            "ix_courier_consent_requests_open", "district_id", "address", unique=True,
            sqlite_where=text(PENDING), postgresql_where=text(PENDING),
        ),
    )  # fmt: skip
