"""What an admin does with endpoints. Each change is an audit line, and is noticed by the worker that hands over."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select, update

from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.core.clock import now
from app.core.database import db, open_events, release_connection, transaction
from app.core.ids import new_uuid
from app.webhooks.addresses import check_now
from app.webhooks.errors import NothingChosen, RenewedBefore, TooManyEndpoints
from app.webhooks.events import EndpointsChanged, EventsWaiting
from app.webhooks.kinds import KINDS, NAMES
from app.webhooks.models import PATIENCE, EndpointState, EventState, Face, WebhookEndpoint, WebhookEvent
from app.webhooks.queries import deleted_callback_visible_to, endpoint_visible_to
from app.webhooks.service.callback_secrets import secrets_for
from app.webhooks.signing_secrets import OVERLAP, mark_of, new_secret, seal_secret

MOST = 20


@dataclass(frozen=True, slots=True)
class Revealed:
    """An endpoint with its secret, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str


def add_endpoint(
    staff: Staff, url: str, *, name: str, kinds: Collection[str], with_words: bool, uuid: UUID | None = None
) -> Revealed:  # fmt: skip
    """A new one. Raises UnsafeAddress for an address that must not be called, NothingChosen or TooManyEndpoints."""
    chosen = _chosen(kinds)
    url = check_address(url)
    secret = new_secret()
    with transaction():
        held = select(func.count(WebhookEndpoint.id)).where(
            WebhookEndpoint.district_id == staff.district_id,
            WebhookEndpoint.face == Face.HOMEROOM,
            WebhookEndpoint.state != EndpointState.DELETED,
        )
        if (db.session.scalar(held) or 0) >= MOST:
            raise TooManyEndpoints
        row = WebhookEndpoint(
            district_id=staff.district_id, url=url, name=name.strip()[:120], kinds=chosen, with_words=with_words,
            secret=seal_secret(secret), recent=[], created_by_id=staff.id, uuid=uuid or new_uuid(),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        _tell(staff, "webhook.added", row)
    return Revealed(row, secret)


def check_address(url: str) -> str:
    """As it will be called. Raises UnsafeAddress for one that must not be. Asks the network, so never in a transaction."""
    release_connection()
    return check_now(url.strip()).url


def change_endpoint(staff: Staff, endpoint_id: int, *, name: str, kinds: Collection[str], with_words: bool) -> None:
    """What it is called and hears of. Raises NotVisible or NothingChosen."""
    with transaction():
        row = _held(staff, endpoint_id)
        if row.face == Face.HOMEROOM:
            row.kinds, row.with_words = _chosen(kinds), with_words
        row.name = name.strip()[:120]
        _tell(staff, "webhook.changed", row)


def pause(staff: Staff, endpoint_id: int) -> None:
    """Nothing is handed over until it is resumed; what happens meanwhile is kept."""
    with transaction():
        row = _held(staff, endpoint_id)
        if row.state == EndpointState.ACTIVE:
            row.state, row.owned_by, row.owned_until = EndpointState.PAUSED, None, None
            _tell(staff, "webhook.paused", row)


def resume(staff: Staff, endpoint_id: int) -> None:
    """Hand over again, beginning with what waits: each event has a whole day once more."""
    with transaction():
        row = _held(staff, endpoint_id)
        if row.state == EndpointState.PAUSED:
            row.state = EndpointState.ACTIVE
            _begin_anew(row)
            _tell(staff, "webhook.resumed", row)


def try_now(staff: Staff, endpoint_id: int) -> None:
    """What waits for its next try is tried at once."""
    with transaction():
        row = _held(staff, endpoint_id)
        _begin_anew(row)
        _tell(staff, "webhook.hurried", row)


def delete(staff: Staff, endpoint_id: int) -> None:
    """It hears nothing any more, and what waits for it is dropped. Its log stays as long as any.

    A callback address keeps its key: its system names it again with the next request, and must not open it by that.
    """
    with transaction():
        row = _held(staff, endpoint_id)
        row.state, row.owned_by, row.owned_until = EndpointState.DELETED, None, None
        row.basic, row.previous_secret = None, None
        dropped = update(WebhookEvent).where(WebhookEvent.endpoint_id == row.id, WebhookEvent.state == EventState.WAITING)
        _write(dropped.values(state=EventState.DROPPED, finished_at=now()))
        _tell(staff, "webhook.deleted", row)


def allow_again(staff: Staff, endpoint_id: int) -> None:
    """Call a deleted callback address again, from the next event on, signed as all of its system. Raises NotVisible."""
    with transaction():
        row, bearer = deleted_callback_visible_to(staff, endpoint_id)
        db.session.refresh(row, with_for_update=True)
        if row.state != EndpointState.DELETED:
            return
        row.state, row.quiet_until, row.failures, row.last_problem = EndpointState.ACTIVE, None, 0, None
        for name, value in secrets_for(bearer).items():
            setattr(row, name, value)
        _tell(staff, "webhook.allowed", row)


def rotate_secret(staff: Staff, endpoint_id: int, seen: str) -> Revealed:
    """A new secret; the old one signs beside it for a day, so that the receiver can change over without losing any.

    `seen` is the mark of the secret that is to be replaced. Raises NotVisible or RenewedBefore.
    """
    secret = new_secret()
    with transaction():
        row = _held(staff, endpoint_id)
        if seen != mark_of(row.secret):
            raise RenewedBefore
        row.previous_secret, row.previous_until = row.secret, now() + OVERLAP
        row.secret = seal_secret(secret)
        if row.last_problem == "seal":  # the old one is of another house: it signs nothing
            row.previous_secret, row.previous_until, row.quiet_until = None, None, None
            open_events().append(EventsWaiting())
        _tell(staff, "webhook.rotated", row)
    return Revealed(row, secret)


def _chosen(kinds: Collection[str]) -> list[str]:
    chosen = [kind.name for kind in KINDS if kind.name in kinds and kind.name in NAMES]
    if not chosen:
        raise NothingChosen
    return chosen


def _held(staff: Staff, endpoint_id: int) -> WebhookEndpoint:
    row = endpoint_visible_to(staff, endpoint_id)
    db.session.refresh(row, with_for_update=True)
    return row


def _begin_anew(row: WebhookEndpoint) -> None:
    row.quiet_until = None
    at = now()
    waiting = update(WebhookEvent).where(WebhookEvent.endpoint_id == row.id, WebhookEvent.state == EventState.WAITING)
    _write(waiting.values(due_at=at, gives_up_at=at + PATIENCE))
    open_events().append(EventsWaiting())


def _write(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))


def _tell(staff: Staff, action: str, row: WebhookEndpoint) -> None:
    row.version = (row.version or 0) + 1
    db.session.flush()
    audit(action, row, {"url": shown(row)}, by=staff)
    open_events().append(EndpointsChanged(row.district_id))


def shown(row: WebhookEndpoint) -> str:
    """Without its query, which may hold a secret of the receiver's."""
    parts = urlsplit(row.url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"[:200]
