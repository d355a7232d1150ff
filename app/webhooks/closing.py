"""Whoever is let in no more hears nothing more, at no address that they ever gave."""

from sqlalchemy import select, update

from app.accounts.events import BearerRemoved
from app.core.clock import now
from app.core.database import db
from app.core.events import within
from app.webhooks.models import EndpointState, EventState, WebhookEndpoint, WebhookEvent


@within(BearerRemoved)
def close_callbacks(fact: BearerRemoved) -> None:
    """Close all callback addresses of a bearer, and drop what waits for them."""
    theirs = WebhookEndpoint.bearer_id == fact.bearer_id, WebhookEndpoint.district_id == fact.district_id
    dropped = update(WebhookEvent).where(
        WebhookEvent.endpoint_id.in_(select(WebhookEndpoint.id).where(*theirs)), WebhookEvent.state == EventState.WAITING
    )
    closed = update(WebhookEndpoint).where(*theirs, WebhookEndpoint.state != EndpointState.DELETED)
    gone = {"key": None, "owned_by": None, "owned_until": None, "basic": None, "previous_secret": None}
    for statement in (dropped.values(state=EventState.DROPPED, finished_at=now()), closed.values(state=EndpointState.DELETED, **gone)):
        db.session.execute(statement.execution_options(synchronize_session=False))
