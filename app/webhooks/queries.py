"""Endpoints and their log, as people of the district may see them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, select, text

from app.accounts.models import Bearer, Staff
from app.core.database import db
from app.core.errors import NotVisible
from app.core.keyset import Page, page_of_rows
from app.webhooks.models import DEAD, OPEN, CallbackSecret, EndpointState, EventState, Face, WebhookAttempt, WebhookEndpoint, WebhookEvent

ON_A_PAGE = 50
MOST_ATTEMPTS = 200
"""Shown of one event."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an endpoint still has to take."""

    next_at: datetime | None = None
    dead: int = 0


def is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """Endpoints are the district's; who manages them, sees all of it."""
    return WebhookEndpoint.district_id == staff.district_id


def endpoint_visible_to(staff: Staff, endpoint_id: int) -> WebhookEndpoint:
    """Raises NotVisible, also for a deleted one."""
    wanted = select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id, is_visible_to(staff))
    found = db.session.scalar(wanted.where(WebhookEndpoint.state != EndpointState.DELETED).execution_options(populate_existing=True))
    if found is None:
        raise NotVisible
    return found


def event_visible_to(staff: Staff, event_id: int) -> tuple[WebhookEvent, WebhookEndpoint]:
    """Raises NotVisible."""
    wanted = select(WebhookEvent, WebhookEndpoint).join(WebhookEndpoint, WebhookEndpoint.id == WebhookEvent.endpoint_id)
    found = db.session.execute(wanted.where(WebhookEvent.id == event_id, is_visible_to(staff))).first()
    if found is None:
        raise NotVisible
    return found[0], found[1]


def own_endpoints(staff: Staff) -> list[WebhookEndpoint]:
    """Those of the settings page, in the order in which they were added."""
    wanted = select(WebhookEndpoint).where(is_visible_to(staff), WebhookEndpoint.face == Face.HOMEROOM)
    return list(db.session.scalars(wanted.where(WebhookEndpoint.state != EndpointState.DELETED).order_by(WebhookEndpoint.id)))


def others_at(row: WebhookEndpoint, staff: Staff) -> list[str]:
    """What the page's other endpoints of the same address are called, or else the address."""
    return [one.name or one.url for one in own_endpoints(staff) if one.url == row.url and one.id != row.id]


def callback_addresses(staff: Staff, cursor: str | None, *, bearer_id: int | None = None) -> Page[Row[WebhookEndpoint, int]]:
    """Those that other systems, or one of them, gave along with what they asked for, the newest first."""
    wanted = select(WebhookEndpoint, WebhookEndpoint.id).where(is_visible_to(staff), WebhookEndpoint.face != Face.HOMEROOM)
    if bearer_id is not None:
        wanted = wanted.where(WebhookEndpoint.bearer_id == bearer_id)
    return page_of_rows(
        db.session(), wanted.where(WebhookEndpoint.state != EndpointState.DELETED), [WebhookEndpoint.id], limit=ON_A_PAGE, cursor=cursor
    )


def deleted_callbacks(staff: Staff) -> list[WebhookEndpoint]:
    """Callback addresses that an admin took back from systems that are still let in, the newest first."""
    wanted = select(WebhookEndpoint).where(is_visible_to(staff), _is_taken_back()).order_by(WebhookEndpoint.id.desc())
    return list(db.session.scalars(wanted.limit(ON_A_PAGE)))


def deleted_callback_visible_to(staff: Staff, endpoint_id: int) -> tuple[WebhookEndpoint, Bearer]:
    """One of those, also when it was allowed again a moment ago, with its system. Raises NotVisible."""
    wanted = select(WebhookEndpoint, Bearer).join(Bearer, Bearer.id == WebhookEndpoint.bearer_id)
    wanted = wanted.where(WebhookEndpoint.id == endpoint_id, is_visible_to(staff), WebhookEndpoint.key.is_not(None))
    found = db.session.execute(wanted.where(Bearer.district_id == staff.district_id, Bearer.deleted_at.is_(None))).first()
    if found is None:
        raise NotVisible
    return found[0], found[1]


