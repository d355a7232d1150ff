"""Events enter the outbox: rows of the commit that made them true."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Insert, select
from sqlalchemy.dialects import postgresql, sqlite

from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.rows import add_each
from app.webhooks.events import EventsWaiting
from app.webhooks.models import LONGEST_SUBJECT, PATIENCE, EndpointState, EventState, WebhookEndpoint, WebhookEvent
from app.webhooks.outgoing import Outgoing


def enqueue(outgoing: Sequence[Outgoing]) -> None:
    """Have each told to its endpoint, at least once, in this order for each subject. Joins the change that is being made."""
    if not outgoing:
        return
    with transaction():
        _add(_to_those_that_are(outgoing))


def enqueue_once(outgoing: Sequence[Outgoing]) -> None:
    """The same, but an event whose uuid is known already is left out."""
    if not outgoing:
        return
    with transaction():
        _add(_to_those_that_are(outgoing), once=True)


def _to_those_that_are(outgoing: Sequence[Outgoing]) -> list[Outgoing]:
    """A face may still know an address that an admin deleted: what families wrote must not gather there."""
    ids = {one.endpoint_id for one in outgoing}
    here = select(WebhookEndpoint.id).where(WebhookEndpoint.id.in_(ids), WebhookEndpoint.state != EndpointState.DELETED)
    kept = set(
        db.session.scalars(here.order_by(WebhookEndpoint.id).with_for_update(read=True, key_share=True))
    )  # nobody forgets them before this commit
    return [one for one in outgoing if one.endpoint_id in kept]


def _add(outgoing: Sequence[Outgoing], *, once: bool = False) -> None:
    if not outgoing:
        return
    if once:
        db.session.execute(_insert(), _rows(outgoing))
    else:
        add_each(WebhookEvent, _rows(outgoing))
    open_events().append(EventsWaiting())


def _rows(outgoing: Sequence[Outgoing]) -> list[dict[str, Any]]:
    at = now()
    fixed = {"state": EventState.WAITING, "due_at": at, "tries": 0, "created_at": at, "gives_up_at": at + PATIENCE}
    return [
        {
            "uuid": one.uuid,
            "endpoint_id": one.endpoint_id,
            "kind": one.kind,
            "subject": _short(one.subject),
            "body": written(one),
            "query": _query(one),
        }
        | fixed
        for one in outgoing
    ]


def _query(one: Outgoing) -> str | None:
    return None if one.url is None else urlsplit(one.url).query


def _short(subject: str) -> str:
    """As the column holds it; a long one stays the same subject."""
    return subject if len(subject) <= LONGEST_SUBJECT else hashlib.sha256(subject.encode()).hexdigest()


def _insert() -> Insert:
    kind: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    made: Insert = kind(WebhookEvent).on_conflict_do_nothing(index_elements=["uuid"])
    return made


def written(one: Outgoing) -> str:
    """The body as it is kept, signed and sent."""
    return json.dumps(one.body, ensure_ascii=False, separators=(",", ":"))
