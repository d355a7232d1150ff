"""A conversation and who takes part in it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

_LISTED = text("deleted_at IS NULL")


class ConversationKind(StrEnum):
    """Who hears what."""

    DIRECT = "direct"
    """Staff and one guardian."""
    EACH = "each"
    """A group in which each guardian hears privately: what is written here appears in each one's own direct conversation."""
    GROUP = "group"
    """One group: every guardian reads what the others answer."""


class ConversationState(StrEnum):
    """First-class, and any of them may follow any other."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"


class Conversation(Model):
    """One row of the inbox. What the row shows is kept here at write time, so that reading it costs one index walk."""

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    kind: Mapped[str] = mapped_column(String(8), default=ConversationKind.DIRECT)
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardians.id"), index=True)
    """The guardian of a direct conversation."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """The teacher whose line this is; None for a school's shared line."""
    is_office: Mapped[bool] = mapped_column(default=False)
    """It belongs to the school's shared inbox."""
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default=ConversationState.OPEN)
    snoozed_until: Mapped[datetime | None]
    title: Mapped[str] = mapped_column(String(200))
    """The guardian's name, or the group's."""
    subtitle: Mapped[str] = mapped_column(String(300), default="")
    """The students and their grades, or how many families."""
    language: Mapped[str | None] = mapped_column(String(12))
    """The family's, when it is not the district's."""
    last_message_id: Mapped[int] = mapped_column(BigId, default=0)
    """0 before the first message. Newest first means: by this, descending."""
    last_message_at: Mapped[datetime] = mapped_column(default=now)
    preview: Mapped[str] = mapped_column(String(160), default="")
    preview_kind: Mapped[str] = mapped_column(String(12), default="")
    """inbound, outbound, note or event, or photo / file when there were no words."""
    preview_author: Mapped[str | None] = mapped_column(String(80))
    preview_language: Mapped[str | None] = mapped_column(String(12))
    waits_since: Mapped[datetime | None]
    """The first inbound message that nobody answered yet."""
    failed_count: Mapped[int] = mapped_column(default=0)
    """Failed messages that nobody dealt with."""
    scheduled_count: Mapped[int] = mapped_column(default=0)
    going_on: Mapped[str | None] = mapped_column(String(40))
    """Where something goes on with this family right now that one can join, such as a video call: its address here."""
    version: Mapped[int] = mapped_column(default=0)
    """Grows with every change that a browser would show."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]
    participants: Mapped[list["Participant"]] = relationship(back_populates="conversation", order_by="Participant.id")

    __table_args__ = (
        Index(  # of a district; with all that decides who sees one, so that to count them, or to skip some, reads no row
            "ix_conversations_newest",
            *("district_id", "last_message_id", "id", "school_id", "created_by_id", "deleted_at"),
            sqlite_where=_LISTED,
            postgresql_where=_LISTED,
        ),
        Index(  # whose: what a person began, without the rest of the district
            "ix_conversations_begun",
            "created_by_id",
            sqlite_where=text("created_by_id IS NOT NULL"),
            postgresql_where=text("created_by_id IS NOT NULL"),
        ),
        Index("ix_conversations_school_newest", "school_id", "state", "last_message_id"),
        Index(
            "ix_conversations_snoozed",
            "snoozed_until",
            sqlite_where=text("state = 'snoozed'"),
            postgresql_where=text("state = 'snoozed'"),
        ),
        Index(
            "ix_conversations_school_failed",
            "school_id",
            "last_message_id",
            sqlite_where=text("failed_count > 0"),
            postgresql_where=text("failed_count > 0"),
        ),
        Index(
            "ix_conversations_school_scheduled",
            "school_id",
            "last_message_id",
            sqlite_where=text("scheduled_count > 0"),
            postgresql_where=text("scheduled_count > 0"),
        ),
    )


class Participant(Model):
    """A staff member, or a guardian's contact point with the number of ours that it is paired with.

    `state` and `last_message_id` repeat the conversation's for staff, so that each one's inbox is one index walk.
    """

    __tablename__ = "participants"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(8), default=ConversationState.OPEN)
    last_message_id: Mapped[int] = mapped_column(BigId, default=0)
    unread_count: Mapped[int] = mapped_column(default=0)
    is_muted: Mapped[bool] = mapped_column(default=False)

    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardians.id"))
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id"), index=True)
    phone_number_id: Mapped[int | None] = mapped_column(ForeignKey("phone_numbers.id"))
    answers_from_id: Mapped[int | None] = mapped_column(ForeignKey("phone_numbers.id"))
    """Another number of ours that they wrote to after they had stopped the paired one: what is answered leaves from it."""
    address: Mapped[str | None] = mapped_column(String(20))
    pairing_deactivated_at: Mapped[datetime | None]
    joined_at: Mapped[datetime] = mapped_column(default=now)
    left_at: Mapped[datetime | None]
    conversation: Mapped[Conversation] = relationship(back_populates="participants")

    __table_args__ = (
        UniqueConstraint("conversation_id", "staff_id"),
        UniqueConstraint("conversation_id", "contact_point_id"),
        Index(
            "ix_participants_guardian",
            "guardian_id",
            "conversation_id",
            sqlite_where=text("guardian_id IS NOT NULL"),
            postgresql_where=text("guardian_id IS NOT NULL"),
        ),
        Index("ix_participants_inbox", "staff_id", "state", "last_message_id"),
        Index(
            "ix_participants_unread",
            "staff_id",
            "last_message_id",
            sqlite_where=text("unread_count > 0"),
            postgresql_where=text("unread_count > 0"),
        ),
        Index(
            "uq_participants_active_pairing",
            "phone_number_id",
            "address",
            unique=True,
            sqlite_where=text("pairing_deactivated_at IS NULL AND phone_number_id IS NOT NULL"),
            postgresql_where=text("pairing_deactivated_at IS NULL AND phone_number_id IS NOT NULL"),
        ),
    )
