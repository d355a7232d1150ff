"""Texts that no pairing claims: a shared triage list, so that none is dropped."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class UnknownState(StrEnum):
    """What staff decided."""

    WAITING = "waiting"
    MATCHED = "matched"
    IGNORED = "ignored"
    BLOCKED = "blocked"


class UnknownText(Model):
    """An inbound text from somebody whom no active pairing knows."""

    __tablename__ = "unknown_texts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    """The school of the number that was texted; None for a district number."""
    inbound_text_id: Mapped[int] = mapped_column(ForeignKey("inbound_texts.id"), unique=True)
    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id"))
    sender: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=UnknownState.WAITING)
    received_at: Mapped[datetime] = mapped_column(default=now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))

    __table_args__ = (
        Index(
            "ix_unknown_texts_waiting",
            "district_id",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_unknown_texts_sender", "district_id", "sender"),
    )


class BlockedSender(Model):
    """A number whose texts staff no longer want to see. Later ones are kept as blocked, not shown."""

    __tablename__ = "blocked_senders"

    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(20), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