def _is_taken_back() -> ColumnElement[bool]:
    return and_(WebhookEndpoint.state == EndpointState.DELETED, WebhookEndpoint.key.is_not(None))


def systems_of(rows: Collection[WebhookEndpoint]) -> Mapping[int, str]:
    """The names of those to whom addresses belong, also of one that was removed."""
    ids = {row.bearer_id for row in rows if row.bearer_id is not None}
    if not ids:
        return {}
    return {row.id: row.name for row in db.session.execute(select(Bearer.id, Bearer.name).where(Bearer.id.in_(ids)))}


def has_callback_addresses(staff: Staff) -> bool:
    """Whether any other system gave one, also if it was deleted since."""
    wanted = select(WebhookEndpoint.id).where(is_visible_to(staff), WebhookEndpoint.face != Face.HOMEROOM)
    return db.session.scalar(wanted.where(WebhookEndpoint.key.is_not(None)).limit(1)) is not None


def is_made(once: UUID) -> bool:
    """Whether the form that carries this id was sent before."""
    return db.session.scalar(select(WebhookEndpoint.id).where(WebhookEndpoint.uuid == once)) is not None


def secret_of_callbacks(bearer_id: int) -> CallbackSecret | None:
    """With what its callbacks are signed, and since when. The caller knows that the bearer is of their district."""
    return db.session.get(CallbackSecret, bearer_id)


def waiting_of(ids: Collection[int]) -> Mapping[int, Waiting]:
    """For each endpoint when its next event is due, and how many dead letters it has."""
    if not ids:
        return {}
    dead = select(func.count()).where(WebhookEvent.endpoint_id == WebhookEndpoint.id, text(DEAD)).scalar_subquery()
    next_at = select(func.min(WebhookEvent.due_at)).where(WebhookEvent.endpoint_id == WebhookEndpoint.id, text(OPEN)).scalar_subquery()
    rows = db.session.execute(select(WebhookEndpoint.id, next_at.label("next_at"), dead.label("dead")).where(WebhookEndpoint.id.in_(ids)))
    return {row.id: Waiting(row.next_at, row.dead) for row in rows}


def log_of(
    endpoint: WebhookEndpoint, *, state: EventState | None, kind: str | None, cursor: str | None
) -> Page[Row[int, str, str, int, datetime, datetime]]:
    """Its events, the newest first. Raises BadCursor."""
    wanted: Select[int, str, str, int, datetime, datetime] = select(
        WebhookEvent.id, WebhookEvent.kind, WebhookEvent.state, WebhookEvent.tries, WebhookEvent.created_at, WebhookEvent.due_at
    ).where(WebhookEvent.endpoint_id == endpoint.id)
    if state is not None:
        said = {EventState.WAITING: OPEN, EventState.DEAD: DEAD}.get(state)
        wanted = wanted.where(text(said) if said else WebhookEvent.state == state)
    if kind:
        wanted = wanted.where(WebhookEvent.kind == kind)
    return page_of_rows(db.session(), wanted, [WebhookEvent.id], limit=ON_A_PAGE, cursor=cursor)


def last_attempts(event_ids: Collection[int]) -> dict[int, WebhookAttempt]:
    """The latest attempt of each."""
    if not event_ids:
        return {}
    newest = select(func.max(WebhookAttempt.id)).where(WebhookAttempt.event_id.in_(event_ids)).group_by(WebhookAttempt.event_id)
    return {one.event_id: one for one in db.session.scalars(select(WebhookAttempt).where(WebhookAttempt.id.in_(newest)))}


def attempts_of(event: WebhookEvent) -> list[WebhookAttempt]:
    """All of them, the latest first."""
    wanted: Select[Any] = select(WebhookAttempt).where(WebhookAttempt.event_id == event.id).order_by(WebhookAttempt.id.desc())
    return list(db.session.scalars(wanted.limit(MOST_ATTEMPTS)))
