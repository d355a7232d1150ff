"""What Courier keeps of texts beside the rows of the house: a text here is a message of a thread, and an account is a pool of numbers."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

PENDING = "state = 'pending'"


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
    )


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


class ConsentState(StrEnum):
    """How far the question is."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


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
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index("ix_courier_consent_requests_district", "district_id", "id"),
        Index(
            "ix_courier_consent_requests_pending", "phone_number_id", "address",
            sqlite_where=text(PENDING), postgresql_where=text(PENDING),
        ),
    )  # fmt: skip
