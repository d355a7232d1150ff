"""What batches of a customer still have in the queue, and what becomes of it where an admin calls it off."""

from flask_babel import ngettext
from sqlalchemy import ColumnElement, func, select, text

from app.accounts.models import Bearer, Staff
from app.accounts.unsent import Kind, Unsent, beginning
from app.api.groupcall.models import QUEUED, Fate, GroupcallRecipient, GroupcallSend
from app.api.groupcall.progress import move
from app.core.database import db, transaction

CALLED_OFF = "called_off"


def count(bearer: Bearer) -> int:
    """How many recipients."""
    return db.session.scalar(select(func.count(GroupcallRecipient.id)).where(_queued_of(bearer))) or 0


def first(bearer: Bearer, most: int) -> list[Unsent]:
    """By batch: how many are left, and how it begins."""
    columns = func.count(GroupcallRecipient.id), func.min(GroupcallRecipient.due_at).label("at"), func.min(GroupcallRecipient.body)
    asked = select(GroupcallSend.subject, *columns).join(GroupcallSend, GroupcallSend.id == GroupcallRecipient.send_id)
    rows = db.session.execute(asked.where(_queued_of(bearer)).group_by(GroupcallSend.id).order_by("at").limit(most))
    return [
        Unsent(Kind.BATCH, f"{ngettext('%(num)s recipient', '%(num)s recipients', number)}: {beginning(subject or body)}", at)
        for subject, number, at, body in rows
    ]


def call_off(_actor: Staff, bearer: Bearer, most: int) -> int:
    """So many, each told as failed: the contract knows no other word for it. Returns how many."""
    with transaction():
        waits = select(GroupcallRecipient).where(_queued_of(bearer)).order_by(GroupcallRecipient.id).limit(most)
        found = db.session.scalars(waits.with_for_update().execution_options(populate_existing=True)).all()
        for recipient in found:
            recipient.body = ""
            move(recipient, Fate.FAILED, CALLED_OFF)
    return len(found)


def _queued_of(bearer: Bearer) -> ColumnElement[bool]:
    queued = select(GroupcallRecipient.id).where(text(QUEUED), GroupcallRecipient.bearer_id == bearer.id)
    return GroupcallRecipient.id.in_(queued)
