"""Faxes that leave by themselves: which ones are due, and what becomes of one that cannot."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select, text

from app.accounts.behind import acting_for
from app.accounts.models import Bearer, Staff
from app.accounts.queries_access import still_acting
from app.core.clock import now
from app.core.database import db, transaction
from app.fax.models import Fax, FaxPart, FaxStatus, Paper
from app.fax.models.faxes import LEAVING_ROWS
from app.fax.service import ordering, parts, sending
from app.fax.service.looks import hold, touch
from app.fax.service.outcome_mails import tell_never_left

LEASE = timedelta(minutes=2)
"""Longer than putting the document together takes; after it another worker tries."""


@dataclass(frozen=True, slots=True)
class Due:
    """One that a worker has taken up."""

    fax_id: int
    author_id: int
    bearer_id: int | None
    """The system that asked for it."""
    send_at: datetime | None


def take_up() -> Due | None:
    """The next one whose files are all drawn, or never will be; nobody else gets it meanwhile."""
    with transaction():
        is_drawn = ~exists().where(FaxPart.fax_id == Fax.id, FaxPart.paper == Paper.WAITING)
        due = select(Fax).where(text(LEAVING_ROWS), Fax.leave_due_at <= now(), is_drawn).order_by(Fax.leave_due_at).limit(1)
        fax = db.session.scalar(due.with_for_update(skip_locked=True).execution_options(populate_existing=True))
        if fax is None:
            return None
        fax.leave_due_at = now() + LEASE
        return Due(fax.id, fax.author_id or 0, fax.bearer_id, fax.send_at)


def send(due: Due) -> None:
    """As whoever ordered it. Raises BearerClosed, and as `sending.send`: the row tells two workers apart, so it leaves once."""
    author = db.session.get_one(Staff, due.author_id)
    at = due.send_at if due.send_at is not None and due.send_at > now() else None
    bearer = still_acting(due.bearer_id)[0] if due.bearer_id is not None else None
    with acting_for(bearer, author) if bearer is not None else nullcontext():
        sending.send(author, due.fax_id, at=at)


def put_off(due: Due, wait: timedelta) -> None:
    """Once more later."""
    with transaction():
        fax = hold(due.fax_id)
        if fax.leave_due_at is not None:
            fax.leave_due_at = now() + wait


def forget(due: Due) -> None:
    """It is no draft any more, or somebody's own: whoever changed it decides."""
    with transaction():
        hold(due.fax_id).leave_due_at = None


def put_away(due: Due) -> None:
    """Nobody acts any more for the system that ordered it: thrown away, as when whoever removes the system gets to it. Raises UnderHold."""
    author = db.session.get_one(Staff, due.author_id)
    bearer = db.session.get(Bearer, due.bearer_id)
    gone: list[str] = []
    with acting_for(bearer, author) if bearer is not None else nullcontext(), transaction():
        fax = hold(due.fax_id)
        if fax.leave_due_at is not None and fax.status == FaxStatus.DRAFT:
            gone = ordering.put_away(author, fax)
    parts.throw_away(gone)


def give_up(due: Due, code: str) -> None:
    """It never left, and `code` says why: it can be corrected and sent again, as any that failed."""
    with transaction():
        fax = hold(due.fax_id)
        if fax.leave_due_at is None or fax.status != FaxStatus.DRAFT:
            return
        fax.status, fax.failure, fax.finished_at, fax.leave_due_at = FaxStatus.FAILED, code, now(), None
        tell_never_left(fax)
        touch(fax)
