"""What a channel and a message have beside a conversation and a text."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class ChannelDetails(Model):
    """What other systems say of a conversation; one without such a row is as the defaults say."""

    __tablename__ = "courier_channels"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str | None] = mapped_column(String(200))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    """The class or the saved group whose families it was opened for."""
    is_floating: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Its members are chosen one by one, not those of its group."""
    shows_events: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Calls, voicemails and whatever else happened stand among its messages."""


class ChannelPin(Model):
    """Somebody keeps a channel at hand."""

    __tablename__ = "courier_channel_pins"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class MessageDraft(Model):
    """A message that is kept back. Released, it becomes a message of the conversation under the same uuid."""

    __tablename__ = "courier_message_drafts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    body: Mapped[str] = mapped_column(Text, default="")
    auto_ack: Mapped[str] = mapped_column(String(64), default="")
    removed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index("ix_courier_message_drafts_of", "conversation_id", "staff_id"),)


class Bookmark(Model):
    """A message that somebody wants to find again."""

    __tablename__ = "courier_bookmarks"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("staff_id", "message_id"),)
