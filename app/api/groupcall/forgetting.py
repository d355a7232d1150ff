"""Orders are kept a little longer than the longest report of usage reaches back."""

from datetime import timedelta

from sqlalchemy import delete, select

from app.api.groupcall.models import GroupcallRecipient, GroupcallSend
from app.conversations.service.attachments import throw_away
from app.core.clock import now
from app.core.database import db, release_connection, transaction

KEPT = timedelta(days=400)
AT_ONCE = 500


def forget_old() -> int:
    """Delete orders of more than 400 days with their recipients and files, some in a commit. Returns how many.

    Nothing of them waits any more: what is ordered for later is ordered for a year ahead at most.
    """
    gone = 0
    while True:
        with transaction():
            oldest = db.session.scalars(
                select(GroupcallSend).order_by(GroupcallSend.id).limit(AT_ONCE)
            )  # by the key: numbers grow with time
            sends = [send for send in oldest if send.created_at < now() - KEPT]
            numbers = [send.id for send in sends]
            keys = [one["key"] for send in sends for one in send.media]
            for table, column in ((GroupcallRecipient, GroupcallRecipient.send_id), (GroupcallSend, GroupcallSend.id)):
                db.session.execute(delete(table).where(column.in_(numbers)).execution_options(synchronize_session=False))
            db.session.expunge_all()
        release_connection()
        throw_away(*keys)
        gone += len(numbers)
        if len(numbers) < AT_ONCE:
            return gone
