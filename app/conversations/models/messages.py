"""What was said, with what, and who read it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

TAKEN_BACK_ROWS = "messages.status = 'cancelled'"
"""What was taken back before it left, in SQL: index and query must say it in the same words."""
_TAKEN_BACK = text(TAKEN_BACK_ROWS.replace("messages.", ""))
ANSWERING_ROWS = {
    "sqlite": "json_extract(messages.details, '$.answers') IS NOT NULL",
    "postgresql": "(messages.details ->> 'answers') IS NOT NULL",
}
"""What answers an announcement, in the SQL of each database; again in the words of the index."""
_ANSWERING = {name: text(rows.replace("messages.", "")) for name, rows in ANSWERING_ROWS.items()}


class MessageKind(StrEnum):
    """A note is for staff only. An event is a call, voicemail, fax or announcement standing in the timeline."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    NOTE = "note"
    EVENT = "event"


class MessageStatus(StrEnum):
    """In the order of a message's life: it moves only down this list, and stays once it is final."""

    PENDING = "pending"
    PROCESSING = "processing"
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"

    def may_become(self, new: "MessageStatus") -> bool:
        """Whether news of `new` changes anything."""
        final, life = (
            {self.CANCELLED, self.BLOCKED, self.DELIVERED, self.FAILED},
            list(MessageStatus),
        )
        return self not in final and life.index(new) > life.index(self)


class Message(Model):
    """One entry of a thread. `uuid` comes from the writer's browser, so that a double click is one message."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    kind: Mapped[str] = mapped_column(String(8))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """The author of an outbound message or note; None for automatic ones."""
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participants.id"))
    """The guardian's side of an inbound message."""
    author: Mapped[str] = mapped_column(String(120), default="")
    """The author's name as it was then."""
    body: Mapped[str] = mapped_column(Text, default="")
    """What its author wrote, in `language`."""
    language: Mapped[str | None] = mapped_column(String(12))
    translation: Mapped[str | None] = mapped_column(Text)
    """The body for the other side, in `translation_language`; an outbound translation is what was sent."""
    translation_language: Mapped[str | None] = mapped_column(String(12))
    translated_by: Mapped[str | None] = mapped_column(String(20))
    """Which provider, or "staff" when a person wrote or checked it."""
    awaits_translation: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Inbound in a language that its readers do not read; a job asks the provider."""
    is_automatic: Mapped[bool] = mapped_column(default=False)
    """Written by an auto-reply."""
    status: Mapped[str] = mapped_column(String(12), default=MessageStatus.PENDING)
    error_code: Mapped[str | None] = mapped_column(String(20))
    is_doubtful: Mapped[bool] = mapped_column(default=False)
    """A crash left it unknown whether the carrier has it, and the carrier could not say."""
    failure_settled: Mapped[bool] = mapped_column(default=False)
    """Somebody dealt with the failure; it no longer counts in the inbox."""
    due_at: Mapped[datetime | None]
    """When it may leave: the end of the undo window, or of quiet hours."""
    is_held: Mapped[bool] = mapped_column(default=False)
    """Quiet hours hold it until `due_at`."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    """The message of an EACH group of which this is one guardian's copy."""
    recipients: Mapped[int] = mapped_column(default=1)
    delivered: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    segments: Mapped[int] = mapped_column(default=1)
    channel: Mapped[str] = mapped_column(String(8), default="sms")
    """sms, mms, or web for what a guardian wrote in the web thread."""
    inbound_text_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_texts.id"), unique=True)
    reference_type: Mapped[str | None] = mapped_column(String(20))
    reference_id: Mapped[int | None] = mapped_column(BigId)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Of an event: what its line in the timeline shows."""
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Body and translation, folded by core.search_text."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    """When the guardian opened it in the web thread, or a channel reported reading."""
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")

    __table_args__ = (
        Index("ix_messages_thread", "conversation_id", "id"),
        Index("ix_messages_reference", "reference_type", "reference_id"),
        Index(
            "ix_messages_awaiting_translation",
            "id",
            sqlite_where=text("awaits_translation"),
            postgresql_where=text("awaits_translation"),
        ),
        Index("ix_messages_taken_back", "conversation_id", sqlite_where=_TAKEN_BACK, postgresql_where=_TAKEN_BACK),
        Index("ix_messages_answering", "conversation_id", sqlite_where=_ANSWERING["sqlite"], postgresql_where=_ANSWERING["postgresql"]),
    )


class Attachment(Model):
    """A file of a message. It has no message yet while its writer is still composing."""

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    scheduled_message_id: Mapped[int | None] = mapped_column(ForeignKey("scheduled_messages.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(80))
    """Judged by content, not by what the sender claimed."""
    size: Mapped[int]
    file_key: Mapped[str | None] = mapped_column(String(120))
    """None while a job still has to fetch it from the carrier."""
    thumbnail_key: Mapped[str | None] = mapped_column(String(120))
    width: Mapped[int | None]
    height: Mapped[int | None]
    source_url: Mapped[str | None] = mapped_column(String(500))
    problem: Mapped[str | None] = mapped_column(String(200))
    """Why it cannot be shown, in words."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index(
            "ix_attachments_expected",
            "id",
            sqlite_where=text("file_key IS NULL AND problem IS NULL"),
            postgresql_where=text("file_key IS NULL AND problem IS NULL"),
        ),
        Index(
            "ix_attachments_unsent",
            "conversation_id",
            "staff_id",
            sqlite_where=text("message_id IS NULL AND scheduled_message_id IS NULL"),
            postgresql_where=text("message_id IS NULL AND scheduled_message_id IS NULL"),
        ),
    )


class Receipt(Model):
    """Up to which message somebody has read. One row per reader and conversation; it only moves forward."""

    __tablename__ = "receipts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participants.id"))
    message_id: Mapped[int] = mapped_column(BigId)
    read_at: Mapped[datetime] = mapped_column(default=now)
    is_private: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("conversation_id", "staff_id"),
        UniqueConstraint("conversation_id", "participant_id"),
    )


class Mention(Model):
    """A colleague named in a note."""

    __tablename__ = "mentions"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, index=True)
    seen_at: Mapped[datetime | None]


class Reaction(Model):
    """One emoji of one staff member on one message; staff only, nothing is sent."""

    __tablename__ = "reactions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    emoji: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("message_id", "staff_id", "emoji"),)
