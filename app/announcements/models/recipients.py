"""Who is written to, who is not and why, and how many came how far."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.columns import BigId
from app.core.database import Model


class SkipReason(StrEnum):
    """Why somebody is not written to over a channel."""

    OPTED_OUT = "opted_out"
    NO_ADDRESS = "no_number"
    """No phone, or for emails no email, on file."""
    NO_TEXTS = "no_texts"
    """A landline only."""
    DEAD = "dead_number"
    WRONG = "wrong_number"
    CHANGED = "address_changed"
    """The one that was used, or stands in a list, is not theirs any more."""
    OFF_RECORD = "off_record"
    """The person or the address was taken off the records."""
    SAME_ADDRESS = "same_number"
    """Another person of the audience has the same one, and hears it there."""
    NO_TEXT = "no_text_in_language"
    NOT_PERMITTED = "not_permitted"
    NO_PHONE = "not_a_phone"
    """What a program gave is none."""
    MISSING_VALUE = "missing_value"
    """Since it was confirmed, the roster lost what a field of the text needs."""


class AnnouncementRecipient(Model):
    """One adult over one channel. `reason` says why nothing is sent; without one there is an address, and a delivery once it is fed.

    What became of it is read from `deliveries` (owner_kind "announcement", owner_id this id), never copied.
    """

    __tablename__ = "announcement_recipients"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(8))
    guardian_id: Mapped[int | None] = mapped_column(BigId)
    """Not a foreign key, as the next ones: a million rows are checked against rows that they were just read from."""
    staff_id: Mapped[int | None] = mapped_column(BigId)
    list_row_id: Mapped[int | None] = mapped_column(BigId)
    student_id: Mapped[int | None] = mapped_column(BigId)
    family_id: Mapped[int | None] = mapped_column(BigId)
    """The first contact of the student: who shares it is one family."""
    contact_point_id: Mapped[int | None] = mapped_column(BigId)
    language: Mapped[str | None] = mapped_column(String(12))
    """Of the text that is sent."""
    address: Mapped[str | None] = mapped_column(String(254))
    """Only of who is written to."""
    reason: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (
        UniqueConstraint("announcement_id", "channel", "address"),
        Index("ix_announcement_recipients_family", "announcement_id", "family_id"),
        Index(
            "ix_announcement_recipients_skipped",
            "announcement_id",
            "reason",
            "family_id",
            sqlite_where=text("reason IS NOT NULL"),
            postgresql_where=text("reason IS NOT NULL"),
        ),
    )


class Outcome(StrEnum):
    """What is counted. What waits is not: it is TOTAL without all the others, so that numbers add up at every instant."""

    TOTAL = "total"
    """Everybody who is to be written to."""
    HANDED_OVER = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"


class AnnouncementCount(Model):
    """How many recipients of a channel have an outcome; `outcome` is an Outcome, or "skip:" and a SkipReason."""

    __tablename__ = "announcement_counts"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(28), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_announcement_counts_changed",
            "changed_at",
            sqlite_where=text("changed_at IS NOT NULL"),
            postgresql_where=text("changed_at IS NOT NULL"),
        ),
    )


class AnnouncementReach(Model):
    """How many came to an outcome in each minute, for the chart of reach over time."""

    __tablename__ = "announcement_reach"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12), primary_key=True)
    n: Mapped[int] = mapped_column(default=0)
