"""Whoever is let in no more hears nothing more, at no address that they ever gave."""

from sqlalchemy import delete, select, update

from app.accounts.events import BearerRemoved
from app.core.clock import now
from app.core.database import db
from app.core.events import within
from app.webhooks.models import CallbackSecret, EndpointState, EventState, WebhookEndpoint, WebhookEvent


@within(BearerRemoved)
def close_callbacks(fact: BearerRemoved) -> None:
    """Close all callback addresses of a bearer, and drop what waits for them."""
    db.session.execute(delete(CallbackSecret).where(CallbackSecret.bearer_id == fact.bearer_id))
    theirs = WebhookEndpoint.bearer_id == fact.bearer_id, WebhookEndpoint.district_id == fact.district_id
    held = select(WebhookEndpoint.id).where(*theirs).order_by(WebhookEndpoint.id).with_for_update()
    numbers = list(
        db.session.scalars(held)
    )  # endpoints before their events, as `recording` does: in another order each waits for the other
    if not numbers:
        return
    closed = update(WebhookEndpoint).where(WebhookEndpoint.id.in_(numbers))
    dropped = update(WebhookEvent).where(WebhookEvent.endpoint_id.in_(numbers), WebhookEvent.state == EventState.WAITING)
    gone = {"key": None, "owned_by": None, "owned_until": None, "basic": None, "previous_secret": None}
    for statement in (closed.values(state=EndpointState.DELETED, **gone), dropped.values(state=EventState.DROPPED, finished_at=now())):
        db.session.execute(statement.execution_options(synchronize_session=False))
