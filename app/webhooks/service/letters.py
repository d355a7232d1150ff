"""Events that people send: a test, and dead letters once more."""

from typing import Any

from sqlalchemy import update

from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.ids import new_uuid
from app.webhooks.errors import EndpointPaused
from app.webhooks.events import EventsWaiting
from app.webhooks.kinds import TEST
from app.webhooks.models import PATIENCE, EndpointState, EventState, Face, WebhookEndpoint, WebhookEvent
from app.webhooks.outgoing import Outgoing
from app.webhooks.queries import endpoint_visible_to, event_visible_to
from app.webhooks.service.endpoints import shown
from app.webhooks.service.enqueuing import enqueue
from app.webhooks.service.telling import iso


def send_test(staff: Staff, endpoint_id: int) -> None:
    """An event that says it is a test; also one that is being left alone is asked at once. Raises NotVisible or EndpointPaused."""
    uuid = new_uuid()
    with transaction():
        row = endpoint_visible_to(staff, endpoint_id)
        if row.state != EndpointState.ACTIVE:
            raise EndpointPaused
        row.quiet_until, row.version = None, row.version + 1
        body: dict[str, Any] = {"type": TEST, "timestamp": iso(now()), "data": {"event_id": str(uuid), "message": "This is a test."}}
        if row.face != Face.HOMEROOM and row.method == "GET":
            body = {"test": "1", "id": str(uuid)}
        enqueue([Outgoing(row.id, TEST, f"test:{uuid}", body, uuid)])
        audit("webhook.tested", row, {"url": shown(row)}, by=staff)


def send_again(staff: Staff, event_id: int) -> bool:
    """One dead letter; False if it is none any more."""
    with transaction():
        event, endpoint = event_visible_to(staff, event_id)
        return _again(staff, endpoint, WebhookEvent.id == event.id) > 0


def send_all_again(staff: Staff, endpoint_id: int) -> int:
    """All dead letters of an endpoint. Returns how many."""
    with transaction():
        return _again(staff, endpoint_visible_to(staff, endpoint_id))


def note_read(staff: Staff, event_id: int) -> tuple[WebhookEvent, WebhookEndpoint]:
    """What an event says may be about families: who reads it is written down. Raises NotVisible."""
    with transaction():
        event, endpoint = event_visible_to(staff, event_id)
        if endpoint.with_words or endpoint.face != Face.HOMEROOM:
            audit("webhook.read", event, {"url": shown(endpoint)}, by=staff, district_id=staff.district_id)
    return event, endpoint


def _again(staff: Staff, endpoint: WebhookEndpoint, *which: Any) -> int:
    if endpoint.state == EndpointState.DELETED:
        return 0
    at = now()
    again = update(WebhookEvent).where(WebhookEvent.endpoint_id == endpoint.id, WebhookEvent.state == EventState.DEAD, *which)
    fresh = {"state": EventState.WAITING, "due_at": at, "gives_up_at": at + PATIENCE, "tries": 0, "finished_at": None}
    many = int(db.session.execute(again.values(fresh).execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
    if many:
        endpoint.quiet_until, endpoint.version = None, endpoint.version + 1
        audit("webhook.sent_again", endpoint, {"url": shown(endpoint), "many": many}, by=staff)
        open_events().append(EventsWaiting())
    return many
