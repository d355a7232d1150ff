"""What a call between one phone of a family and the school has beside the call, whoever began it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.calls.references import direct_reference
from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class Way(StrEnum):
    """On what a member of staff speaks."""

    BROWSER = "browser"
    PHONE = "phone"
    """Their own, whose number no family sees."""


class Stage(StrEnum):
    """Where a call that goes on is."""

    OWN = "own"
    """The staff member's phone rings, or their browser connects."""
    FAR = "far"
    """The family's phone rings."""
    MENU = "menu"
    BROWSER = "browser"
    """The softphone of whom it is for rings."""
    PHONE = "phone"
    """Their own phone does."""
    LINE = "line"
    """Waits for the office."""
    VOICEMAIL = "voicemail"
    """Leaves a message."""
    TALKING = "talking"
    OVER = "over"


class Outcome(StrEnum):
    """How a call that came in ended; of one that went out, who took it if that was nobody."""

    ANSWERED = "answered"
    VOICEMAIL = "voicemail"
    STOPPED = "stopped"
    """They want no more calls."""
    MISSED = "missed"
    NO_MESSAGE = "no_message"
    """They came to the voicemail at once, and left none: nobody's phone rang."""
    MACHINE = "machine"
    """We called, and the carrier believes that the family's voicemail picked up."""
    FAX = "fax"
    """The same of a fax machine."""


IN_LINE = "stage = 'line'"
"""In SQL: index and query must say it in the same words."""


class DirectCall(Model):
    """One. `address` is the family's phone (empty where the caller hides it); `name` is what we knew of them then."""

    __tablename__ = "direct_calls"

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    is_inbound: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id", ondelete="SET NULL"), index=True)
    language: Mapped[str] = mapped_column(String(12), default="en")
    way: Mapped[str | None] = mapped_column(String(8))
    own_phone: Mapped[str | None] = mapped_column(String(20))
    own_call_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The carrier's id of the staff member's leg."""
    far_call_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The carrier's id of the family's leg."""
    stage: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(default=now)
    """When it came to that stage."""
    outcome: Mapped[str | None] = mapped_column(String(10))
    error_code: Mapped[str | None] = mapped_column(String(20))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who took a call that came in."""

    __table_args__ = (
        Index("ix_direct_calls_address", "address", "call_id"),
        Index("ix_direct_calls_in_line", "call_id", sqlite_where=text(IN_LINE), postgresql_where=text(IN_LINE)),
    )

    @property
    def rang_nobody(self) -> bool:
        """Whether the family's phone never rang, since the staff member's own was not picked up, or no key pressed on it."""
        return not self.is_inbound and self.way == Way.PHONE and self.far_call_id is None

    def reference(self, leg: str) -> str:
        """What the carrier gives back with all news of a leg: "own" or "far"."""
        return direct_reference(self.call_id, leg)


class Softphone(Model):
    """A browser in which somebody takes calls. It says every few seconds that it is still there."""

    __tablename__ = "softphones"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("staff_sessions.id", ondelete="CASCADE"), unique=True)
    heard_at: Mapped[datetime] = mapped_column(default=now)
