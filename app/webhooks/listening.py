"""Who wants to hear of our own kinds. Asked with every text, so each process remembers a district's endpoints for a moment.

An endpoint that was made in another process is heard of here within that moment; what happened before it was made, it is not told.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import bindparam, select, text

from app.core.events import on
from app.core.prepared import Prepared
from app.webhooks.events import EndpointsChanged
from app.webhooks.models import LISTENING, WebhookEndpoint

REMEMBERED = 5.0
"""Seconds."""
_KEY = "webhook_listeners"


@dataclass(frozen=True, slots=True)
class Listener:
    """One endpoint of the settings page."""

    id: int
    uuid: UUID
    kinds: frozenset[str]
    with_words: bool
    since: datetime


_select: Any = (
    select(WebhookEndpoint.id, WebhookEndpoint.uuid, WebhookEndpoint.kinds, WebhookEndpoint.with_words, WebhookEndpoint.created_at)
    .where(WebhookEndpoint.district_id == bindparam("district"), text(LISTENING))
    .order_by(WebhookEndpoint.id)
)
_LISTENERS = Prepared(_select)


def listeners(district_id: int, kind: str) -> list[Listener]:
    """Endpoints of the district that chose `kind`: at most one small statement, and usually none."""
    known: dict[int, tuple[float, list[Listener]]] = current_app.extensions[_KEY]
    found = known.get(district_id)
    if found is None or found[0] < time.monotonic():
        rows = _LISTENERS.records({"district": district_id})
        all_of_it = [Listener(row.id, row.uuid, frozenset(row.kinds), row.with_words, row.created_at) for row in rows]
        found = known[district_id] = (time.monotonic() + REMEMBERED, all_of_it)
    return [one for one in found[1] if kind in one.kinds]


@on(EndpointsChanged)
def forget(fact: EndpointsChanged) -> None:
    """Of this process; the others remember for a few seconds more."""
    current_app.extensions[_KEY].pop(fact.district_id, None)


def init_app(app: Flask) -> None:
    """Nothing is known yet."""
    app.extensions[_KEY] = {}
