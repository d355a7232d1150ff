"""Faxes that other systems have sent: one call with a file and a number. It leaves by itself once its pages are there.

What comes of it is what comes of a fax that somebody writes: the same checks, the same outbox, the same night that is kept quiet.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from flask import current_app

from app.accounts.behind import bearer_behind
from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.carrier.fax_choice import has_faxes
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.uploads import TakenFile
from app.fax import numbers
from app.fax.errors_sending import NoFaxLine, NoFaxNumber, NotFailed, NotWaiting
from app.fax.events import LeaveWaiting, PaperWaiting
from app.fax.models import Direction, Fax, FaxStatus, Paper
from app.fax.queries_sending import Sender, senders_of, sent_visible_to
from app.fax.service import parts, retrying, sending
from app.fax.service.drafts import LONGEST_NAME, LONGEST_SUBJECT, tidy_emails
from app.fax.service.holding import refuse_held
from app.fax.service.looks import hold_in_outbox, index_words, touch


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was given."""

    stream: BinaryIO
    name: str
    mime: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is said of a fax; None leaves as it is what stands there already."""

    number: str | None = None
    sender_id: int | None = None
    """Which of our fax numbers."""
    name: str | None = None
    own_name: str | None = None
    """In whose name, where it is not the school's."""
    subject: str | None = None
    emails: Sequence[str] | None = None
    at: datetime | None = None
    document: Document | None = None


def order(staff: Staff, wanted: Change) -> Fax:
    """Have a document sent, at once or at a time to come. It needs a number, a sender and a document.

    Raises a NotSendable that says what to put right, UploadRefused, FileTooLarge; then nothing is kept.
    """
    address, sender = numbers.recipient(wanted.number or "", staff.district_id), _sender(staff, wanted.sender_id)
    _check(wanted)
    with _taken(wanted) as file, transaction():
        fax = Fax(
            district_id=staff.district_id, direction=Direction.OUT, status=FaxStatus.DRAFT, author_id=staff.id, paper=Paper.READY,
            created_at=now(), has_cover=False, address=address, emails=[], bearer_id=bearer_behind(),
        )  # fmt: skip
        _put_sender(fax, sender)
        _put_words(fax, wanted)
        db.session.add(fax)
        db.session.flush()
        if file is not None:
            db.session.add(parts.new_part(fax.id, 1, file))
            open_events().append(PaperWaiting())
        _let_leave(fax)
    return fax


def change(staff: Staff, fax_id: int, wanted: Change) -> Fax:
    """Another time, number, document or name for what waits for its time.

    Raises NotWaiting, AlreadyLeft, UnderHold, NotVisible, and as `order`.
    """
    sent_visible_to(staff, fax_id)
    gone: list[str] = []
    _check(wanted)
    with _taken(wanted) as file, transaction():
        fax = hold_in_outbox(fax_id)
        if not waits(fax):
            raise NotWaiting
        if fax.status != FaxStatus.DRAFT:
            gone = sending.take_back(staff, fax)
        _put(staff, fax, wanted)
        if file is not None:
            gone += parts.replace_all(fax, file)
        _let_leave(fax)
    parts.throw_away(gone)
    return fax


def call_off(staff: Staff, fax_id: int) -> Fax:
    """What waits for its time never leaves, and is thrown away. Raises as `change`."""
    sent_visible_to(staff, fax_id)
    gone: list[str] = []
    with transaction():
        fax = hold_in_outbox(fax_id)
        if not waits(fax):
            raise NotWaiting
        gone = put_away(staff, fax)
    parts.throw_away(gone)
    return fax


def put_away(staff: Staff, fax: Fax) -> list[str]:
    """Out of the outbox, and out of the list; what the store need not keep any more. Belongs into the transaction that holds it there.

    Raises AlreadyLeft, UnderHold.
    """
    gone = sending.take_back(staff, fax) if fax.status != FaxStatus.DRAFT else []
    refuse_held(fax)
    fax.leave_due_at, fax.deleted_at, fax.deleted_by_id = None, now(), staff.id
    audit("fax.draft_discarded", fax, {"to": fax.name or fax.address}, by=staff)
    touch(fax)
    return gone


