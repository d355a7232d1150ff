"""A call as a whole, whoever takes part in it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class CallKind(StrEnum):
    """How it came about."""

    CONFERENCE = "conference"
    DIRECT = "direct"
    """A member of staff calls one phone of a family."""
    RETURN = "return"
    """Somebody calls one of our numbers."""


class CallState(StrEnum):
    """In the order of a call's life: it moves only down this list, and stays once it is over."""

    PENDING = "pending"
    """Nobody's phone rings yet."""
    RINGING = "ringing"
    """Whoever began it is being called."""
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    CANCELED = "canceled"

    def may_become(self, new: "CallState") -> bool:
        """Whether that is forward."""
        life = list(CallState)
        return self not in FINAL and life.index(new) > life.index(self)


FINAL = frozenset({CallState.FINISHED, CallState.NO_ANSWER, CallState.BUSY, CallState.FAILED, CallState.CANCELED})
GOES_ON = "status IN ('pending', 'ringing', 'in_progress')"
"""The same the other way round, in SQL: index and query must say it in the same words."""


class Call(Model):
    """One call. `staff_id` is who began it, or whom it is for (None: the office), and `guardian_id` whose family it is about."""

    __tablename__ = "calls"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id"))
    kind: Mapped[str] = mapped_column(String(12), default=CallKind.CONFERENCE)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardians.id", ondelete="SET NULL"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    bearer_id: Mapped[int | None] = mapped_column(BigId)
    """The system that asked for it, in that person's name or its own; None where a person did."""
    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id"))
    """Ours, which everybody sees."""
    title: Mapped[str] = mapped_column(String(200))
    request_key: Mapped[str] = mapped_column(String(64), unique=True)
    """From the form: a double click begins one call. Of a call that came in, the carrier's id of it."""
    status: Mapped[str] = mapped_column(String(12), default=CallState.PENDING)
    created_at: Mapped[datetime] = mapped_column(default=now)
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    look_at: Mapped[datetime] = mapped_column(default=now)
    """When the carrier is asked how it is, if nothing is heard of it before."""
    version: Mapped[int] = mapped_column(default=0)
    """Grows with every change that a browser would show."""
    notes: Mapped[str] = mapped_column(Text, default="")
    """For staff only; they go into the timeline with the end."""
    notes_version: Mapped[int] = mapped_column(default=0)
    timeline_message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    """Its line in the family's thread, once it is over."""

    __table_args__ = (
        Index("ix_calls_going_on", "look_at", sqlite_where=text(GOES_ON), postgresql_where=text(GOES_ON)),
        Index("ix_calls_district", "district_id", "id"),
        Index("ix_calls_school", "school_id", "id"),
        Index("ix_calls_staff", "staff_id", "id"),
    )

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in FINAL
