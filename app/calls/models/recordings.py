"""What was recorded: of a call, of a conference, or a message after the beep. The sound is fetched by a job."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class RecordingKind(StrEnum):
    """Of what."""

    CALL = "call"
    CONFERENCE = "conference"
    VOICEMAIL = "voicemail"


class RecordingState(StrEnum):
    """In the order of its life."""

    PENDING = "pending"
    """The carrier has it, or will."""
    FETCHING = "fetching"
    READY = "ready"
    FAILED = "failed"
    DELETED = "deleted"


class Recording(Model):
    """One. A row is made when the carrier first tells of it; `provider_id` is unique, so that a repetition changes nothing."""

    __tablename__ = "recordings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    provider_id: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=RecordingState.PENDING)
    seconds: Mapped[int | None]
    error_code: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(default=now)
