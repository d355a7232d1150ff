"""The bell menu reaches back 90 days."""

from datetime import timedelta

from sqlalchemy import delete, select

from app.api.courier.models import UserNotification
from app.core.clock import now
from app.core.database import db, transaction

KEPT = timedelta(days=90)
AT_ONCE = 1000


def forget_notifications() -> int:
    """Delete what is older, a thousand in a commit, acknowledged or not. Returns how many."""
    gone = 0
    while True:
        with transaction():
            old = select(UserNotification.id).where(UserNotification.created_at < now() - KEPT).order_by(UserNotification.created_at)
            ids = list(db.session.scalars(old.limit(AT_ONCE)))
            db.session.execute(delete(UserNotification).where(UserNotification.id.in_(ids)).execution_options(synchronize_session=False))
        gone += len(ids)
        if len(ids) < AT_ONCE:
            return gone
