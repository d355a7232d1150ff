"""An announcement: its words, its audience, and its way from a draft to the last family."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Computed, ForeignKey, Index, SmallInteger, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.announcements.models.states import AnnouncementState
from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

MOVING = "state IN ('scheduled', 'preparing', 'sending') OR (state IN ('paused', 'halted') AND NOT is_swept)"
"""With which something is still to be done, in SQL: index and query must say it in the same words."""


FAMILIES_MOVED = "families_moved > families_counted"
"""Whose families are to be counted anew, in the same way."""


LISTED_AT = (
    "CASE state WHEN 'draft' THEN updated_at WHEN 'cancelled' THEN coalesce(finished_at, updated_at) "
    "WHEN 'awaiting_approval' THEN coalesce(scheduled_for, accepted_at, updated_at) "
    "ELSE coalesce(started_at, scheduled_for, accepted_at, updated_at) END"
)
"""When it began or begins; a draft: was saved; what was called off: when that was."""


RETURNED = "returned_because IS NOT NULL"
"""What came back to its author, in the same way."""


BY_SYSTEM = "bearer_id IS NOT NULL"
"""What another system asked for."""


class Category(StrEnum):
    """What it is about; the law asks for consent to some of them, and emergencies pass quiet hours."""

    GENERAL = "general"
    ATTENDANCE = "attendance"
    EMERGENCY = "emergency"


class SendTo(StrEnum):
    """Which adults of a student hear it."""

    PERSON = "person"
    """Only those who were chosen themselves: staff, and rows of a list."""
    PRIORITY = "priority"
    """Of each student the one adult who comes first and may be contacted."""
    ALL = "all"


class Channel(StrEnum):
    """By which way. Which ones work is what `channels.adapter` knows."""

    SMS = "sms"
    VOICE = "voice"
    EMAIL = "email"


class RepliesTo(StrEnum):
    """Who reads what families answer."""

    AUTHOR = "author"
    PERSON = "person"
    """Somebody else, in `replies_to_id`."""
    OFFICE = "office"
    """The school's office line."""


class EmergencyReason(StrEnum):
    """Why nobody may wait for the morning; the words of the person stand beside it."""

    CLOSING = "closing"
    WEATHER = "weather"
    LOCKDOWN = "lockdown"
    EVACUATION = "evacuation"
    UTILITIES = "utilities"
    TRANSPORT = "transport"
    HEALTH = "health"
    OTHER = "other"


class TextOrigin(StrEnum):
    """Who put it into this language."""

    WRITTEN = "written"
    MACHINE = "machine"


