"""What programs told us of their own, beside the rows of the rooms: which thread is which conversation of theirs, and where news goes."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

LONGEST_ID = 255
LONGEST_URL = 2048


class ClientRole(StrEnum):
    """As whom a number takes part."""

    MODERATOR = "moderator"
    """The staff member, whose own phone is called first in conferences. Nothing is texted to it."""
    CONTACT = "contact"


class ClientConversation(Model):
    """A pairing of a staff member with one or more contacts, by the name that a program has for it.

    Each contact has a thread of its own with the bearer's member of staff: a message is for one number.
    """

    __tablename__ = "client_conversations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    global_id: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    internal_id: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    bearer_id: Mapped[int] = mapped_column(ForeignKey("bearers.id"))
    application_name: Mapped[str] = mapped_column(String(LONGEST_ID), default="")
    """Empty where none was said."""
    client_id: Mapped[str] = mapped_column(String(LONGEST_ID))
    callback_url: Mapped[str | None] = mapped_column(String(LONGEST_URL))
    messaging_service_id: Mapped[int | None] = mapped_column(ForeignKey("messaging_services.id"))
    customer: Mapped[str | None] = mapped_column(String(LONGEST_ID))
    """The global_customer_id that was given."""
    near: Mapped[str | None] = mapped_column(String(64))
    client_call_id: Mapped[str | None] = mapped_column(String(LONGEST_ID))
    """What the client calls the next call from a browser, as the newest token for one said."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        UniqueConstraint("bearer_id", "application_name", "client_id"),
        Index("ix_client_conversations_district", "district_id", "client_id"),
    )


class ClientParticipant(Model):
    """A phone number in such a conversation. A contact's `thread_id` is its thread, once something was said or called."""

    __tablename__ = "client_participants"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("client_conversations.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(32))
    name: Mapped[str | None] = mapped_column(String(LONGEST_ID))
    role: Mapped[str] = mapped_column(String(10), default=ClientRole.CONTACT)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participants.id", ondelete="SET NULL"))
    """The contact's place in its thread, with the number of ours that it is paired with."""
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        UniqueConstraint("conversation_id", "number"),
        Index("ix_client_participants_number", "number"),
        Index(
            "uq_client_participants_thread",
            "thread_id",
            unique=True,
            sqlite_where=text("thread_id IS NOT NULL"),
            postgresql_where=text("thread_id IS NOT NULL"),
        ),
    )


class Taking(StrEnum):
    """How far a message that was asked for has come. It moves only down this list."""

    WAITING = "waiting"
    """For its time, for its pictures, or just for a worker."""
    TAKEN = "taken"
    """It is a message of a thread now, whose status counts."""
    FAILED = "failed"
    CANCELLED = "cancelled"


TO_BE_TAKEN = "state = 'waiting'"
"""In SQL: index and query must say it in the same words."""
WORDS_TO_BE_TAKEN, FILES_TO_BE_TAKEN = f"{TO_BE_TAKEN} AND media_urls IS NULL", f"{TO_BE_TAKEN} AND media_urls IS NOT NULL"
"""Of messages: two queues, of which neither walks through what lies in the other."""
IN_LINE = f"{TO_BE_TAKEN} AND send_at IS NULL"
"""One waits for the one before it; what has a time of its own does not."""


def _due(name: str, waiting: str) -> Index:
    return Index(name, "bearer_id", "due_at", "id", sqlite_where=text(waiting), postgresql_where=text(waiting))


