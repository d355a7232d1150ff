"""The log of facts that browsers were told, so that one which was away can catch up."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.columns import BigId
from app.core.database import Model


class LiveEvent(Model):
    """One push to one audience, written in the commit that made it true. `id` is the number a browser remembers."""

    __tablename__ = "live_events"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("districts.id"))
    audience: Mapped[str] = mapped_column(String(60))
    """conversation:<id>, staff:<id> or school:<id>."""
    name: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Ids, versions and small states only; never what somebody wrote."""
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (
        Index("ix_live_events_audience", "audience", "id"),
        Index("ix_live_events_at", "at"),
    )
