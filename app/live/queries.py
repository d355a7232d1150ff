"""What a browser missed."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select

from app.core.clock import now
from app.core.database import db
from app.live.models import LiveEvent

CATCH_UP_LIMIT = 500
"""Beyond this many, reading the page again is cheaper than catching up (design.md section 9)."""
OVERLAP = 200
STILL_COMMITTING = timedelta(seconds=30)
"""PostgreSQL may commit a lower number after a higher one: look back this far and this long, and let the browser drop what
it knows. A page that was just opened knows nothing, and would fetch again all that is told it twice."""


def newest() -> ScalarSelect[int | None]:
    """The same as `newest_id`, as a column for a query that a page makes anyway."""
    return select(func.max(LiveEvent.id)).scalar_subquery()


def newest_id() -> int:
    """The number from which a page that is rendered now should catch up."""
    return db.session.scalar(select(func.max(LiveEvent.id))) or 0


def was_told(audience: str, name: str, *, since: datetime) -> bool:
    """Whether the newest news of that name for `audience` is as young as that."""
    newest_one = select(LiveEvent.at).where(LiveEvent.audience == audience, LiveEvent.name == name)
    told_at = db.session.scalar(newest_one.order_by(LiveEvent.id.desc()).limit(1))
    return told_at is not None and told_at > since


def missed_since(last_id: int, audiences: Collection[str]) -> list[dict[str, object]] | None:
    """The pushes after `last_id` for `audiences`, oldest first, some of them known already; None when there are too many."""
    oldest = db.session.scalar(select(func.min(LiveEvent.id)))
    if oldest is not None and last_id + 1 < oldest and last_id > 0:
        return None
    table = LiveEvent.__table__.c
    unknown: ColumnElement[bool] = table.id > last_id
    if db.engine.dialect.name == "postgresql":
        unknown = and_(table.id > max(0, last_id - OVERLAP), or_(unknown, table.at > now() - STILL_COMMITTING))
    rows = db.session.execute(
        select(table.id, table.name, table.audience, table.payload)
        .where(table.audience.in_(audiences), unknown)
        .order_by(table.id)
        .limit(CATCH_UP_LIMIT + OVERLAP + 1)
    ).all()
    if sum(row.id > last_id for row in rows) > CATCH_UP_LIMIT:
        return None
    return _once(rows)


def _once(rows: Sequence[Any]) -> list[dict[str, object]]:
    """What was pushed to several audiences of this browser is one event with several numbers, as it was when it was told."""
    events: list[dict[str, Any]] = []
    for row in rows:
        if events and (row.name, row.payload) == (events[-1]["name"], events[-1]["payload"]):
            events[-1]["ids"].append(row.id)
            events[-1]["id"] = row.id
        else:
            events.append({"id": row.id, "ids": [row.id], "name": row.name, "audience": row.audience, "payload": row.payload})
    return events