class Announcement(Model):
    """One message to many. `version` counts what people changed: who saves or sends an old one is told."""

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    """Whose name and zone it carries; None for the whole district."""
    author_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    bearer_id: Mapped[int | None] = mapped_column(BigId)
    """The system that asked for it, in its author's name or its own; None where a person did."""
    title: Mapped[str] = mapped_column(String(200), default="")
    category: Mapped[str] = mapped_column(String(12), default=Category.GENERAL)
    emergency_reason: Mapped[str | None] = mapped_column(String(12))
    """An EmergencyReason; of emergencies only."""
    emergency_words: Mapped[str] = mapped_column(String(200), default="", server_default="")
    opening: Mapped[str | None] = mapped_column(String(60).evaluates_none(), default="", server_default="")
    """With which its texts begin, because a number says no name. None: the name of whoever speaks; empty: with nothing."""
    send_to: Mapped[str] = mapped_column(String(10), default=SendTo.PRIORITY)
    replies_to: Mapped[str] = mapped_column(String(8), default=RepliesTo.AUTHOR, server_default="author")
    replies_to_id: Mapped[int | None] = mapped_column(BigId)
    """A member of staff, looked up when an answer comes: by then it may be nobody any more, and the office reads it."""
    channels: Mapped[list[str]] = mapped_column(JSON, default=lambda: [str(Channel.SMS)])
    audience: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """As `audience.Audience` reads and writes it."""
    fallback_language: Mapped[str | None] = mapped_column(String(12).evaluates_none(), default="en")
    """The text for those in whose language there is none; None, which the default does not replace, means that they are skipped."""
    has_canary: Mapped[bool] = mapped_column(default=True)
    is_template: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Never sent itself: a draft that everybody of its school may copy."""
    state: Mapped[str] = mapped_column(String(20), default=AnnouncementState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    saved_by_page: Mapped[str | None] = mapped_column(String(64), index=True, unique=True)
    """The opened page that wrote it as it stands: one that never heard that it was saved may save once more. None: something else did."""
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What was shown before it was confirmed, as `planner.Plan` writes it."""
    plan_fingerprint: Mapped[str | None] = mapped_column(String(64))
    planned_at: Mapped[datetime | None]
    sender_scope: Mapped[str | None] = mapped_column(String(40))
    """The pool or number that speaks, in the words of the consent ledger; settled when it is planned."""
    scheduled_for: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    returned_because: Mapped[str | None] = mapped_column(String(300))
    """Why it is a draft again: a person's words, or a code of `errors.Returned`."""
    returned_at: Mapped[datetime | None]
    returned_by_id: Mapped[int | None] = mapped_column(BigId)
    """Who gave it back; None where the house did."""
    paused_because: Mapped[str | None] = mapped_column(String(40))
    """As `service.running` says it."""
    expanded_through: Mapped[int | None] = mapped_column(BigId)
    """The last guardian whose recipients are written down; None before the first."""
    is_expanded: Mapped[bool] = mapped_column(default=False)
    first_recipient_id: Mapped[int | None] = mapped_column(BigId)
    last_recipient_id: Mapped[int | None] = mapped_column(BigId)
    fed_through: Mapped[int] = mapped_column(BigId, default=0)
    """The last recipient who is in the outbox, over whatever channel."""
    fed_by_channel: Mapped[dict[str, int] | None] = mapped_column(JSON)
    """The same of each channel; None before the first."""
    is_fed: Mapped[bool] = mapped_column(default=False)
    canary_until: Mapped[datetime | None]
    """Set while only the first ones were sent: when their fate is judged next."""
    canary_passed: Mapped[bool] = mapped_column(default=False)
    canary_seen: Mapped[dict[str, int] | None] = mapped_column(JSON)
    """What was known when somebody let it go on although the first few failed, as `canary.Canary` reads it."""
    is_swept: Mapped[bool] = mapped_column(default=False)
    """After it was halted: nothing of it is left in the outbox."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    """When browsers heard of its progress the last time."""
    correction_of_id: Mapped[int | None] = mapped_column(ForeignKey("announcements.id"))
    follow_up_of_id: Mapped[int | None] = mapped_column(ForeignKey("announcements.id"))
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("announcements.id"))
    escalation: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What follows where it does not arrive, as `escalation.Escalation` writes it."""
    is_escalating: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Some of these steps are still to come; set when it is accepted, or later from its report."""
    escalation_step: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """How many of them were taken."""
    escalates_at: Mapped[datetime | None]
    """When the next one is due; None while what went before is still on its way out."""
    escalation_of_id: Mapped[int | None] = mapped_column(ForeignKey("announcements.id"), index=True)
    """It is such a step of another one."""
    asks: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """A question with choices that goes along, as `asking.Asked` reads and writes it."""
    survey_of_id: Mapped[int | None] = mapped_column(ForeignKey("announcements.id"))
    """The one whose question this asks once more: answers to both are answers to that one."""
    families: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    """What became of its families, as `queries.fates.Fates`: for lists; None where they are not counted."""
    families_moved: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often something moved by which families may be reached, and how much of that `families` knows."""
    families_counted: Mapped[int] = mapped_column(default=0, server_default="0")
    families_rest_until: Mapped[datetime | None]
    """Not counted again before: it is being counted, or that took long."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    listed_at: Mapped[datetime] = mapped_column(Computed(LISTED_AT), nullable=True)
    """Where it stands in lists."""
    texts: Mapped[list["AnnouncementText"]] = relationship(
        order_by="AnnouncementText.channel, AnnouncementText.language", cascade="all, delete-orphan"
    )

    __table_args__ = (
        Index("ix_announcements_newest", "district_id", "school_id", "id"),
        Index("ix_announcements_families", "id", sqlite_where=text(FAMILIES_MOVED), postgresql_where=text(FAMILIES_MOVED)),
        Index("ix_announcements_listed", "district_id", "listed_at", "id"),
        Index("ix_announcements_bearer", "bearer_id", "id", sqlite_where=text(BY_SYSTEM), postgresql_where=text(BY_SYSTEM)),
        Index("ix_announcements_returned", "author_id", sqlite_where=text(RETURNED), postgresql_where=text(RETURNED)),
        Index(
            "ix_announcements_follow_up",
            "follow_up_of_id",
            "id",
            sqlite_where=text("follow_up_of_id IS NOT NULL"),
            postgresql_where=text("follow_up_of_id IS NOT NULL"),
        ),
        Index(
            "ix_announcements_correction",
            "correction_of_id",
            "id",
            sqlite_where=text("correction_of_id IS NOT NULL"),
            postgresql_where=text("correction_of_id IS NOT NULL"),
        ),
        Index("ix_announcements_escalating", "id", sqlite_where=text("is_escalating"), postgresql_where=text("is_escalating")),
        Index(
            "ix_announcements_moving",
            "state",
            "id",
            sqlite_where=text(MOVING),
            postgresql_where=text(MOVING),
        ),
    )

    def fed_to(self, channel: str) -> int:
        """The last recipient over `channel` who is in the outbox."""
        return (self.fed_by_channel or {}).get(channel, self.fed_through)

    @property
    def was_stopped_early(self) -> bool:
        """Whether it was stopped while it was prepared: nobody was written to, and only some of the people are written down."""
        return self.state == AnnouncementState.HALTED and self.started_at is None


class AnnouncementText(Model):
    """What is said over one channel in one language."""

    __tablename__ = "announcement_texts"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(String(8), default=TextOrigin.WRITTEN)
    media: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """As `DeliveryContent.media`; written from the files of the announcement by `service.files.spread`."""
    head: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """What the house says first: whose text it is."""
    tail: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What the house adds below: a question, and how to answer it over this channel."""
    links: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    """Addresses of files that stand below the words, because a text does not carry them."""
    content_id: Mapped[int | None] = mapped_column(ForeignKey("delivery_contents.id"))
    """What deliveries share, made when the first of them enters the outbox."""

    @property
    def whole(self) -> str:
        """All that its reader gets to know: the words, and what is added to them."""
        seam = "\n" if self.channel == Channel.SMS else "\n\n"
        words = " ".join(filter(None, (self.head, self.body)))
        return seam.join(filter(None, (words, *(self.links or ()), self.tail)))

    @property
    def sent(self) -> str:
        """What the outbox is given. A call asks its question by itself, and only of people."""
        return self.body if self.channel == Channel.VOICE else self.whole
