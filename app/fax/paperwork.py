"""Brings the documents of faxes home and draws them: two loops of each worker process, so that a slow document holds up no other.

The drawing itself happens in a process of its own (`core.documents`); no transaction is open meanwhile.
"""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

import structlog
from flask import Flask, current_app

from app.carrier.fax_choice import faxes_of
from app.carrier.gateway import CarrierFailed, CarrierRefused, MediaRefused
from app.conversations.service.attachments import file_store, throw_away
from app.core.clock import now
from app.core.content_types import HEAD_BYTES, judge
from app.core.database import db, release_connection
from app.core.documents.pages import DrawnPage
from app.core.documents.problems import DocumentRefused, Problem
from app.core.documents.rendering import draw
from app.core.events import on
from app.core.files import MEGABYTE, FileGone, chunks_of
from app.core.jobs import job
from app.delivery.companions import Bell
from app.delivery.loops import LONGEST_SLEEP, Companion
from app.delivery.worker_name import is_gone
from app.fax.binding import clear_shelf
from app.fax.desk import desk_of, on_the_desk
from app.fax.events import PaperWaiting
from app.fax.models.faxes import NEVER_ARRIVED
from app.fax.service import papers
from app.fax.service.papers import LONGEST_WAIT, MOST_TRIES, KeptPage, Sheet

log = structlog.get_logger()

MOST_BYTES = 60 * MEGABYTE
IN_MEMORY = 4 * MEGABYTE
BACKOFF = (4, 15, 60, 300, 1800)
"""Seconds until the next try."""
SOONEST, LATEST = timedelta(seconds=4), timedelta(minutes=30)
"""Until the next look while the trouble is ours."""
TRIES_OF_WHAT_IS_NOT_THERE = 3
"""The carrier tells of a fax the moment before it can hand it over, sometimes."""


class _NotWanted(Exception):
    """Somebody else drew it, or it was taken away meanwhile."""


def turn() -> float:
    """Fetch and draw whatever is due, what came first."""
    return _turn(files_first=False)


def turn_of_files() -> float:
    """The same, files to be sent first: a flood of what comes keeps nobody from sending."""
    return _turn(files_first=True)


def _turn(*, files_first: bool) -> float:
    papers.set_free()
    while sheet := papers.take_up(files_first=files_first):
        work_on(sheet)
    return LONGEST_SLEEP


def work_on(sheet: Sheet) -> None:
    """One of them. Whatever happens, its row says how it goes on."""
    try:
        throw_away(*_done(sheet))
    except _NotWanted:
        pass
    except Exception:
        log.exception("fax.not_drawn", fax_id=sheet.fax_id, part_id=sheet.part_id)
        db.session.rollback()
        papers.put_back(sheet, min(max((now() - sheet.since) / 2, SOONEST), LATEST))
    finally:
        db.session.remove()


