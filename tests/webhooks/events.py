"""What became of events, and time that passes for them."""

from datetime import timedelta

from sqlalchemy import select, update

from app.core.clock import now
from app.core.database import db
from app.webhooks.models import WebhookEndpoint, WebhookEvent


def states() -> list[str]:
    """Of all events, as of now."""
    db.session.expire_all()
    return list(db.session.scalars(select(WebhookEvent.state).order_by(WebhookEvent.id)))


def states_in_a_new_look() -> bool:
    """Whether one has arrived, as of now."""
    db.session.rollback()
    return states().count("delivered") == 1


def make_due(**more: object) -> None:
    """Let time pass for what waits for another try."""
    db.session.execute(update(WebhookEvent).values(due_at=now() - timedelta(seconds=1), **more))
    db.session.execute(update(WebhookEndpoint).values(quiet_until=None))
    db.session.commit()
