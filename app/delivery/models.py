"""The outbox: one row for each attempt to reach one address over one channel."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.carrier.gateway import CarrierStatus
from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class DeliveryState(StrEnum):
    """In the order of a delivery's life: it moves only down this list, and stays once it is final."""

    PENDING = "pending"
    """In the outbox; due now or later."""
    PROCESSING = "processing"
    """A dispatcher holds it and may have handed it over: after a crash the carrier is asked, it is never sent blindly."""
    CANCELLED = "cancelled"
    BLOCKED = "blocked"
    """Skipped by the consent gate."""
    SENDING = "sending"
    """The carrier took it and gave it an id."""
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether nothing can change any more."""
        return self in FINAL_STATES

    def may_become(self, new: "DeliveryState") -> bool:
        """Whether news of `new` changes anything. A retry after a refusal goes back to PENDING by its own rule."""
        life = list(DeliveryState)
        return not self.is_final and life.index(new) > life.index(self)


FINAL_STATES = frozenset(
    {
        DeliveryState.CANCELLED,
        DeliveryState.BLOCKED,
        DeliveryState.DELIVERED,
        DeliveryState.FAILED,
    }
)


STATE_AT_CARRIER = {
    CarrierStatus.QUEUED: DeliveryState.SENDING,
    CarrierStatus.SENT: DeliveryState.SENT,
    CarrierStatus.DELIVERED: DeliveryState.DELIVERED,
    CarrierStatus.FAILED: DeliveryState.FAILED,
    CarrierStatus.CANCELLED: DeliveryState.CANCELLED,
}
"""How far a delivery is here when its text is so far at the carrier."""


class Priority(IntEnum):
    """Smaller goes first; a single message never waits behind an announcement."""

    HIGH = 0
    DEFAULT = 5
    BULK = 9


TEXTS = ("sms", "mms")
EMAIL = "email"
WAITING_TEXT = "state = 'pending' AND channel IN ('sms', 'mms')"
WAITING_EMAIL = "state = 'pending' AND channel = 'email'"
VOICE = "voice"
WAITING_CALL = "state = 'pending' AND channel = 'voice'"
ON_THE_LINE = "channel = 'voice' AND state IN ('processing', 'sending', 'sent')"
FAX = "fax"
WAITING_FAX = "state = 'pending' AND channel = 'fax'"
FAX_ON_THE_LINE = "channel = 'fax' AND state IN ('processing', 'sending', 'sent')"
UNREACHED = "state IN ('failed', 'blocked', 'cancelled')"
TROUBLE = "(state = 'failed' AND settled_at IS NULL) OR doubtful_since IS NOT NULL"
"""What waits for a dispatcher, what is on the line, and what waits for a person, in SQL: index and query must say it in the same words."""


class Reached(StrEnum):
    """Who heard a call that was delivered."""

    PERSON = "person"
    VOICEMAIL = "voicemail"


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that fit `where`."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class DeliveryContent(Model):
    """What is sent; shared by all deliveries that carry the same words."""

    __tablename__ = "delivery_contents"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    media: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """[{"key": file key, "content_type": …, "name": …}]; becomes signed addresses at hand-over."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What a channel needs beside the words. A call: language, speaker (the school's name), call_back (E.164).
    A fax: fine, station, how many pages, and where it is not to be tried as often as usual, tries and pause (seconds).
    An email: subject, language, school_id (in whose name; None for the district), reply_to (None where nobody reads answers),
    for_offices (true where no family reads it)."""


class Delivery(Model):
    """One attempt to reach one address. It knows its owner only by kind and id, and tells it by events."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    owner_kind: Mapped[str] = mapped_column(String(16))
    """"message", later "announcement", "fax"."""
    owner_id: Mapped[int] = mapped_column(BigId)
    contact_point_id: Mapped[int | None] = mapped_column(ForeignKey("contact_points.id"))
    phone_number_id: Mapped[int | None] = mapped_column(ForeignKey("phone_numbers.id"))
    content_id: Mapped[int] = mapped_column(ForeignKey("delivery_contents.id"))
    channel: Mapped[str] = mapped_column(String(8), default="sms")
    """sms or mms, voice, email, fax. Each kind has a dispatcher of its own."""
    address: Mapped[str] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(12), default=DeliveryState.PENDING)
    priority: Mapped[int] = mapped_column(SmallInteger, default=Priority.DEFAULT)
    due_at: Mapped[datetime]
    due_before: Mapped[datetime | None]
    """While its owner is stopped: when it was due until then."""
    is_emergency: Mapped[bool] = mapped_column(default=False)
    is_reply: Mapped[bool] = mapped_column(default=False)
    """Part of an active conversation, so that quiet hours do not hold it."""
    ignores_consent: Mapped[bool] = mapped_column(default=False)
    """Only for the one acknowledgement of a STOP."""
    held_until: Mapped[datetime | None]
    """Set while quiet hours hold it; `due_at` says the same moment."""
    segments: Mapped[int] = mapped_column(SmallInteger, default=1)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_until: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    """When the newest hand-over began: the carrier is searched from here."""
    doubtful_since: Mapped[datetime | None]
    """Nobody could say whether the carrier has it: a person decides."""
    provider_id: Mapped[str | None] = mapped_column(String(64))
    """Unique."""
    error_code: Mapped[str | None] = mapped_column(String(20))
    """Of the newest attempt: the carrier's own code, or one of `carrier.error_codes.HouseCode`."""
    retries: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How often it went back to the outbox by itself after the carrier could not reach the phone."""
    retry_of_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"))
    """The failed one that somebody had tried again by this one. Unique."""
    reached: Mapped[str | None] = mapped_column(String(10))
    """Who heard a call: one of Reached, once it is DELIVERED."""
    settled_at: Mapped[datetime | None]
    """Somebody dealt with its failure; it left the list of what needs attention."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    content: Mapped[DeliveryContent] = relationship()

    __table_args__ = (
        _partial("ix_deliveries_due", "priority", "due_at", "id", where=WAITING_TEXT),
        _partial("ix_deliveries_leases", "claimed_until", where="state = 'processing'"),
        _partial("ix_deliveries_sender", "phone_number_id", "priority", "due_at", "id", where=WAITING_TEXT),
        _partial("ix_deliveries_calls", "phone_number_id", "priority", "due_at", "id", where=WAITING_CALL),
        _partial("ix_deliveries_emails", "priority", "due_at", "id", where=WAITING_EMAIL),
        _partial("ix_deliveries_on_the_line", "id", where=ON_THE_LINE),
        _partial("ix_deliveries_faxes", "phone_number_id", "priority", "due_at", "id", where=WAITING_FAX),
        _partial("ix_deliveries_faxing", "id", where=FAX_ON_THE_LINE),
        _partial("ix_deliveries_trouble", "district_id", "id", where=TROUBLE),
        _partial("ix_deliveries_unreached", "owner_kind", "owner_id", where=UNREACHED),
        _partial("ix_deliveries_provider_id", "provider_id", where="provider_id IS NOT NULL", unique=True),
        _partial("ix_deliveries_retry_of_id", "retry_of_id", where="retry_of_id IS NOT NULL", unique=True),
        Index("ix_deliveries_owner", "owner_kind", "owner_id"),
        Index("ix_deliveries_address", "district_id", "address", "id"),
    )


class Pace(Model):
    """When a sender may speak next. One row per sender, shared by all dispatchers, so that together they keep its pace."""

    __tablename__ = "paces"

    sender: Mapped[str] = mapped_column(String(40), primary_key=True)
    """number:<id> or service:<id>; calls:<number id> for the calls of a number, calls for all that are on the line (faxes
    likewise); smtp:<which server>."""
    next_at: Mapped[datetime]
    """The theoretical arrival time of the generic cell rate algorithm."""
