"""What happened in a call, in order: for its page while it goes on, and for whoever asks afterwards."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class Step(StrEnum):
    """What a line tells."""

    CALLED = "called"
    RANG_AGAIN = "rang_again"
    JOINED = "joined"
    LEFT = "left"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    VOICEMAIL = "voicemail"
    REMOVED = "removed"
    MUTED = "muted"
    UNMUTED = "unmuted"
    HELD = "held"
    RESUMED = "resumed"
    SAID = "said"
    TONES = "tones"
    RECORDING_ASKED = "recording_asked"
    """The notice is being said."""
    RECORDING = "recording"
    RECORDING_AGAIN = "recording_again"
    RECORDING_PAUSED = "recording_paused"
    RECORDING_OVER = "recording_over"
    NOT_RECORDED = "not_recorded"
    """The notice could not be said, or the carrier did not begin."""
    BRIEFING = "briefing"
    BRIEFED = "briefed"
    ENDED = "ended"


class CallLine(Model):
    """One step: of a leg, by a person, or both."""

    __tablename__ = "call_lines"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(default=now)
    what: Mapped[str] = mapped_column(String(16))
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("conference_participants.id", ondelete="CASCADE"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    __table_args__ = (Index("ix_call_lines_call_id", "call_id", "id"),)