def correct(staff: Staff, fax_id: int, wanted: Change) -> Fax:
    """Put right what failed, without sending it. Raises NotFailed, UnderHold, NotVisible, and as `order`."""
    if sent_visible_to(staff, fax_id).status != FaxStatus.FAILED:
        raise NotFailed
    gone: list[str] = []
    _check(wanted)
    with _taken(wanted) as file, transaction():
        fax = hold_in_outbox(fax_id)
        if fax.status != FaxStatus.FAILED:
            raise NotFailed
        refuse_held(fax)
        _put(staff, fax, wanted)
        if file is not None:
            gone = parts.replace_all(fax, file)
            fax.pages, fax.thumb_key = 0, None
        index_words(fax)
        audit("fax.edited", fax, {}, by=staff)
        touch(fax)
    parts.throw_away(gone)
    return fax


def again(staff: Staff, fax_id: int) -> Fax:
    """Send what failed once more, as it stands. Raises NotFailed, NoFaxLine, UnderHold, NotVisible."""
    sent_visible_to(staff, fax_id)
    if not has_faxes(current_app):
        raise NoFaxLine
    with transaction():
        fax = hold_in_outbox(fax_id)
        gone = retrying.make_draft(staff, fax)
        _let_leave(fax)
    parts.throw_away(gone)
    return fax


def waits(fax: Fax) -> bool:
    """Whether it waits for its time: in the outbox, or still with its pages being made."""
    if fax.deleted_at is not None:
        return False
    is_ordered = fax.status == FaxStatus.DRAFT and fax.leave_due_at is not None and fax.send_at is not None
    return is_ordered or (fax.status == FaxStatus.SCHEDULED and fax.delivery_id is not None)


@contextmanager
def _taken(wanted: Change) -> Iterator[TakenFile | None]:
    """Its file in the store, which goes again where the change does not come about."""
    document = wanted.document
    if document is None:
        yield None
        return
    file = parts.take(document.stream, filename=document.name, claimed_mime=document.mime)
    try:
        yield file
    except BaseException:
        parts.throw_away([file.stored.key])
        raise


def _check(wanted: Change) -> None:
    if not has_faxes(current_app):
        raise NoFaxLine
    if wanted.emails is not None:
        sending.check_emails(tidy_emails(wanted.emails))
    sending.check_time(wanted.at)


def _put(staff: Staff, fax: Fax, wanted: Change) -> None:
    if wanted.number is not None:
        fax.address = numbers.recipient(wanted.number, fax.district_id)
    if wanted.sender_id is not None:
        _put_sender(fax, _sender(staff, wanted.sender_id))
    _put_words(fax, wanted)


def _put_words(fax: Fax, wanted: Change) -> None:
    if wanted.name is not None:
        fax.name = wanted.name.strip()[:LONGEST_NAME]
    if wanted.own_name is not None:
        fax.own_name = wanted.own_name.strip()[:LONGEST_NAME]
    if wanted.subject is not None:
        fax.subject = wanted.subject.strip()[:LONGEST_SUBJECT]
    if wanted.emails is not None:
        fax.emails = list(tidy_emails(wanted.emails))
    if wanted.at is not None:
        fax.send_at = wanted.at


def _put_sender(fax: Fax, sender: Sender) -> None:
    fax.phone_number_id, fax.school_id, fax.own_name = sender.number.id, sender.number.school_id, sender.name


def _sender(staff: Staff, number_id: int | None) -> Sender:
    """Raises NoFaxNumber."""
    chosen = next((one for one in senders_of(staff) if one.number.id == number_id), None)
    if chosen is None:
        raise NoFaxNumber
    return chosen


def _let_leave(fax: Fax) -> None:
    """A worker looks at once, and again once its pages are there."""
    fax.leave_due_at = now()
    index_words(fax)
    touch(fax)
    open_events().append(LeaveWaiting())
