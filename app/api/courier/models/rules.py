"""What works by itself: text expanders, automatic answers, rules that tell somebody, and maintenance of channels."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model
from app.core.ids import new_uuid


class Rule(Model):
    """What all of them have. Without a school it is the district's."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(255))
    args: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Plugin(Rule):
    """A name that a composer replaces by words for the channel."""

    __tablename__ = "courier_plugins"

    is_enabled: Mapped[bool] = mapped_column(default=True, server_default=true())

    __table_args__ = (UniqueConstraint("district_id", "school_id", "name"),)


class Responder(Rule):
    """Answers families by itself: between two moments, at hours of the week, for everybody or one group."""

    __tablename__ = "courier_responders"

    is_enabled: Mapped[bool] = mapped_column(default=True, server_default=true())
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    start_at: Mapped[datetime | None]
    end_at: Mapped[datetime | None]
    hours: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """[{"day": …, "start-time": …, "end-time": …}]; none means always."""
    time_zone: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        Index("ix_courier_responders_on", "district_id", sqlite_where=text("is_enabled"), postgresql_where=text("is_enabled")),
    )


class Announcer(Rule):
    """Tells somebody when something happens."""

    __tablename__ = "courier_announcers"

    event: Mapped[str] = mapped_column(String(24))
    endpoint_id: Mapped[int | None] = mapped_column(ForeignKey("webhook_endpoints.id"))
    """The address that a webhook is told at."""

    __table_args__ = (Index("ix_courier_announcers_event", "district_id", "event"),)


class MessagingOperation(Model):
    """Maintenance of channels, and what it did."""

    __tablename__ = "courier_operations"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=new_uuid, unique=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"), index=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id"))
    kind: Mapped[str] = mapped_column(String(20))
    args: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    logs: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[str] = mapped_column(String(10))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
