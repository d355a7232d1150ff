"""What calls to one of our numbers do, where that differs from all others, and who signed on to answer its line."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class NumberLine(Model):
    """Of one number. A number without a row offers a voicemail, and its calls wait for the office."""

    __tablename__ = "number_lines"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    phone_number_id: Mapped[int] = mapped_column(ForeignKey("phone_numbers.id", ondelete="CASCADE"), unique=True)
    forward_number: Mapped[str | None] = mapped_column(String(20))
    """Rings where a call would wait for the office; a person has to press a key there."""
    takes_messages: Mapped[bool] = mapped_column(default=True)
    """Callers may leave a voicemail."""
    before_beep: Mapped[str] = mapped_column(String(600), default="")
    """Said in the place of any other greeting; empty for those."""
    while_waiting: Mapped[str] = mapped_column(String(300), default="")
    """Said to who waits for the office, before their place in the line."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class LineAgent(Model):
    """Somebody who signed on to the line of a number, in a browser or (`phone`) by a phone that calls are put through to."""

    __tablename__ = "line_agents"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    number_line_id: Mapped[int] = mapped_column(ForeignKey("number_lines.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), unique=True)
    """One line at a time."""
    phone: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime]
    """Nobody is on duty for ever."""
