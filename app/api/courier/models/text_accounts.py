"""Text accounts (pools of numbers) and their numbers, with what Courier keeps beside the rows of the house."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class TextAccount(Model):
    """What a pool of numbers has as a text account. A pool without a row is an account of the whole district."""

    __tablename__ = "courier_text_accounts"

    messaging_service_id: Mapped[int] = mapped_column(
        ForeignKey("messaging_services.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    allow_custom_number: Mapped[bool] = mapped_column(default=False)
    """Whoever sends a text may say from which of its numbers."""
    phone_number_id: Mapped[int | None] = mapped_column(ForeignKey("phone_numbers.id", ondelete="SET NULL"))
    """The one that new conversations use, where it is free."""


class NumberRules(Model):
    """What a number does beside its work: who is warned of strangers, to whom their texts go on, and whether it is logged."""

    __tablename__ = "courier_number_rules"

    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    alert: Mapped[bool] = mapped_column(default=False)
    logging: Mapped[bool] = mapped_column(default=False)
    forward_to: Mapped[str | None] = mapped_column(String(20))
    notes: Mapped[str | None] = mapped_column(String(255))
    unknown_number: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The rule for texts from strangers: {"callback-url": …} beside whatever its owner keeps there."""
    unknown_endpoint_id: Mapped[int | None] = mapped_column(BigId)
    claimed_at: Mapped[datetime | None]


class NumberLog(Model):
    """A line of the log of a number."""

    __tablename__ = "courier_number_logs"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=now)
    line: Mapped[str] = mapped_column(String(300))

    __table_args__ = (Index("ix_courier_number_logs_number", "phone_number_id", "id"),)


class NumberOfUser(Model):
    """From which number the new conversations of a member of staff are held, at one school or (`school_id` None) at all."""

    __tablename__ = "courier_numbers_of_users"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_courier_numbers_of_users_staff", "staff_id", "school_id"),)
