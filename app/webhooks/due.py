"""What is to be handed over now: of each endpoint some, of each subject only the earliest."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Table, bindparam, not_, select, text, true, update

from app.core.among import among
from app.core.database import db
from app.webhooks.errands import Errand
from app.webhooks.models import OPEN, WebhookEvent
from app.webhooks.ownership import Owned, endpoints
from app.webhooks.standing import IN_HAND

events: Table = WebhookEvent.__table__  # type: ignore[assignment]  # declarative tables are Tables
_earlier = events.alias("earlier")
_IS_BEHIND = (
    select(1)
    .where(
        _earlier.c.endpoint_id == events.c.endpoint_id,
        _earlier.c.subject == events.c.subject,
        text("earlier.state = 'waiting'"),
        _earlier.c.id < events.c.id,
    )
    .exists()
)
_HEAD_DUE_AT = (
    select(_earlier.c.due_at)
    .where(_earlier.c.endpoint_id == events.c.endpoint_id, _earlier.c.subject == events.c.subject, text("earlier.state = 'waiting'"))
    .order_by(_earlier.c.id)
    .limit(1)
    .scalar_subquery()
)
_SETTLE = (
    update(events)
    .where(among(events.c.endpoint_id, "ids"), text(OPEN), events.c.due_at <= bindparam("at"), _IS_BEHIND)
    .values(due_at=_HEAD_DUE_AT)
)


def errands(owned: Mapping[int, Owned], in_hand: Mapping[int, Collection[int]], at: datetime) -> list[Errand]:
    """For those in `owned` that have room. `in_hand` are the events that are on their way, by endpoint."""
    room = {number: one.standing.room(len(in_hand.get(number, ())), at) for number, one in owned.items()}
    wanted = [number for number, many in room.items() if many]
    held = [event_id for ids in in_hand.values() for event_id in ids]
    found = []
    for row in _rows(wanted, held, at) if wanted else ():
        if room[row.endpoint_id] > 0:
            room[row.endpoint_id] -= 1
            receiver = owned[row.endpoint_id].receiver
            found.append(Errand(row.id, str(row.uuid), row.kind, row.body, row.tries, row.gives_up_at, receiver, row.query))
    return found


def settle(ids: Collection[int], at: datetime) -> None:
    """What stands behind an event that is tried later is due no earlier: otherwise it would look as if something could be done."""
    if ids:
        db.session.connection().execute(_SETTLE, {"ids": list(ids), "at": at})


def _rows(ids: list[int], held: list[int], at: datetime) -> Iterator[Row[Any]]:
    """PostgreSQL answers for all endpoints at once; on SQLite to ask for each is as cheap."""
    connection = db.session.connection()
    values = {"held": held, "at": at, "most": IN_HAND}
    if connection.dialect.name == "postgresql":
        yield from connection.execute(_of_all(), values | {"ids": ids})
        return
    for number in ids:
        yield from connection.execute(_of_one(), values | {"endpoint": number})


@cache
def _of_one() -> Select[Any]:
    return _due().where(events.c.endpoint_id == bindparam("endpoint"))


@cache
def _of_all() -> Select[Any]:
    each = _due().where(events.c.endpoint_id == endpoints.c.id).correlate(endpoints).lateral("due")
    return select(each).select_from(endpoints.join(each, true())).where(among(endpoints.c.id, "ids"))


def _due() -> Select[Any]:
    return (
        select(
            events.c.id, events.c.uuid, events.c.endpoint_id, events.c.kind, events.c.body,
            events.c.tries, events.c.gives_up_at, events.c.query,
        )
        .where(text(OPEN), events.c.due_at <= bindparam("at"), not_(among(events.c.id, "held")), not_(_IS_BEHIND))
        .order_by(events.c.due_at, events.c.id)
        .limit(bindparam("most"))
    )  # fmt: skip
