"""What people want of a call, written down before the carrier is asked for it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class WishKind(StrEnum):
    """What is wanted."""

    PLACE = "place"
    """Have the phone ring."""
    MUTE = "mute"
    HOLD = "hold"
    REMOVE = "remove"
    """Have the leg leave, or its phone stop ringing."""
    LEAVE = "leave"
    """The same by the person themself; the others go on."""
    END = "end"
    """Everybody leaves."""
    TAKE = "take"
    """Have a call that waits for the office ring where somebody takes it."""
    ANNOUNCE = "announce"
    """Say a sentence to everybody."""
    KEYS = "keys"
    """Play tones to one person's line, for menus."""
    NOTICE = "notice"
    """Say to one person, or to everybody, that the call is recorded."""
    RECORD = "record"
    PAUSE = "pause"
    """Leave out what is said, or (off) keep it again."""
    STOP = "stop"
    """Record no longer."""
    LISTEN = "listen"
    """Have the carrier write down what one person says, or (off) no more."""


class WishState(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    BEGUN = "begun"
    """The carrier is being asked, or its answer was lost."""
    DONE = "done"
    FAILED = "failed"


SPEAKS = frozenset({WishKind.ANNOUNCE, WishKind.KEYS, WishKind.NOTICE})
"""These use the conference's one voice, so they wait for one another."""
OPEN = "state IN ('waiting', 'begun')"


class CallWish(Model):
    """One wish about a call or one of its legs. Newer ones of the same kind about the same leg replace those that wait."""

    __tablename__ = "call_wishes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("conference_participants.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Of the leg, when this was wanted."""
    kind: Mapped[str] = mapped_column(String(8))
    is_on: Mapped[bool] = mapped_column(default=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """None where the house itself wants it."""
    state: Mapped[str] = mapped_column(String(8), default=WishState.WAITING)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    wanted_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime] = mapped_column(default=now)
    """When it is taken up; of one that is begun, when its answer counts as lost."""
    begun_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(500), default="")
    """What is to be said, or the keys."""
    language: Mapped[str] = mapped_column(String(12), default="en")
    confirmed_at: Mapped[datetime | None]
    """When the carrier showed that it has it: it said so, or came for the words."""

    __table_args__ = (Index("ix_call_wishes_due", "due_at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),)
