"""What was recorded of a call or left as a voicemail, and what was said in it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class RecordingKind(StrEnum):
    """What was recorded."""

    CALL = "call"
    CONFERENCE = "conference"
    VOICEMAIL = "voicemail"


class RecordingState(StrEnum):
    """In the order of a recording's life: it moves only down this list, unless somebody asks for a failed one again."""

    PENDING = "pending"
    """It runs still, or the carrier is making the file."""
    FETCHING = "fetching"
    READY = "ready"
    FAILED = "failed"
    DELETED = "deleted"


class Problem(StrEnum):
    """Why there is nothing to hear."""

    NOTHING_SAID = "nothing_said"
    NEVER_ARRIVED = "never_arrived"
    CARRIER_FAILED = "carrier_failed"
    NOT_AUDIO = "not_audio"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"


class Recording(Model):
    """One file of sound. Who may hear it is decided by what it belongs to: its call, or a voicemail."""

    __tablename__ = "recordings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    provider_id: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=RecordingState.PENDING)
    problem: Mapped[str | None] = mapped_column(String(16))
    error_code: Mapped[str | None] = mapped_column(String(20))
    """The carrier's, where it said one."""
    consent_basis: Mapped[str] = mapped_column(String(20), default="")
    """Under which rule it was made, as it was then: a `consent.Basis`."""
    language: Mapped[str] = mapped_column(String(12), default="en")
    created_at: Mapped[datetime] = mapped_column(default=now)
    begun_at: Mapped[datetime | None]
    """When its first second was spoken; lines of a transcript count from there."""
    seconds: Mapped[float | None]
    size: Mapped[int | None]
    file_key: Mapped[str | None] = mapped_column(String(64))
    peaks: Mapped[list[int]] = mapped_column(JSON, default=list)
    """How loud each of 200 equal stretches gets, from 0 to 100."""
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    due_at: Mapped[datetime | None]
    """When a worker looks at it next; None once nothing more is expected."""
    forget_at: Mapped[datetime | None]
    """When the carrier is to delete its own; None before anything is decided, and once it has."""

    __table_args__ = (
        Index("ix_recordings_due", "due_at", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")),
        Index(
            "ix_recordings_forget", "forget_at", sqlite_where=text("forget_at IS NOT NULL"), postgresql_where=text("forget_at IS NOT NULL")
        ),
    )

    @property
    def is_settled(self) -> bool:
        """Whether it is known what became of it."""
        return self.state in {RecordingState.READY, RecordingState.FAILED, RecordingState.DELETED}


class TranscriptState(StrEnum):
    """How far it is. A failed one is nothing unusual: pages say that there is none."""

    WORKING = "working"
    READY = "ready"
    FAILED = "failed"


class TranscriptSource(StrEnum):
    """Who wrote it."""

    CARRIER = "carrier"
    LIVE = "live"
    """The carrier, while people spoke."""
    LOCAL = "local"


class Transcript(Model):
    """The words of a recording, or of a call that was listened to; one of the two is set, and both where they meet."""

    __tablename__ = "transcripts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"), unique=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), unique=True)
    state: Mapped[str] = mapped_column(String(8), default=TranscriptState.WORKING)
    source: Mapped[str] = mapped_column(String(8), default=TranscriptSource.CARRIER)
    language: Mapped[str] = mapped_column(String(12), default="en")
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """[{"start", "end", "speaker", "words"}] in seconds; live ones have "at" (ISO) and "number" in the place of the seconds."""
    is_estimated: Mapped[bool] = mapped_column(default=False)
    """The carrier told no times: they are shared out by the length of the sentences."""
    search_text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
