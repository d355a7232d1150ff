"""Faxes that are being written: a row from the first change on, kept as one writes, and thrown away only by somebody."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.core.clock import now
from app.core.database import db, transaction
from app.fax import numbers
from app.fax.errors import FaxMoved
from app.fax.errors_sending import NoFaxNumber, NotADraft
from app.fax.models import Direction, Fax, FaxStatus, Paper
from app.fax.queries import fax_visible_to
from app.fax.queries_sending import Sender, draft_visible_to, senders_of, sent_visible_to
from app.fax.service.holding import refuse_held
from app.fax.service.looking import note_edited
from app.fax.service.looks import index_words, touch

LONGEST_NAME, LONGEST_SUBJECT, LONGEST_NOTE = 200, 255, 2000
MOST_EMAILS = 5
MOST_EMAILS_KEPT = 50
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""What a draft keeps that is to go out later, and nobody said when yet: it never leaves at once by mistake."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody writes. `number` as it was typed."""

    number: str = ""
    name: str = ""
    attention: str = ""
    sender_id: int | None = None
    """Which of our fax numbers; the first of one's own, if it is None."""
    subject: str = ""
    has_cover: bool = True
    note: str = ""
    is_fine: bool = True
    emails: tuple[str, ...] = ()
    send_at: datetime | None = None
    copy_of_id: int | None = None


def create(staff: Staff, draft: Draft, *, uuid: UUID, page: str | None = None) -> Fax:
    """Begin one. The same `uuid` (from the form) saves the one that it began. Raises NoFaxNumber, NotVisible, NotADraft, FaxMoved."""
    if (begun := _begun(staff, uuid)) is not None:
        return save(staff, begun.id, draft, edition=begun.edition, page=page)
    sender = _sender(staff, draft.sender_id)
    if draft.copy_of_id is not None:
        fax_visible_to(staff, draft.copy_of_id)
    try:
        with transaction():
            fax = Fax(
                uuid=uuid, district_id=staff.district_id, direction=Direction.OUT, status=FaxStatus.DRAFT, author_id=staff.id,
                paper=Paper.READY, copy_of_id=draft.copy_of_id, saved_by_page=page, created_at=now(), **_columns(draft, sender),
            )  # fmt: skip
            db.session.add(fax)
            db.session.flush()
            index_words(fax)
            note_edited(staff, fax)
            touch(fax)
    except IntegrityError:  # the same form at the same moment
        if (begun := _begun(staff, uuid)) is None:
            raise FaxMoved from None  # somebody else's form has this key
        return save(staff, begun.id, draft, edition=begun.edition, page=page)
    return fax


def save(staff: Staff, fax_id: int, draft: Draft, *, edition: int, page: str | None = None) -> Fax:
    """Keep what is written now; one that was to leave by itself waits for its writer from here on.

    An older `edition` will do for the `page` that saved the newest one, and did not hear of it.

    Raises FaxMoved, NotADraft, UnderHold, NoFaxNumber, NotVisible.
    """
    before = sent_visible_to(staff, fax_id)
    sender = _sender(staff, draft.sender_id or before.phone_number_id)
    is_newest: ColumnElement[bool] = Fax.edition == edition
    if page is not None:
        is_newest = or_(is_newest, Fax.saved_by_page == page)
    with transaction():
        changed = db.session.scalar(
            update(Fax)
            .where(Fax.id == fax_id, Fax.status == FaxStatus.DRAFT, Fax.deleted_at.is_(None), Fax.held_at.is_(None), is_newest)
            .values(edition=Fax.edition + 1, saved_by_page=page, leave_due_at=None, **_columns(draft, sender))
            .returning(Fax.id)
            .execution_options(synchronize_session=False)
        )
        if changed is None:
            fresh = db.session.get_one(Fax, fax_id, populate_existing=True)
            refuse_held(fresh)
            raise FaxMoved if fresh.status == FaxStatus.DRAFT and fresh.deleted_at is None else NotADraft
        fax = db.session.get_one(Fax, fax_id, populate_existing=True)
        index_words(fax)
        note_edited(staff, fax)
        touch(fax)
    return fax