def _done(sheet: Sheet) -> list[str]:
    """What the file store need not keep any more."""
    if sheet.tries > MOST_TRIES and sheet.source_key is not None:
        return papers.give_up(sheet, Problem.TOO_MUCH_MEMORY)
    with tempfile.TemporaryDirectory(dir=desk_of(), prefix=on_the_desk(), ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        source = place / "source"
        try:
            if sheet.source_key is None:
                return _fetched(sheet, source)
            with file_store().open(sheet.source_key) as stored, source.open("wb") as copy:
                release_connection()
                shutil.copyfileobj(stored, copy)
            return _drawn(sheet, source, place)
        except FileGone:
            return papers.give_up(sheet, NEVER_ARRIVED)


def _fetched(sheet: Sheet, source: Path) -> list[str]:
    """Bring the document of a fax home, and draw it."""
    try:
        with source.open("w+b") as file:
            _fetch(sheet, cast("BinaryIO", file))
    except MediaRefused as refusal:
        log.warning("fax.document_refused", fax_id=sheet.fax_id, reason=str(refusal))
        return papers.give_up(sheet, Problem.TOO_LARGE if refusal.is_too_big else NEVER_ARRIVED)
    except CarrierRefused as refusal:
        if sheet.tries >= TRIES_OF_WHAT_IS_NOT_THERE:
            log.warning("fax.not_at_the_carrier", fax_id=sheet.fax_id, code=refusal.code)
            return papers.give_up(sheet, NEVER_ARRIVED)
        papers.postpone(sheet, _backoff(sheet))
        return []
    except CarrierFailed as error:
        log.warning("fax.carrier_away", fax_id=sheet.fax_id, problem=type(error).__name__)
        if now() - sheet.since > LONGEST_WAIT:
            return papers.give_up(sheet, NEVER_ARRIVED)
        papers.postpone(sheet, _backoff(sheet))
        return []
    return _drawn(_kept(sheet, source), source, source.parent)


def _fetch(sheet: Sheet, file: BinaryIO) -> None:
    """Raises CarrierFailed, too, where nobody connected a carrier any more."""
    carrier = faxes_of(_app())
    release_connection()
    if carrier is None or sheet.provider_id is None:
        raise CarrierFailed
    carrier.fetch(sheet.provider_id, file, most_bytes=MOST_BYTES)


def _kept(sheet: Sheet, source: Path) -> Sheet:
    """The same, with its document in the file store."""
    with source.open("rb") as file:
        kind = judge(file.read(HEAD_BYTES))
        file.seek(0)
        stored = file_store().save(chunks_of(file), extension=kind.extensions[0] if kind else "")
    if not papers.keep_source(sheet, key=stored.key, content_type=kind.mime if kind else "application/octet-stream"):
        throw_away(stored.key)
        raise _NotWanted
    return Sheet(sheet.fax_id, None, sheet.provider_id, stored.key, 1, sheet.since)


def _drawn(sheet: Sheet, source: Path, place: Path) -> list[str]:
    folder = place / "pages"
    folder.mkdir()
    there = papers.drawn_of(sheet)
    release_connection()

    def keep(page: DrawnPage, of: int) -> None:
        if page.number not in there and not _keep(sheet, page, of):
            raise _NotWanted
        for file in (page.image, page.screen, page.thumb):
            file.unlink()

    try:
        drawn = draw(source, folder, as_received=sheet.part_id is None, on_page=keep)
    except DocumentRefused as refusal:
        log.info("fax.document_not_drawn", fax_id=sheet.fax_id, part_id=sheet.part_id, problem=refusal.problem)
        return papers.give_up(sheet, refusal.problem)
    return papers.finish(sheet, drawn)


def _keep(sheet: Sheet, page: DrawnPage, of: int) -> bool:
    image, screen, thumb = (_stored(file) for file in (page.image, page.screen, page.thumb))
    kept = KeptPage(page.number, page.width, page.height, image, screen, thumb, page.words, page.lines)
    is_new = papers.keep_page(sheet, kept, of)
    if not is_new:
        throw_away(image, screen, thumb)
    return is_new


def _stored(file: Path) -> str:
    with file.open("rb") as opened:
        return file_store().save(chunks_of(opened), extension=file.suffix).key


def _backoff(sheet: Sheet) -> timedelta:
    return timedelta(seconds=BACKOFF[min(max(sheet.tries, 1), len(BACKOFF)) - 1])


@job()
def clear_desk() -> None:
    """Remove what killed processes left of documents, and what was put together for people who have it by now."""
    for left in desk_of().iterdir():
        if is_gone(left.name.rpartition("-")[0].replace("_", ":")):
            shutil.rmtree(left, ignore_errors=True)
    clear_shelf(now())


def _app() -> Flask:
    return cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way


first_loop, second_loop = Companion("fax-paperwork-1", turn), Companion("fax-paperwork-2", turn_of_files)


def wake_here(app: Flask) -> bool:
    """Wake this process's; False if it has none."""
    first, second = first_loop.wake_here(app), second_loop.wake_here(app)
    return first or second


@job(queue="messages")
def wake_paperwork() -> None:
    """A document waits: have this worker look."""
    wake_here(current_app)


bell = Bell(wake_here, wake_paperwork)


@on(PaperWaiting)
def wake(_fact: PaperWaiting) -> None:
    """Draw at once."""
    bell.ring(_app())