class ClientMessage(Model):
    """A message that a bearer asked for, or that came in for one. `uuid` is also that of the thread's message."""

    __tablename__ = "client_messages"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    bearer_id: Mapped[int] = mapped_column(ForeignKey("bearers.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("client_conversations.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), unique=True)
    inbound_text_id: Mapped[int | None] = mapped_column(ForeignKey("inbound_texts.id"), index=True)
    is_inbound: Mapped[bool] = mapped_column(default=False)
    sender: Mapped[str | None] = mapped_column(String(32))
    receiver: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text, default="")
    """Only until a thread has it; empty then."""
    is_mms: Mapped[bool] = mapped_column(default=False)
    is_high: Mapped[bool] = mapped_column(default=False)
    media_urls: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """As the sender gave them."""
    callback_url: Mapped[str | None] = mapped_column(String(LONGEST_URL))
    messaging_service_id: Mapped[int | None] = mapped_column(ForeignKey("messaging_services.id"))
    send_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default=Taking.WAITING)
    due_at: Mapped[datetime] = mapped_column(default=now)
    """When a worker takes it up; while one has it, when it counts as left lying."""
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    next_id: Mapped[int | None] = mapped_column(BigId)
    """The message behind it in its line, which was put aside until this one ends."""
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_words: Mapped[str | None] = mapped_column(String(500))
    has_told_media: Mapped[bool] = mapped_column(default=False)
    """That its files are stored."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    failed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_client_messages_line", "district_id", "sender", "receiver", "id", "bearer_id"),
        Index("ix_client_messages_sender", "district_id", "sender", "id"),
        _due("ix_client_messages_words_due", WORDS_TO_BE_TAKEN),
        _due("ix_client_messages_files_due", FILES_TO_BE_TAKEN),
        Index("ix_client_messages_ahead", "conversation_id", "receiver", "id", sqlite_where=text(IN_LINE), postgresql_where=text(IN_LINE)),
    )


class ClientCall(Model):
    """A call of a bearer. The row of the call has its own number and UUID; those here are the conference's as a whole."""

    __tablename__ = "client_calls"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    bearer_id: Mapped[int] = mapped_column(ForeignKey("bearers.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("client_conversations.id"), index=True)
    callback_url: Mapped[str | None] = mapped_column(String(LONGEST_URL))
    client_call_id: Mapped[str | None] = mapped_column(String(LONGEST_ID))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The client's own metadata, kept and given back unchanged."""
    told: Mapped[str] = mapped_column(String(40), default="")
    """What was told last, so that news that changes nothing is not told again."""
    told_voicemail: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """The same of the message that was left in it."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class ClientAnnouncement(Model):
    """An announcement of a bearer to a list of numbers."""

    __tablename__ = "client_announcements"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    bearer_id: Mapped[int] = mapped_column(ForeignKey("bearers.id"))
    list_id: Mapped[int] = mapped_column(BigId)
    callback_url: Mapped[str | None] = mapped_column(String(LONGEST_URL))
    media_urls: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str] = mapped_column(String(10), default=Taking.TAKEN)
    """WAITING while its pictures are to be fetched; it is not accepted before."""
    due_at: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    error_words: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        Index("ix_client_announcements_newest", "district_id", "announcement_id"),
        Index(
            "ix_client_announcements_due",
            "bearer_id",
            "due_at",
            "announcement_id",
            sqlite_where=text(TO_BE_TAKEN),
            postgresql_where=text(TO_BE_TAKEN),
        ),
    )


class ClientService(Model):
    """What a program says of a messaging service beside what the settings hold, and whose numbers its pool has."""

    __tablename__ = "client_services"

    messaging_service_id: Mapped[int] = mapped_column(
        ForeignKey("messaging_services.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    bearer_id: Mapped[int] = mapped_column(ForeignKey("bearers.id"), index=True)
    name: Mapped[str | None] = mapped_column(String(LONGEST_ID))
    bandwidth_sid: Mapped[str | None] = mapped_column(String(64), index=True)
    customer: Mapped[str] = mapped_column(String(LONGEST_ID), index=True)


class ClientNumber(Model):
    """What a program says of a number of such a service."""

    __tablename__ = "client_numbers"

    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    messaging_service_id: Mapped[int] = mapped_column(ForeignKey("messaging_services.id", ondelete="CASCADE"), index=True)
    """Also of one that is kept for announcements, and so stands in no pool of conversations."""
    state_code: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class ClientVideoCall(Model):
    """A video call of a bearer."""

    __tablename__ = "client_video_calls"

    video_call_id: Mapped[int] = mapped_column(ForeignKey("video_calls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    bearer_id: Mapped[int] = mapped_column(ForeignKey("bearers.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("client_conversations.id"), index=True)
    callback_url: Mapped[str | None] = mapped_column(String(LONGEST_URL))
