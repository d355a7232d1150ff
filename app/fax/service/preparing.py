"""From a fax that is to be sent on to its email in the outbox: taken up by one worker, written once."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import force_locale
from sqlalchemy import select, text

from app.accounts.models import Staff
from app.core.clock import now
from app.core.database import db, transaction
from app.core.files import MEGABYTE
from app.delivery.service import LetterRequest, Mailbox, enqueue_letter
from app.fax.forward_letters import letter_of
from app.fax.forward_links import LIFETIME
from app.fax.models import Fax, FaxForward, ForwardStatus, ForwardWay
from app.fax.models.forwards import PREPARING_ROWS
from app.fax.service.looks import hold, touch

OWNER = "fax_forward"
LEASE = timedelta(minutes=2)
"""Longer than nearly all documents take; then another worker takes it up, and who is first writes the email."""
PAUSE = timedelta(minutes=1)
MOST_TRIES = 5
MOST_ATTACHED = 15 * MEGABYTE
"""Mail servers refuse about 20 MB, and an attachment grows by a third on its way."""
NOT_PREPARED, DELETED, FILE_GONE = "fax_not_prepared", "fax_deleted", "fax_file_gone"


@dataclass(frozen=True, slots=True)
class Due:
    """One that a worker prepares now."""

    id: int
    fax_id: int
    tries: int


@dataclass(frozen=True, slots=True)
class Bound:
    """The document that goes along, made of the file `made_of`. `is_new` where nobody else knows it."""

    key: str
    made_of: str
    content_type: str
    name: str
    size: int
    is_new: bool = False


def take_up() -> Due | None:
    """The one that waits longest, if any; nobody else gets it meanwhile."""
    with transaction():
        moment = now()
        due = select(FaxForward).where(text(PREPARING_ROWS), FaxForward.due_at <= moment).order_by(FaxForward.due_at).limit(1)
        row = db.session.scalars(due.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        row.due_at, row.tries = moment + LEASE, row.tries + 1
        return Due(row.id, row.fax_id, row.tries)


def hand_over(forward_id: int, bound: Bound) -> bool:
    """Write its email into the outbox. False where that is done already, or the fax is gone: then the document is nobody's."""
    with transaction():
        row, fax = _held(forward_id)
        if row is None or fax is None or row.status != ForwardStatus.PREPARING:
            return False
        if fax.deleted_at is not None:
            _fail(row, fax, DELETED)
            return False
        if bound.size > MOST_ATTACHED:
            row.way = ForwardWay.LINK
        row.document_key, row.made_of, row.due_at, row.status = bound.key, bound.made_of, None, ForwardStatus.QUEUED
        if row.way == ForwardWay.LINK:
            row.expires_at = now() + LIFETIME
        sender = db.session.get(Staff, row.staff_id) if row.staff_id else None
        with force_locale(row.language):
            letter = letter_of(fax, row, bound, sender)
        request = LetterRequest(row.district_id, OWNER, row.id, letter, (Mailbox(row.address),), is_reply=True)
        (delivery,) = enqueue_letter(request)
        row.delivery_id = delivery.id
        touch(fax)
    return True


def put_off(due: Due) -> None:
    """It did not work this time; after some tries a person is told."""
    with transaction():
        row, fax = _held(due.id)
        if row is None or fax is None or row.status != ForwardStatus.PREPARING:
            return
        if due.tries >= MOST_TRIES:
            _fail(row, fax, NOT_PREPARED)
        else:
            row.due_at = now() + PAUSE * due.tries


def give_up(forward_id: int, code: str) -> None:
    """It will never work."""
    with transaction():
        row, fax = _held(forward_id)
        if row is not None and fax is not None and row.status == ForwardStatus.PREPARING:
            _fail(row, fax, code)


def _fail(row: FaxForward, fax: Fax, code: str) -> None:
    row.status, row.error_code, row.due_at = ForwardStatus.FAILED, code, None
    if fax.is_inbound:
        fax.read_at = fax.read_by_id = None  # the office looks at it again
    touch(fax)


def _held(forward_id: int) -> tuple[FaxForward | None, Fax | None]:
    """Both, the fax first: who forwards holds that one, too."""
    fax_id = db.session.scalar(select(FaxForward.fax_id).where(FaxForward.id == forward_id))
    if fax_id is None:
        return None, None
    fax = hold(fax_id)
    return db.session.get(FaxForward, forward_id, populate_existing=True, with_for_update=True), fax