def discard(staff: Staff, fax_id: int) -> Fax:
    """Throw a draft away; it can be taken out again for a while. Raises NotADraft, UnderHold, NotVisible."""
    draft_visible_to(staff, fax_id)
    with transaction():
        gone = db.session.scalar(
            update(Fax)
            .where(Fax.id == fax_id, Fax.status == FaxStatus.DRAFT, Fax.deleted_at.is_(None), Fax.held_at.is_(None))
            .values(deleted_at=now(), deleted_by_id=staff.id)
            .returning(Fax.id)
            .execution_options(synchronize_session=False)
        )
        if gone is None:
            refuse_held(db.session.get_one(Fax, fax_id, populate_existing=True))
            raise NotADraft
        fax = db.session.get_one(Fax, fax_id, populate_existing=True)
        audit("fax.draft_discarded", fax, {"to": fax.name or fax.address}, by=staff)
        touch(fax)
    return fax


def draft_of(fax: Fax) -> Draft:
    """What stands in one."""
    return Draft(
        number=fax.address, name=fax.name, attention=fax.attention, sender_id=fax.phone_number_id, subject=fax.subject,
        has_cover=fax.has_cover, note=fax.cover_note, is_fine=fax.quality == "fine", emails=tuple(fax.emails), send_at=fax.send_at,
        copy_of_id=fax.copy_of_id,
    )  # fmt: skip


def answer_to(staff: Staff, fax_id: int) -> Draft:
    """What an answer to a received fax begins with: from the number that it came to, back to where it came from. Raises NotVisible."""
    fax = fax_visible_to(staff, fax_id)
    mine = {one.number.id for one in senders_of(staff)}
    return replace(
        Draft(), number=fax.address, name=fax.name, sender_id=fax.phone_number_id if fax.phone_number_id in mine else None,
        subject=_about(fax.subject), copy_of_id=fax.id, emails=tuple(filter(None, [staff.mailbox])),
    )  # fmt: skip


def _about(subject: str) -> str:
    is_one = not subject or subject.lower().startswith("re:")
    return subject if is_one else f"Re: {subject}"[:LONGEST_SUBJECT]


def tidy_emails(words: Iterable[str]) -> tuple[str, ...]:
    """Addresses as they are kept: small letters, each once. Also more than MOST_EMAILS: then sending says so."""
    return tuple(dict.fromkeys(one.strip().lower()[:254] for one in words if one.strip()))[:MOST_EMAILS_KEPT]


def _columns(draft: Draft, sender: Sender) -> dict[str, object]:
    address = numbers.as_kept(draft.number)
    return {
        "phone_number_id": sender.number.id, "school_id": sender.number.school_id, "own_name": sender.name, "address": address,
        "name": draft.name.strip()[:LONGEST_NAME], "attention": draft.attention.strip()[:LONGEST_NAME],
        "subject": draft.subject.strip()[:LONGEST_SUBJECT], "has_cover": draft.has_cover,
        "cover_note": draft.note.replace("\r\n", "\n").strip()[:LONGEST_NOTE], "quality": "fine" if draft.is_fine else "standard",
        "emails": list(tidy_emails(draft.emails)), "send_at": draft.send_at,
    }  # fmt: skip


def _sender(staff: Staff, number_id: int | None) -> Sender:
    """Raises NoFaxNumber."""
    mine = senders_of(staff)
    chosen = next((one for one in mine if one.number.id == number_id), mine[0] if mine else None)
    if chosen is None:
        raise NoFaxNumber
    return chosen


def _begun(staff: Staff, uuid: UUID) -> Fax | None:
    """What this form began before; nobody else's."""
    return db.session.scalar(select(Fax).where(Fax.uuid == uuid, Fax.author_id == staff.id).execution_options(populate_existing=True))
