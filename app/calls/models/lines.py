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
    NO_KEY = "no_key"
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
    REST_UNTOLD = "rest_untold"
    """It pauses by itself, for somebody was not told."""
    REST_SHUT = "rest_shut"
    """It does, for the line on which it runs is muted or on hold."""
    RECORDING_MOVED = "recording_moved"
    """The line on which it ran left: another recording begins on another line."""
    RECORDING_OVER = "recording_over"
    LINE_LEFT = "line_left"
    """It stopped: the line on which it ran left."""
    STOPPED_UNTOLD = "stopped_untold"
    """It stopped, for somebody could not be told."""
    RECORDING_ENDED = "recording_ended"
    """The carrier stopped it, and did not say why."""
    NOT_RECORDED = "not_recorded"
    """The notice could not be said, or the carrier did not begin."""
    BRIEFING = "briefing"
    BRIEFED = "briefed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    ENDED = "ended"


RESTS = frozenset({Step.RECORDING_PAUSED, Step.REST_UNTOLD, Step.REST_SHUT})
"""From here on nothing is recorded, until it goes on."""


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
