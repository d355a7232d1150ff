"""A draft goes out: judged, made into one document, and put into the outbox in one commit; a moment later it can still be taken back."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _

from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.carrier.fax_choice import has_faxes
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.documents.pages import MOST_PAGES
from app.core.wall_clock import LATEST, Trouble, trouble_words
from app.delivery.models import Delivery, DeliveryState
from app.delivery.service import EnqueueRequest, Recipient, enqueue, withdraw
from app.directory.models import School
from app.fax import numbers
from app.fax.errors import FaxMoved
from app.fax.errors_sending import (
    BadEmail,
    BadTime,
    NoFaxLine,
    NoFaxNumber,
    NotWaiting,
    PagesBroken,
    PagesMissing,
    PagesNotReady,
    TooManyParts,
)
from app.fax.joining import joined
from app.fax.models import Fax, FaxPage, FaxStatus, LeftoverKind, Paper
from app.fax.queries_sending import draft_visible_to, pages_of, parts_of, sent_visible_to
from app.fax.service import covers
from app.fax.service.contacts import is_machine, know
from app.fax.service.drafts import MOST_EMAILS, NO_TIME
from app.fax.service.holding import refuse_held
from app.fax.service.leftovers import leave
from app.fax.service.looks import hold_in_outbox, index_words, touch
from app.fax.service.parts import held_draft, throw_away

_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
UNDO = timedelta(seconds=10)
LONGEST_STATION = 20
"""Of the identification that machines exchange (ITU-T T.30)."""
WAITING = frozenset({FaxStatus.QUEUED, FaxStatus.SCHEDULED})


def check(fax: Fax) -> str:
    """The number that a draft would go to. Raises a NotSendable that says what to put right."""
    if not has_faxes(current_app):
        raise NoFaxLine
    if fax.phone_number_id is None:
        raise NoFaxNumber
    address = numbers.recipient(fax.address, fax.district_id)
    check_emails(fax.emails)
    files = [part for part in parts_of(fax.id) if not part.is_cover]
    if any(part.paper == Paper.BROKEN for part in files):
        raise PagesBroken
    if any(part.paper == Paper.WAITING for part in files):
        raise PagesNotReady
    if not files and not (fax.has_cover and (fax.cover_note or fax.subject)):
        raise PagesMissing
    _refuse_too_long(sum(part.pages for part in files) + fax.has_cover)
    return address


def send(
    staff: Staff, fax_id: int, *, at: datetime | None = None, version: int | None = None, from_page: int = 1, tries: int | None = None,
    pause: int | None = None,
) -> Fax:  # fmt: skip
    """Send a draft, at once (after the moment in which it can be taken back) or at a time to come.

    Only as of that `version`, where somebody saw it so. Pages before `from_page` stay here; it is tried as often as usual, unless
    `tries` and the `pause` between them (seconds) say otherwise.

    Raises a NotSendable, FaxMoved (somebody changed it while it was made into one document), NotADraft, NotVisible, DocumentRefused.
    """
    fax = draft_visible_to(staff, fax_id)
    check(fax)
    check_time(at)
    covers.bring_up_to_date(fax)
    seen, address, pages = _as_it_is_now(staff, fax_id)
    if version not in {None, seen}:
        raise FaxMoved
    document = joined(pages[from_page - 1 :], is_fine=fax.quality == "fine")
    try:
        with transaction():
            fax = held_draft(fax_id, version=seen)
            dispatch(fax, address, document.key, pages, at=at, from_page=from_page, tries=tries, pause=pause)
            audit("fax.scheduled" if at else "fax.sent", fax, {"to": fax.name or address, "pages": fax.pages}, by=staff)
    except BaseException:
        throw_away([document.key])
        raise
    return fax


def _as_it_is_now(staff: Staff, fax_id: int) -> tuple[int, str, list[FaxPage]]:
    """Its version, number and pages, which belong together: whoever changes anything from here on counts the version on.

    Drawing the cover took a moment, in which a colleague may have changed the number, or put a file into it. Raises FaxMoved where
    the cover is older than that, and as `check`.
    """
    release_connection()
    fax = draft_visible_to(staff, fax_id)
    db.session.refresh(fax)
    seen, address = fax.version, check(fax)
    if not covers.is_up_to_date(fax):
        raise FaxMoved
    pages = pages_of(parts_of(fax_id))
    _refuse_too_long(len(pages))
    return seen, address, pages


def dispatch(
    fax: Fax, address: str, document_key: str, pages: list[FaxPage], *, at: datetime | None, from_page: int = 1, tries: int | None = None,
    pause: int | None = None,
) -> None:  # fmt: skip
    """Put a fax whose document is made into the outbox. Belongs into the transaction that holds its row."""
    if fax.name:
        know(fax.district_id, address, name=fax.name)
    fax.address, fax.status, fax.send_at = address, FaxStatus.SCHEDULED if at else FaxStatus.QUEUED, at
    fax.pages, fax.thumb_key, fax.document_key = len(pages), pages[0].thumb_key, document_key
    fax.from_page, fax.sent_pages, fax.failure, fax.finished_at, fax.seconds, fax.leave_due_at = from_page, 0, None, None, None, None
    index_words(fax)
    details = {"fine": fax.quality == "fine", "station": station_of(fax), "pages": len(pages) - from_page + 1}
    details |= {"tries": tries, "pause": pause} if tries else {}
    request = EnqueueRequest(
        district_id=fax.district_id, owner_kind="fax", owner_id=fax.id, body=fax.subject, channel="fax",
        recipients=(Recipient(address, fax.phone_number_id or 0),), due_at=at or now() + UNDO, details=details, segments=1,
        media=({"key": document_key, "content_type": "application/pdf", "name": "fax.pdf"},),
        is_reply=is_machine(fax.district_id, address),
    )  # fmt: skip
    (delivery,) = enqueue(request)
    fax.delivery_id = delivery.id
    fax.send_at = at or delivery.held_until
    touch(fax)


def recall(staff: Staff, fax_id: int) -> Fax:
    """Take back what waits: it is a draft again, and nothing of it is lost. Raises AlreadyLeft, NotWaiting, UnderHold, NotVisible."""
    sent_visible_to(staff, fax_id)
    with transaction():
        fax = hold_in_outbox(fax_id)
        gone = take_back(staff, fax)
        touch(fax)
    throw_away(gone)
    return fax


def take_back(staff: Staff, fax: Fax) -> list[str]:
    """Out of the outbox; what the store need not keep any more. Belongs into the transaction that holds it there. Raises as `recall`."""
    if fax.status not in WAITING or fax.delivery_id is None:
        raise NotWaiting
    refuse_held(fax)
    delivery_id, gone = fax.delivery_id, fax.document_key
    if fax.status == FaxStatus.QUEUED:
        fax.send_at = None  # it was to go at once, and only the night held it
    fax.status, fax.delivery_id, fax.document_key = FaxStatus.DRAFT, None, None
    db.session.flush()
    withdraw(delivery_id)
    leave(LeftoverKind.FILE, [gone] if gone else [])
    audit("fax.recalled", fax, {"to": fax.name or fax.address}, by=staff)
    return [gone] if gone else []


def reschedule(staff: Staff, fax_id: int, at: datetime | None) -> Fax:
    """Have what waits go out at another time, or at once. Raises BadTime, AlreadyLeft, NotWaiting, NotVisible."""
    sent_visible_to(staff, fax_id)
    check_time(at)
    with transaction():
        fax = hold_in_outbox(fax_id)
        if fax.status not in WAITING or fax.delivery_id is None or fax.document_key is None:
            raise NotWaiting
        old, document_key = fax.delivery_id, fax.document_key
        fax.delivery_id = None
        db.session.flush()
        withdraw(old)
        pages = pages_of(parts_of(fax_id))
        dispatch(fax, fax.address, document_key, pages, at=at, from_page=fax.from_page, **_patience(old))
        audit("fax.scheduled" if at else "fax.sent", fax, {"to": fax.name or fax.address, "pages": fax.pages}, by=staff)
    return fax


def check_emails(emails: Sequence[str]) -> None:
    """Raises BadEmail."""
    wrong = next((one for one in emails if not _EMAIL.fullmatch(one)), None)
    if wrong is not None:
        raise BadEmail(_("%(address)s is no email address. Correct it, or take it away.", address=wrong))
    if len(emails) > MOST_EMAILS:
        raise BadEmail(_("At most %(most)s people are told of the outcome. Take some addresses away.", most=MOST_EMAILS))


def check_time(at: datetime | None) -> None:
    """Raises BadTime for what is no time to come."""
    if at is None:
        return
    if at == NO_TIME:
        raise BadTime(trouble_words(Trouble.NOTHING))
    if at <= now():
        raise BadTime(trouble_words(Trouble.PAST))
    if at > now() + LATEST:
        raise BadTime(trouble_words(Trouble.FAR))


def _refuse_too_long(pages: int) -> None:
    if pages > MOST_PAGES:
        raise TooManyParts(_("A fax has at most %(most)s pages. Send the rest as another fax.", most=MOST_PAGES))


def station_of(fax: Fax) -> str:
    """What the head of each page says of us: letters that any machine prints."""
    school = db.session.get(School, fax.school_id) if fax.school_id else None
    name = (school.short_name or school.name) if school is not None else fax.own_name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(plain.upper().split())[:LONGEST_STATION].strip()


def may_recall(fax: Fax) -> bool:
    """Whether nobody has taken it out of the outbox yet."""
    if fax.status not in WAITING or fax.delivery_id is None:
        return False
    delivery = db.session.get(Delivery, fax.delivery_id)
    return delivery is not None and delivery.state == DeliveryState.PENDING


def _patience(delivery_id: int) -> dict[str, int | None]:
    """How often the house was to try it."""
    details = db.session.get_one(Delivery, delivery_id).content.details
    return {"tries": details.get("tries"), "pause": details.get("pause")}
