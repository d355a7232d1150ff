"""What failed is corrected and goes out again; and what went out once goes to another number, too."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.files import chunks_of
from app.delivery.errors import NotFailed as NothingToSettle
from app.delivery.service import settle
from app.fax import numbers
from app.fax.errors_sending import NotFailed, NotSendable, OnlyThere
from app.fax.models import Direction, Fax, FaxPage, FaxPart, FaxStatus, LeftoverKind, Paper
from app.fax.queries_sending import pages_of, parts_of, sent_visible_to
from app.fax.service import sending
from app.fax.service.holding import refuse_held
from app.fax.service.leftovers import leave
from app.fax.service.looks import hold_in_outbox, index_words, touch
from app.fax.service.parts import throw_away

PATIENT_TRIES, PATIENT_PAUSE = 8, 900
"""Every quarter of an hour, so often."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is different the next time."""

    number: str
    name: str
    attention: str
    only_missing: bool = False
    """Without the pages that arrived."""
    at: datetime | None = None
    is_patient: bool = False
    """Tried more often, with longer pauses between."""
    is_fine: bool | None = None
    """None for as it was."""


def retry(staff: Staff, fax_id: int, wanted: Correction) -> Fax:
    """Correct what failed, and send it again. Raises NotFailed for anything else, NotSendable, NotVisible, and as `sending.send`."""
    fax = sent_visible_to(staff, fax_id)
    if fax.status != FaxStatus.FAILED:
        raise NotFailed
    address = numbers.recipient(wanted.number, fax.district_id)
    sending.check_time(wanted.at)
    if wanted.only_missing and address != fax.address:
        raise OnlyThere
    first = arrived(fax) + 1 if wanted.only_missing else 1
    reopen(staff, fax_id, wanted)
    tries, pause = (PATIENT_TRIES, PATIENT_PAUSE) if wanted.is_patient else (None, None)
    return sending.send(staff, fax_id, at=wanted.at, from_page=first, tries=tries, pause=pause)


def reopen(staff: Staff, fax_id: int, wanted: Correction | None = None) -> Fax:
    """Make a draft of what failed, with its pages and words. Raises NotFailed, UnderHold, NotVisible."""
    sent_visible_to(staff, fax_id)
    with transaction():
        fax = hold_in_outbox(fax_id)
        gone = make_draft(staff, fax, wanted)
        touch(fax)
    throw_away(gone)
    return fax


def make_draft(staff: Staff, fax: Fax, wanted: Correction | None = None) -> list[str]:
    """What failed can be written on; what the file store need not keep any more. Belongs into the transaction that holds it in the outbox.

    Raises as `reopen`.
    """
    if fax.status != FaxStatus.FAILED:
        raise NotFailed
    refuse_held(fax)
    if fax.delivery_id is not None:
        with suppress(NothingToSettle):  # the gate had stopped it
            settle(fax.delivery_id)
    gone = fax.document_key
    fax.status, fax.document_key, fax.send_at, fax.from_page = FaxStatus.DRAFT, None, wanted.at if wanted else None, 1
    fax.edition += 1
    if wanted is not None:
        fax.address, fax.name = numbers.as_kept(wanted.number), wanted.name.strip()[:200]
        fax.attention = wanted.attention.strip()[:200]
        if wanted.is_fine is not None:
            fax.quality = "fine" if wanted.is_fine else "standard"
        index_words(fax)
    leave(LeftoverKind.FILE, [gone] if gone else [])
    audit("fax.reopened", fax, {"to": fax.name or fax.address}, by=staff)
    return [gone] if gone else []


def arrived(fax: Fax) -> int:
    """How many of its pages the other side has from the newest try, counted from the first: with what had arrived before."""
    known = fax.from_page - 1 + fax.sent_pages
    return known if fax.sent_pages and known < fax.pages else fax.from_page - 1


def copy_for_another(staff: Staff, fax_id: int, *, uuid: UUID) -> Fax:
    """Begin a draft with the same pages and words, for another number. The same `uuid` (from the form) is the same draft.

    Raises NotSendable for one that is a draft itself, NotVisible.
    """
    fax = sent_visible_to(staff, fax_id)
    if (begun := _begun(staff, uuid)) is not None:
        return begun
    if fax.status == FaxStatus.DRAFT:
        raise NotSendable
    parts = [part for part in parts_of(fax_id) if not part.is_cover]
    pages = pages_of(parts)
    columns = {
        "school_id": fax.school_id, "phone_number_id": fax.phone_number_id, "own_name": fax.own_name, "subject": fax.subject,
        "has_cover": fax.has_cover, "cover_note": fax.cover_note, "quality": fax.quality, "emails": list(fax.emails),
        "is_restricted": fax.is_restricted,
    }  # fmt: skip
    release_connection()
    keys: list[str] = []
    try:
        rows = [
            (
                part,
                _copy(part.source_key, keys) if part.source_key else None,
                [_page(page, keys) for page in pages if page.part_id == part.id],
            )
            for part in parts
        ]
        with transaction():
            copy = Fax(
                uuid=uuid, district_id=staff.district_id, direction=Direction.OUT, status=FaxStatus.DRAFT, author_id=staff.id,
                paper=Paper.READY, copy_of_id=fax_id, created_at=now(), **columns,
            )  # fmt: skip
            db.session.add(copy)
            db.session.flush()
            for place, (part, source_key, drawn) in enumerate(rows, 1):
                _put(copy.id, place, part, source_key, drawn)
            index_words(copy)
            touch(copy)
    except BaseException as problem:
        throw_away(keys)
        if isinstance(problem, IntegrityError) and (begun := _begun(staff, uuid)) is not None:
            return begun  # the same form at the same moment
        raise
    return copy


def _put(fax_id: int, place: int, part: FaxPart, source_key: str | None, drawn: list[FaxPage]) -> None:
    fresh = FaxPart(
        fax_id=fax_id, position=place, name=part.name, source_key=source_key, source_type=part.source_type, size=part.size,
        pages=part.pages, paper=part.paper, problem=part.problem, paper_due_at=part.paper_due_at, created_at=now(),
    )  # fmt: skip
    db.session.add(fresh)
    db.session.flush()
    for page in drawn:
        page.fax_id, page.part_id = fax_id, fresh.id
        db.session.add(page)


def _page(page: FaxPage, keys: list[str]) -> FaxPage:
    return FaxPage(
        number=page.number, width=page.width, height=page.height, turn=page.turn, words=page.words, lines=list(page.lines),
        image_key=_copy(page.image_key, keys), screen_key=_copy(page.screen_key, keys), thumb_key=_copy(page.thumb_key, keys),
    )  # fmt: skip


def _copy(key: str, keys: list[str]) -> str:
    """A stored file once more, so that each fax may be deleted by itself."""
    store = file_store()
    with store.open(key) as source:
        fresh = store.save(chunks_of(source), extension=f".{key.rpartition('.')[2]}" if "." in key else "").key
    keys.append(fresh)
    return fresh


def _begun(staff: Staff, uuid: UUID) -> Fax | None:
    return db.session.scalar(select(Fax).where(Fax.uuid == uuid, Fax.author_id == staff.id))
