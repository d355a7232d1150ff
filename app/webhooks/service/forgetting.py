"""The log is kept for 30 days, and callback addresses until nobody may call them any more."""

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, select, update

from app.core.clock import now
from app.core.database import db, transaction
from app.webhooks.holding import held
from app.webhooks.models import EndpointState, EventState, WebhookEndpoint, WebhookEvent

KEPT = timedelta(days=30)
AT_ONCE = 1000


def forget_old(at: datetime | None = None) -> int:
    """Delete events of more than 30 days with their attempts, a thousand in a commit, and end those that wait so long. Returns how many."""
    before, gone, last = (at or now()) - KEPT, 0, 0
    while True:
        with transaction():
            rows = db.session.execute(
                select(WebhookEvent.id, WebhookEvent.created_at).where(WebhookEvent.id > last).order_by(WebhookEvent.id).limit(AT_ONCE)
            ).all()
            old = [row.id for row in rows if row.created_at < before]
            if old:
                db.session.execute(
                    delete(WebhookEvent)
                    .where(WebhookEvent.id.in_(old), WebhookEvent.state != EventState.WAITING)
                    .execution_options(synchronize_session=False)
                )
                paused = select(WebhookEndpoint.id).where(WebhookEndpoint.state != EndpointState.ACTIVE)
                db.session.execute(
                    update(WebhookEvent)
                    .where(WebhookEvent.id.in_(old), WebhookEvent.state == EventState.WAITING, WebhookEvent.endpoint_id.in_(paused))
                    .values(state=EventState.DEAD, finished_at=now())
                    .execution_options(synchronize_session=False)
                )
        gone += len(old)
        if len(old) < AT_ONCE:
            return gone
        last = old[-1]


def forget_addresses(at: datetime | None = None) -> int:
    """Delete callback addresses of which the log is empty and which no face has written down. Returns how many.

    One that an admin deleted stays as long as its system: else it would be called again after 30 days.
    Some systems give another address with each message; without this there would be one for each for ever.
    """
    before, gone, last = (at or now()) - KEPT, 0, 0
    is_refused = and_(WebhookEndpoint.state == EndpointState.DELETED, WebhookEndpoint.key.is_not(None))
    logged = select(WebhookEvent.id).where(WebhookEvent.endpoint_id == WebhookEndpoint.id).exists()
    while True:
        with transaction():
            rows = (
                select(WebhookEndpoint.id)
                .where(
                    WebhookEndpoint.id > last, WebhookEndpoint.bearer_id.is_not(None), WebhookEndpoint.created_at < before,
                    WebhookEndpoint.owned_by.is_(None), ~logged, ~is_refused,
                )
                .order_by(WebhookEndpoint.id)
                .limit(AT_ONCE)
                .with_for_update(skip_locked=True)
            )  # fmt: skip
            ids = list(db.session.scalars(rows))
            over = set(ids) - held(ids)
            db.session.execute(
                delete(WebhookEndpoint).where(WebhookEndpoint.id.in_(over), ~logged).execution_options(synchronize_session=False)
            )
        gone += len(over)
        if len(ids) < AT_ONCE:
            return gone
        last = ids[-1]
