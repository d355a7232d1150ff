"""The cover of a fax to be sent: made of what the draft says, drawn again only when that changed."""

import tempfile
from pathlib import Path

from sqlalchemy import delete, select

from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.documents.pages import DrawnPage
from app.core.documents.problems import DocumentRefused
from app.core.documents.rendering import draw
from app.core.files import chunks_of
from app.fax.binding import AT_ONCE
from app.fax.cover import Cover, drawn
from app.fax.desk import desk_of, on_the_desk
from app.fax.errors_sending import CoverFailed
from app.fax.models import Fax, FaxPage, FaxPart, LeftoverKind, Paper
from app.fax.queries_cover import cover_for
from app.fax.service.leftovers import leave
from app.fax.service.looks import touch
from app.fax.service.parts import held_draft, keys_of, throw_away


def is_up_to_date(fax: Fax) -> bool:
    """Whether the cover that was drawn says what the draft says, or there is none where none is wanted."""
    there = _drawn_of(fax)
    if not fax.has_cover:
        return there is None
    if there is None or there.paper != Paper.READY:
        return False
    return there.fingerprint == cover_for(fax, own_pages=there.pages).fingerprint


def bring_up_to_date(fax: Fax) -> None:
    """Have the cover say what the draft says, or have none. Drawn outside of any transaction. Raises NotADraft, CoverFailed."""
    if is_up_to_date(fax):
        return
    if not fax.has_cover:
        _replace(fax.id, None, "", [])
        return
    fax_id = fax.id
    with tempfile.TemporaryDirectory(dir=desk_of(), prefix=on_the_desk(), ignore_cleanup_errors=True) as place:
        cover, source, pages = _drawn(fax, Path(place))
        rows = [
            FaxPage(
                fax_id=fax_id, number=page.number, width=page.width, height=page.height, image_key=_kept(page.image),
                screen_key=_kept(page.screen), thumb_key=_kept(page.thumb), words=page.words,
            )
            for page in pages
        ]  # fmt: skip
        _replace(fax_id, _kept(source), cover.fingerprint, rows)


def _drawn(fax: Fax, place: Path) -> tuple[Cover, Path, list[DrawnPage]]:
    """The cover, with how many pages the fax has: drawn once more where it is longer than a page itself. Raises CoverFailed."""
    cover = cover_for(fax)
    source, pages = _paper(cover, place / "first")
    if len(pages) > 1:
        cover = cover_for(fax, own_pages=len(pages))
        source, pages = _paper(cover, place / "again")
    return cover, source, pages


def _paper(cover: Cover, place: Path) -> tuple[Path, list[DrawnPage]]:
    release_connection()
    source, folder = place / "cover.pdf", place / "pages"
    folder.mkdir(parents=True)
    pages: list[DrawnPage] = []
    try:
        source.write_bytes(drawn(cover))
        with AT_ONCE:
            draw(source, folder, as_received=False, on_page=lambda page, _of: pages.append(page))
    except DocumentRefused as refusal:
        raise CoverFailed from refusal
    return source, pages


def _drawn_of(fax: Fax) -> FaxPart | None:
    query = select(FaxPart).where(FaxPart.fax_id == fax.id, FaxPart.is_cover.is_(True))
    return db.session.scalar(query.execution_options(populate_existing=True))


def _replace(fax_id: int, source_key: str | None, fingerprint: str, pages: list[FaxPage]) -> None:
    """The old cover goes with its files, the new one stands first."""
    try:
        with transaction():
            fax = held_draft(fax_id)
            old = list(db.session.scalars(select(FaxPart).where(FaxPart.fax_id == fax_id, FaxPart.is_cover.is_(True))))
            gone = keys_of(old)
            numbers = [part.id for part in old]
            db.session.execute(delete(FaxPage).where(FaxPage.part_id.in_(numbers)))
            db.session.execute(delete(FaxPart).where(FaxPart.id.in_(numbers)))
            for part in old:
                db.session.expunge(part)
            if pages:
                cover = FaxPart(
                    fax_id=fax_id, position=0, is_cover=True, name="cover.pdf", source_key=source_key, source_type="application/pdf",
                    pages=len(pages), paper=Paper.READY, fingerprint=fingerprint, created_at=now(),
                )  # fmt: skip
                db.session.add(cover)
                db.session.flush()
                for page in pages:
                    page.part_id = cover.id
                    db.session.add(page)
            leave(LeftoverKind.FILE, gone)
            touch(fax)
    except BaseException:
        throw_away(
            [key for page in pages for key in (page.image_key, page.screen_key, page.thumb_key)] + ([source_key] if source_key else [])
        )
        raise
    throw_away(gone)


def _kept(file: Path) -> str:
    with file.open("rb") as stream:
        return file_store().save(chunks_of(stream), extension=file.suffix).key
