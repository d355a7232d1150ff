"""Where webhooks of this face go, and which."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class HookKind(StrEnum):
    """What can be subscribed to."""

    DIAL_STARTED = "dial.action.started"
    DIAL_COMPLETED = "dial.action.completed"
    HANGUP = "call.action.hangup"
    MESSAGE_INBOUND = "texting.message.inbound"


class HookAddress(Model):
    """The address of one bearer. Two systems of a district each have their own."""

    __tablename__ = "ringplan_hook_addresses"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    bearer_id: Mapped[int] = mapped_column(ForeignKey("bearers.id"), unique=True)
    url: Mapped[str] = mapped_column(String(2048))
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoints.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Subscription(Model):
    """One kind of event for one bearer."""

    __tablename__ = "ringplan_subscriptions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    bearer_id: Mapped[int] = mapped_column(ForeignKey("bearers.id"))
    kind: Mapped[str] = mapped_column(String(24))
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        UniqueConstraint("bearer_id", "kind"),
        Index("ix_ringplan_subscriptions_kind", "district_id", "kind"),
    )
