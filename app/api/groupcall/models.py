"""What was ordered by batches, and what became of it for each recipient. What leaves is a text of a thread, or an email."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

QUEUED = "state = 'In Queue' AND coalesce(message_id, delivery_id) IS NULL"
"""What nobody has taken from the queue, in SQL: index and query must say it in the same words."""


class Route(StrEnum):
    """How a recipient is reached, in the words of the contract."""

    SMS = "sms"
    EMAIL = "email"


class Fate(StrEnum):
    """In the order of a recipient's life: it moves only down this list, and stays once it is over. The contract's words."""

    IN_QUEUE = "In Queue"
    SENT = "Sent"
    DELIVERED = "Delivered"
    FAILED = "Failed"
    OPTED_OUT = "Opted Out"

    def may_become(self, new: "Fate") -> bool:
        """Whether news of `new` changes anything."""
        life = list(Fate)
        return self not in OVER and life.index(new) > life.index(self)


OVER = frozenset({Fate.DELIVERED, Fate.FAILED, Fate.OPTED_OUT})


class GroupcallSend(Model):
    """One message of a request: the number is the contract's MessageSentId."""

    __tablename__ = "groupcall_sends"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    bearer_id: Mapped[int] = mapped_column(ForeignKey("bearers.id"), index=True)
    message_id: Mapped[str] = mapped_column(String(120))
    """Customer, date and a unique part, as the contract shows it."""
    client_ref: Mapped[str | None] = mapped_column(String(255))
    user_name: Mapped[str | None] = mapped_column(String(255))
    subject: Mapped[str | None] = mapped_column(String(255))
    reply_to: Mapped[str | None] = mapped_column(String(254))
    media: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Files of the store that go along with an email."""
    endpoint_id: Mapped[int | None] = mapped_column(BigId)
    """Where its callbacks go."""
    callback_url: Mapped[str | None] = mapped_column(String(2048))
    """That address with all that stands behind its question mark."""
    callback_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The parameters that its address wants; empty for all."""
    is_test: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index(
            "ix_groupcall_sends_endpoint_id", "endpoint_id",
            sqlite_where=text("endpoint_id IS NOT NULL"), postgresql_where=text("endpoint_id IS NOT NULL"),
        ),
    )  # fmt: skip


class GroupcallRecipient(Model):
    """One address of a send. Rows wait here until their time has come; each is taken from the queue in the commit that hands it on."""

    __tablename__ = "groupcall_recipients"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    send_id: Mapped[int] = mapped_column(ForeignKey("groupcall_sends.id", ondelete="CASCADE"), index=True)
    bearer_id: Mapped[int] = mapped_column(ForeignKey("bearers.id"))
    reference: Mapped[str | None] = mapped_column(String(128))
    """The IdaasId by which it was named."""
    route: Mapped[str] = mapped_column(String(8))
    address: Mapped[str] = mapped_column(String(254))
    body: Mapped[str] = mapped_column(Text)
    """With its tokens replaced; emptied when it is handed on, because the outbox has it then."""
    units: Mapped[int] = mapped_column(SmallInteger, default=1)
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardians.id"), index=True)
    contact_point_id: Mapped[int | None] = mapped_column(BigId)
    state: Mapped[str] = mapped_column(String(10), default=Fate.IN_QUEUE)
    state_at: Mapped[datetime] = mapped_column(default=now)
    detail: Mapped[str] = mapped_column(String(300), default="")
    due_at: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How often a worker has lent it, also one that died or had no time for it: an accident after the last of these ends it."""
    message_id: Mapped[int | None] = mapped_column(BigId, index=True)
    conversation_id: Mapped[int | None] = mapped_column(BigId, index=True)
    delivery_id: Mapped[int | None] = mapped_column(BigId)
    sent_day: Mapped[date | None] = mapped_column(Date)
    """The day (UTC) on which it left and was charged; never set for a test."""
    send: Mapped[GroupcallSend] = relationship()

    __table_args__ = (
        Index(
            "ix_groupcall_recipients_queued", "bearer_id", "due_at", "send_id", "id",
            sqlite_where=text(QUEUED), postgresql_where=text(QUEUED),
        ),
        Index("ix_groupcall_recipients_usage", "bearer_id", "sent_day"),
    )  # fmt: skip
