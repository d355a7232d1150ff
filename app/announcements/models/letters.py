"""Letters on paper for families whom an announcement does not reach."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class LettersFor(StrEnum):
    """Who gets one."""

    NOWHERE = "nowhere"
    """Families without anything that it could be sent to, and students without an adult on record."""
    UNREACHED = "unreached"
    """These, and all whom it did not reach."""
    UNCONFIRMED = "unconfirmed"
    """These, and all of whom nobody knows whether it reached them."""


class LettersState(StrEnum):
    """In the order of its life."""

    WAITING = "waiting"
    MAKING = "making"
    READY = "ready"


class AnnouncementLetters(Model):
    """Letters that somebody asked for at one time. `files` are finished parts: [{"key", "letters", "pages", "size"}]."""

    __tablename__ = "announcement_letters"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), index=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    which: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default=LettersState.WAITING)
    total: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=0)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    claimed_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    ready_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_announcement_letters_open", "id", sqlite_where=text("state != 'ready'"), postgresql_where=text("state != 'ready'")),
    )


class AnnouncementLetter(Model):
    """One family's letter. Printed says little: only somebody's word that it was handed out counts as reached."""

    __tablename__ = "announcement_letter_families"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    letters_id: Mapped[int] = mapped_column(ForeignKey("announcement_letters.id", ondelete="CASCADE"), index=True)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"))
    family_key: Mapped[int] = mapped_column(BigId)
    """`AnnouncementRecipient.family_id`; of a student without an adult on record the student's number below zero."""
    student_id: Mapped[int | None] = mapped_column(BigId)
    handed_out_at: Mapped[datetime | None]
    handed_out_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    __table_args__ = (UniqueConstraint("announcement_id", "family_key"),)
