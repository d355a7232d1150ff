"""The outbox by the thousand, for announcements: in, aside, on and out again, each in one statement and the caller's transaction.

Who opted out or must not be written to was left out by the planner; the gate asks once more when a dispatcher claims.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    func,
    insert,
    literal,
    select,
    text,
    true,
    update,
)

from app.core.clock import now
from app.core.database import db, open_events
from app.core.ids import new_uuid
from app.delivery.events import DeliveriesQueued
from app.delivery.models import Delivery, DeliveryContent, DeliveryState, Priority
from app.delivery.news import news_of
from app.delivery.stops import ASIDE

deliveries: Table = Delivery.__table__  # type: ignore[assignment]  # declarative tables are Tables
PENDING = literal("pending", literal_execute=True)
"""Written into the statement, so that databases use the indexes of what is pending."""
BULK = literal(int(Priority.BULK), literal_execute=True)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What all deliveries of one feeding have in common."""

    district_id: int
    owner_kind: str
    is_emergency: bool
    due_at: datetime


def make_content(body: str, media: Sequence[dict[str, Any]] = (), details: dict[str, Any] | None = None) -> int:
    """Words that many deliveries share."""
    content = DeliveryContent(body=body, media=list(media), details=details or {})
    db.session.add(content)
    db.session.flush()
    return content.id


def make_contents(bodies: Sequence[str], media: Sequence[dict[str, Any]] = (), details: Sequence[dict[str, Any]] = ()) -> list[int]:
    """Words for one delivery each, in their order; `details`, if any, in the same."""
    rows = [{"body": body, "media": list(media), "details": one} for body, one in zip(bodies, details or repeat({}), strict=False)]
    return list(db.session.scalars(insert(DeliveryContent).returning(DeliveryContent.id, sort_by_parameter_order=True), rows))


def feed_from(bulk: Bulk, rows: Select[Any]) -> int:
    """Queue what `rows` gives, without any of it passing through here; returns how many.

    Its columns: owner_id, contact_point_id, phone_number_id, content_id, channel, address, segments.
    """
    source = rows.subquery("rows")
    columns = _common(bulk) | {
        "uuid": _random_uuid(),
        **{name: source.c[name] for name in FROM_ROWS},
    }
    picked = select(*(_column(name, value) for name, value in columns.items())).select_from(source)
    found = db.session.execute(insert(deliveries).from_select(list(columns), picked, include_defaults=False))
    number: int = found.rowcount  # type: ignore[attr-defined]  # an insert has one
    if number:
        open_events().append(DeliveriesQueued(bulk.due_at))
    return number


def feed(bulk: Bulk, rows: Sequence[dict[str, Any]]) -> None:
    """Queue `rows`, each with the values that `feed_from` names."""
    common = _common(bulk)
    if rows:
        db.session.execute(insert(deliveries), [{"uuid": new_uuid(), **common, **row} for row in rows])
        open_events().append(DeliveriesQueued(bulk.due_at))


def ahead(waiting: str, phone_number_ids: Sequence[int], at: datetime, most: int, owners: ColumnElement[bool] | None = None) -> int:
    """How much of the lowest priority these numbers (or, if none are named, the channel) have to send already, up to `most`.

    Of the `owners` (a condition on `Delivery`), or of all.
    `waiting` is one of the conditions in `models`, here and below: databases then begin with the index of what waits.
    """
    some = (
        select(deliveries.c.id)
        .where(
            text(waiting),
            deliveries.c.phone_number_id.in_(phone_number_ids) if phone_number_ids else true(),
            deliveries.c.priority == BULK,
            deliveries.c.due_at <= at,
            owners if owners is not None else true(),
        )
        .limit(most)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def put_aside(waiting: str, owners: ColumnElement[bool], most: int) -> int:
    """Have nothing of the owners (a condition on `Delivery`) leave that waits for its turn; returns how many, at most `most`."""
    return _change(waiting, and_(owners, deliveries.c.due_at < ASIDE), {"due_at": ASIDE, "due_before": deliveries.c.due_at}, most)


def let_go_on(waiting: str, owners: ColumnElement[bool], most: int) -> int:
    """Have what was put aside leave after all, when it was to leave: a phone that was busy rings no sooner, and nobody is woken."""
    due_at = func.coalesce(deliveries.c.due_before, literal(now(), deliveries.c.due_at.type))
    number = _change(waiting, and_(owners, deliveries.c.due_at == ASIDE), {"due_at": due_at, "due_before": None}, most)
    if number:
        open_events().append(DeliveriesQueued(now()))
    return number


def take_back(waiting: str, owners: ColumnElement[bool], most: int) -> int:
    """Cancel what waits of the owners, and tell them; returns how many, at most `most`."""
    found = list(
        db.session.scalars(
            update(Delivery)
            .where(Delivery.id.in_(_waiting(waiting, owners, most)), Delivery.state == PENDING)
            .values(state=DeliveryState.CANCELLED, finished_at=now())
            .returning(Delivery)
            .execution_options(populate_existing=True, synchronize_session=False)
        )
    )
    open_events().extend(news_of(delivery, DeliveryState.PENDING) for delivery in found)
    return len(found)


def is_aside(waiting: str, owners: ColumnElement[bool]) -> bool:
    """Whether any of it was put aside."""
    return is_waiting(waiting, and_(deliveries.c.due_at == ASIDE, owners))


def is_waiting(waiting: str, owners: ColumnElement[bool]) -> bool:
    """Whether any of it waits."""
    found = select(deliveries.c.id).where(text(waiting), deliveries.c.priority == BULK, owners)
    return db.session.scalar(found.limit(1)) is not None


def in_doubt(owners: ColumnElement[bool]) -> int:
    """Of how much of it nobody knows whether it left, so that a person decides."""
    processing = literal("processing", literal_execute=True)
    found = select(func.count()).where(deliveries.c.state == processing, deliveries.c.doubtful_since.is_not(None), owners)
    return db.session.scalar(found) or 0


def _change(waiting: str, condition: ColumnElement[bool], values: dict[str, Any], most: int) -> int:
    found = db.session.execute(
        update(deliveries).where(deliveries.c.id.in_(_waiting(waiting, condition, most)), deliveries.c.state == PENDING).values(**values)
    )
    number: int = found.rowcount  # type: ignore[attr-defined]  # an update has one
    return number


def _waiting(waiting: str, condition: ColumnElement[bool], most: int) -> Select[Any]:
    """Begins with what is pending: the outbox holds little of that, and the owner's whole past besides."""
    return (
        select(deliveries.c.id).where(text(waiting), deliveries.c.priority == BULK, condition).limit(most).with_for_update(skip_locked=True)
    )


FROM_ROWS = ("owner_id", "contact_point_id", "phone_number_id", "content_id", "channel", "address", "segments")


def _common(bulk: Bulk) -> dict[str, Any]:
    return {
        "district_id": bulk.district_id, "owner_kind": bulk.owner_kind, "state": DeliveryState.PENDING.value,
        "priority": int(Priority.BULK), "due_at": bulk.due_at, "is_emergency": bulk.is_emergency, "is_reply": False,
        "ignores_consent": False, "attempts": 0, "retries": 0, "created_at": now(),
    }  # fmt: skip


def _column(name: str, value: Any) -> ColumnElement[Any]:
    column: ColumnElement[Any] = value if isinstance(value, ColumnElement) else literal(value, deliveries.c[name].type)
    return column.label(name)


def _random_uuid() -> ColumnElement[Any]:
    if db.engine.dialect.name == "postgresql":
        return func.gen_random_uuid()
    return func.lower(func.hex(func.randomblob(16)))
