"""Events enter the outbox: rows of the commit that made them true."""

import json
from collections.abc import Sequence

from app.core.clock import now
from app.core.database import open_events, transaction
from app.core.rows import add_each
from app.webhooks.events import EventsWaiting
from app.webhooks.models import PATIENCE, WebhookEvent
from app.webhooks.outgoing import Outgoing


def enqueue(outgoing: Sequence[Outgoing]) -> None:
    """Have each told to its endpoint, at least once, in this order for each subject. Joins the change that is being made."""
    if not outgoing:
        return
    with transaction():
        at = now()
        add_each(
            WebhookEvent,
            [
                {
                    "uuid": one.uuid, "endpoint_id": one.endpoint_id, "kind": one.kind, "subject": one.subject, "body": written(one),
                    "due_at": at, "created_at": at, "gives_up_at": at + PATIENCE,
                }
                for one in outgoing
            ],
        )  # fmt: skip
        open_events().append(EventsWaiting())


def written(one: Outgoing) -> str:
    """The body as it is kept, signed and sent."""
    return json.dumps(one.body, ensure_ascii=False, separators=(",", ":"))
