"""The bell menu reaches back 90 days, and so do callbacks of single texts."""

from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from app.api.courier.models import UserNotification
from app.api.courier.models.texts import SingleText
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


def end_callbacks() -> int:
    """Call nobody back any more about texts of more than 90 days, a thousand in a commit. Returns how many."""
    ended = 0
    while True:
        with transaction():
            calls_back = or_(SingleText.callback_endpoint_id.is_not(None), SingleText.status_endpoint_id.is_not(None))
            old = select(SingleText.id).where(calls_back, SingleText.created_at < now() - KEPT).order_by(SingleText.id)
            ids = list(db.session.scalars(old.limit(AT_ONCE)))
            quiet = update(SingleText).where(SingleText.id.in_(ids)).values(callback_endpoint_id=None, status_endpoint_id=None)
            db.session.execute(quiet.execution_options(synchronize_session=False))
        ended += len(ids)
        if len(ids) < AT_ONCE:
            return ended
