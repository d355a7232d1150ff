"""Where events go out to, the events, and each time that one was handed over."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid

PATIENCE = timedelta(hours=24)
"""An event that nobody took for so long is a dead letter."""
LONGEST_SUBJECT = 80
OPEN = "webhook_events.state = 'waiting'"
"""What is still to be taken, in SQL: index and query must say it in the same words."""
DEAD = "webhook_events.state = 'dead'"
LISTENING = "webhook_endpoints.face = 'homeroom' AND webhook_endpoints.state != 'deleted'"
OWNED = "webhook_endpoints.owned_by IS NOT NULL"


def _on(condition: str) -> dict[str, Any]:
    """The same condition for the index of both databases."""
    bare = text(condition.replace("webhook_events.", "").replace("webhook_endpoints.", ""))
    return {"sqlite_where": bare, "postgresql_where": bare}


class Face(StrEnum):
    """By which contract the receiver wants to hear."""

    HOMEROOM = "homeroom"
    """Our own kinds, chosen on the settings page."""
    COMMON_SERVICES = "common_services"
    RINGPLAN = "ringplan"
    GROUPCALL = "groupcall"
    COURIER = "courier"


class EndpointState(StrEnum):
    """A paused one keeps what happens meanwhile; a deleted one is only remembered by its log."""

    ACTIVE = "active"
    PAUSED = "paused"
    DELETED = "deleted"


class EventState(StrEnum):
    """Only a person takes a dead letter back to waiting."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    DROPPED = "dropped"
    """Its endpoint was deleted before."""


class WebhookEndpoint(Model):
    """An address of another system. One worker process at a time hands over to it, so order and limits need no further locks."""

    __tablename__ = "webhook_endpoints"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    bearer_id: Mapped[int | None] = mapped_column(BigId)
    """Who gave it as a callback address; None for one of the settings page."""
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of a callback address: what makes it the same one the next time."""
    face: Mapped[str] = mapped_column(String(16), default=Face.HOMEROOM)
    url: Mapped[str] = mapped_column(String(2048))
    method: Mapped[str] = mapped_column(String(4), default="POST")
    name: Mapped[str] = mapped_column(String(120), default="")
    basic: Mapped[str | None] = mapped_column(Text)
    """User and password for the receiver, sealed."""
    secret: Mapped[str] = mapped_column(Text)
    """What is signed with, sealed."""
    previous_secret: Mapped[str | None] = mapped_column(Text)
    previous_until: Mapped[datetime | None]
    """Until then both sign, so that the receiver can change over without losing any."""
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Which of our own kinds; empty for a callback address, whose face decides."""
    with_words: Mapped[bool] = mapped_column(default=False)
    """Its owner wants the words of messages along with their ids."""
    state: Mapped[str] = mapped_column(String(8), default=EndpointState.ACTIVE)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    owned_by: Mapped[str | None] = mapped_column(String(48))
    """Which worker process hands over to it now."""
    owned_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts what people change, so that its worker notices."""
    failures: Mapped[int] = mapped_column(default=0)
    """In a row, of the receiver as such."""
    failing_since: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]
    """It is left alone until then, and asked with one event then."""
    recent: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Milliseconds of its last attempts, the latest last; below zero for those that failed."""
    last_attempt_at: Mapped[datetime | None]
    last_status: Mapped[int | None] = mapped_column(SmallInteger)
    last_problem: Mapped[str | None] = mapped_column(String(24))

    __table_args__ = (
        Index("ix_webhook_endpoints_listening", "district_id", **_on(LISTENING)),
        Index("ix_webhook_endpoints_district", "district_id", "id"),
        Index("ix_webhook_endpoints_owned", "owned_by", **_on(OWNED)),
    )


class CallbackSecret(Model):
    """What everything is signed with that goes to callback addresses of one bearer; each of its endpoints keeps it, too."""

    __tablename__ = "callback_secrets"

    bearer_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    secret: Mapped[str] = mapped_column(Text)
    """Sealed."""
    previous_secret: Mapped[str | None] = mapped_column(Text)
    previous_until: Mapped[datetime | None]
    """Until then an address that is new signs with both, as the others do."""
    made_at: Mapped[datetime] = mapped_column(default=now)


class WebhookEvent(Model):
    """One event for one endpoint. Its uuid is the event's id: the same however often it is handed over."""

    __tablename__ = "webhook_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    """What it is about: while an earlier one of the same endpoint and subject waits, so does this."""
    body: Mapped[str] = mapped_column(Text)
    """JSON, byte for byte as it is signed each time."""
    query: Mapped[str | None] = mapped_column(Text)
    """What stands behind the question mark of the address this time; None for that of the endpoint."""
    state: Mapped[str] = mapped_column(String(9), default=EventState.WAITING)
    due_at: Mapped[datetime] = mapped_column(default=now)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    gives_up_at: Mapped[datetime]
    """The last try is then."""
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_webhook_events_due", "endpoint_id", "due_at", "id", **_on(OPEN)),
        Index("ix_webhook_events_order", "endpoint_id", "subject", "id", **_on(OPEN)),
        Index("ix_webhook_events_dead", "endpoint_id", "id", **_on(DEAD)),
        Index("ix_webhook_events_log", "endpoint_id", "id"),
    )


class WebhookAttempt(Model):
    """One time that an event was handed over, and what the receiver said."""

    __tablename__ = "webhook_attempts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("webhook_events.id", ondelete="CASCADE"))
    begun_at: Mapped[datetime]
    milliseconds: Mapped[int]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    """Of the answer, if there was one."""
    problem: Mapped[str | None] = mapped_column(String(24))
    """Why it does not count as taken."""
    excerpt: Mapped[str] = mapped_column(String(500), default="")
    """How the answer begins, where it was not a plain yes."""

    __table_args__ = (Index("ix_webhook_attempts_event", "event_id", "id"),)
