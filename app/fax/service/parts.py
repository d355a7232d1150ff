"""The files that a fax is made of: each kept at once, judged by its content, drawn by the worker; put in order, taken away."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO, TypeVar

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from app.accounts.models import Staff
from app.config import Settings
from app.conversations.service.attachments import file_store
from app.core import uploads
from app.core.clock import now
from app.core.content_types import GIF, JPEG, PDF, PNG, TIFF, WEBP, FileType
from app.core.database import db, open_events, release_connection, transaction
from app.core.errors import NotVisible
from app.core.uploads import TakenFile, UploadRefused, Why
from app.fax.errors import FaxMoved
from app.fax.errors_sending import NotADraft, TooManyParts
from app.fax.events import PaperWaiting
from app.fax.models import Fax, FaxPage, FaxPart, FaxStatus, LeftoverKind, Paper
from app.fax.queries_sending import draft_visible_to, parts_of
from app.fax.service.holding import refuse_held
from app.fax.service.leftovers import leave
from app.fax.service.looking import note_edited
from app.fax.service.looks import hold, touch

MOST_PARTS = 20
Item = TypeVar("Item")
TAKEN: tuple[FileType, ...] = (PDF, JPEG, PNG, GIF, WEBP, TIFF)
WORD = (".doc", ".docx", ".odt", ".rtf", ".pages")


def attach(staff: Staff, fax_id: int, stream: BinaryIO, *, filename: str | None, claimed_mime: str | None = None) -> FaxPart:
    """Put a file at the end. Raises UploadRefused, FileTooLarge, TooManyParts, NotADraft, NotVisible; then nothing is kept."""
    draft_visible_to(staff, fax_id)
    _refuse_too_many(fax_id)
    taken = take(stream, filename=filename, claimed_mime=claimed_mime)
    try:
        with transaction() as events:
            fax = held_draft(fax_id)
            _refuse_too_many(fax_id)
            last = db.session.scalar(select(func.max(FaxPart.position)).where(FaxPart.fax_id == fax_id)) or 0
            part = new_part(fax_id, last + 1, taken)
            db.session.add(part)
            db.session.flush()
            note_edited(staff, fax)
            touch(fax)
            events.append(PaperWaiting())
    except BaseException:
        file_store().delete(taken.stored.key)
        raise
    return part


def remove(staff: Staff, fax_id: int, part_id: int) -> None:
    """Take a file away, with its pages. Raises NotADraft, NotVisible."""
    draft_visible_to(staff, fax_id)
    with transaction():
        fax = held_draft(fax_id)
        part = _part(fax_id, part_id)
        keys = keys_of([part])
        db.session.execute(delete(FaxPage).where(FaxPage.part_id == part_id))
        db.session.execute(delete(FaxPart).where(FaxPart.id == part_id))
        db.session.expunge(part)
        _number(_files(fax_id))
        leave(LeftoverKind.FILE, keys)
        note_edited(staff, fax)
        touch(fax)
    throw_away(keys)


def move(staff: Staff, fax_id: int, part_id: int, place: int) -> None:
    """Put a file at a place among the files, from 0. Raises NotADraft, NotVisible."""
    draft_visible_to(staff, fax_id)
    with transaction():
        fax = held_draft(fax_id)
        part = _part(fax_id, part_id)
        _number(moved(_files(fax_id), part, place))
        note_edited(staff, fax)
        touch(fax)


def moved(files: Sequence[Item], one: Item, place: int) -> list[Item]:
    """Them with one at that place, from 0; at the end, where there are fewer."""
    others = [other for other in files if other is not one]
    return [*others[:place], one, *others[place:]]


def replace_all(fax: Fax, taken: TakenFile) -> list[str]:
    """One file in the place of all that were there; what the store need not keep any more. Belongs into the transaction that holds it."""
    old = parts_of(fax.id)
    gone, numbers = keys_of(old), [part.id for part in old]
    db.session.execute(delete(FaxPage).where(FaxPage.part_id.in_(numbers)))
    db.session.execute(delete(FaxPart).where(FaxPart.id.in_(numbers)))
    for part in old:
        db.session.expunge(part)
    db.session.add(new_part(fax.id, 1, taken))
    leave(LeftoverKind.FILE, gone)
    open_events().append(PaperWaiting())
    return gone


def new_part(fax_id: int, position: int, taken: TakenFile) -> FaxPart:
    """A file that is to be drawn."""
    return FaxPart(
        fax_id=fax_id, position=position, name=taken.name, source_key=taken.stored.key, source_type=taken.type.mime,
        size=taken.stored.size, paper=Paper.WAITING, paper_due_at=now(), created_at=now(),
    )  # fmt: skip


def take(stream: BinaryIO, *, filename: str | None, claimed_mime: str | None = None) -> TakenFile:
    """A file in the store that can be faxed, no row of it yet. Outside of any transaction. Raises UploadRefused, FileTooLarge."""
    settings: Settings = current_app.extensions["settings"]
    release_connection()
    _refuse_word(filename)
    limit = settings.max_upload_bytes
    return uploads.take(file_store(), stream, filename=filename, claimed_mime=claimed_mime, limit=limit, accepted=TAKEN)


def held_draft(fax_id: int, *, version: int | None = None) -> Fax:
    """The draft as it is now, nobody else changing it. Belongs into a transaction.

    Raises NotADraft, UnderHold, FaxMoved (not of that `version`).
    """
    fax = hold(fax_id)
    if fax.status != FaxStatus.DRAFT or fax.deleted_at is not None:
        raise NotADraft
    refuse_held(fax)
    if version is not None and fax.version != version:
        raise FaxMoved
    return fax


def keys_of(parts: Sequence[FaxPart]) -> list[str]:
    """What the file store keeps of these parts and their pages."""
    pages = db.session.scalars(select(FaxPage).where(FaxPage.part_id.in_([part.id for part in parts])))
    drawn = [key for page in pages for key in (page.image_key, page.screen_key, page.thumb_key)]
    return [part.source_key for part in parts if part.source_key] + drawn


def throw_away(keys: Iterable[str]) -> None:
    """Delete from the store at once, after the commit that forgot them and noted them as leftovers: a kill between leaves nothing."""
    store = file_store()
    for key in keys:
        store.delete(key)


def _refuse_too_many(fax_id: int) -> None:
    there = db.session.scalar(select(func.count()).where(FaxPart.fax_id == fax_id, FaxPart.is_cover.is_(False)))
    if (there or 0) >= MOST_PARTS:
        raise TooManyParts(_("At most %(most)s files. Take one away first, or send the rest as another fax.", most=MOST_PARTS))


def _refuse_word(filename: str | None) -> None:
    if filename and filename.lower().endswith(WORD):
        advice = _("%(name)s is a text document. Save it as PDF (File, then Save as or Export), and add that.", name=filename[-120:])
        raise UploadRefused(advice, why=Why.KIND, name=filename[-120:])


def _part(fax_id: int, part_id: int) -> FaxPart:
    found = db.session.get(FaxPart, part_id)
    if found is None or found.fax_id != fax_id or found.is_cover:
        raise NotVisible
    return found


def _files(fax_id: int) -> list[FaxPart]:
    query = select(FaxPart).where(FaxPart.fax_id == fax_id, FaxPart.is_cover.is_(False)).order_by(FaxPart.position, FaxPart.id)
    return list(db.session.scalars(query))


def _number(files: Sequence[FaxPart]) -> None:
    for place, one in enumerate(files, 1):
        one.position = place
