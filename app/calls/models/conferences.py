"""What a conference has beside the call, and who takes part: one row for each phone."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.calls.references import leg_reference
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class PartRole(StrEnum):
    """As whom somebody takes part. The moderator is called first, and holds the call together."""

    MODERATOR = "moderator"
    GUARDIAN = "guardian"
    COLLEAGUE = "colleague"
    INTERPRETER = "interpreter"
    OTHER = "other"


class LegState(StrEnum):
    """In the order of a leg's life: it moves only down this list, and stays once it is over. To ring again is another attempt."""

    QUEUED = "queued"
    RINGING = "ringing"
    ANSWERED = "answered"
    """Picked up, and not in yet: nobody knows whether by a person."""
    JOINED = "joined"
    LEFT = "left"
    NO_ANSWER = "no_answer"
    NO_KEY = "no_key"
    """The moderator's: picked up, by her or by her voicemail, and no key was pressed."""
    BUSY = "busy"
    FAILED = "failed"
    VOICEMAIL = "voicemail"
    REMOVED = "removed"

    def may_become(self, new: "LegState") -> bool:
        """Whether that is forward."""
        life = list(LegState)
        return self not in OVER and life.index(new) > life.index(self)


OVER = frozenset({
    LegState.LEFT, LegState.NO_ANSWER, LegState.NO_KEY, LegState.BUSY, LegState.FAILED, LegState.VOICEMAIL, LegState.REMOVED,
})  # fmt: skip
LIVE = frozenset(LegState) - OVER


class RecordingNow(StrEnum):
    """Whether what is said is kept."""

    OFF = "off"
    ANNOUNCED = "announced"
    """Everybody is being told; nothing is kept yet."""
    ON = "on"
    PAUSED = "paused"


class ConferenceCall(Model):
    """The settings of one, and what the carrier calls it."""

    __tablename__ = "conference_calls"

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    provider_id: Mapped[str | None] = mapped_column(String(64), index=True)
    """Known once the moderator is in."""
    welcome_message: Mapped[str] = mapped_column(String(500), default="")
    maximum_minutes: Mapped[int] = mapped_column(SmallInteger)
    is_locked: Mapped[bool] = mapped_column(default=False)
    """Nobody else gets in."""
    ends_with_moderator: Mapped[bool] = mapped_column(default=True)
    is_emergency: Mapped[bool] = mapped_column(default=False)
    """Its phones ring at night, too."""
    recording: Mapped[str] = mapped_column(String(10), default=RecordingNow.OFF)
    recording_id: Mapped[str | None] = mapped_column(String(64), index=True)
    """The carrier's, of the one that runs."""
    recording_leg: Mapped[str | None] = mapped_column(String(64))
    """The carrier's id of the leg on which it runs."""
    is_left_out: Mapped[bool] = mapped_column(default=False)
    """What is said is not kept for now, though nobody asked for a pause: `service.leaving_out` says why."""
    is_briefing: Mapped[bool] = mapped_column(default=False)
    """The interpreter is told in private what it is about: nobody else is called or hears."""
    speaking_wish_id: Mapped[int | None] = mapped_column(BigId)
    """The wish whose words the carrier says now; the next waits until they are said."""
    speaking_until: Mapped[datetime | None]
    """When they count as said, if nothing is heard of them."""


class ConferenceParticipant(Model):
    """A phone that is to be in it. `attempt` counts how often it was made to ring; news of earlier ones means nothing."""

    __tablename__ = "conference_participants"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(12))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardians.id", ondelete="SET NULL"), index=True)
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(12), default="en")
    state: Mapped[str] = mapped_column(String(12), default=LegState.QUEUED)
    attempt: Mapped[int] = mapped_column(SmallInteger, default=1)
    is_muted: Mapped[bool] = mapped_column(default=False)
    is_held: Mapped[bool] = mapped_column(default=False)
    provider_call_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    answered_by: Mapped[str | None] = mapped_column(String(20))
    """The carrier's word; None while it does not know."""
    error_code: Mapped[str | None] = mapped_column(String(20))
    sequence: Mapped[int] = mapped_column(default=0)
    """Of the newest news about mute and hold that was applied."""
    since: Mapped[datetime]
    """When it came into its state."""
    joined_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    heard_notice_at: Mapped[datetime | None]
    """When this attempt was told that the call is recorded."""
    listening_id: Mapped[str | None] = mapped_column(String(64))
    """The carrier's, of what is being written down of this attempt; words of any other are not kept."""
    is_set_aside: Mapped[bool] = mapped_column(default=False)
    """On hold for the time of a private briefing."""

    __table_args__ = (UniqueConstraint("call_id", "address"), Index("ix_conference_participants_address", "address", "call_id"))

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen in this attempt."""
        return self.state in OVER

    @property
    def person(self) -> str:
        """Whose phone it is: somebody may be in on two, and is one person still."""
        if self.guardian_id is not None:
            return f"guardian {self.guardian_id}"
        return f"staff {self.staff_id}" if self.staff_id is not None else self.address

    @property
    def reference(self) -> str:
        """What the carrier gives back with all news of this attempt."""
        return leg_reference(self.id, self.attempt)
