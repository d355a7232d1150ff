"""Reads the words on faxes that came: a loop of each worker process, behind the ones that draw, so that no page waits for it."""

import shutil
import tempfile
from pathlib import Path
from typing import cast

import structlog
from flask import Flask, current_app
from PIL import Image

from app.conversations.service.attachments import file_store
from app.core.database import db, release_connection
from app.core.documents import recognition
from app.core.documents.pages import TextLine
from app.core.events import on
from app.core.files import FileGone
from app.core.jobs import job
from app.delivery.companions import Bell
from app.delivery.loops import LONGEST_SLEEP, Companion
from app.fax.desk import desk_of, on_the_desk
from app.fax.events import FaxReady
from app.fax.service import reading_words
from app.fax.service.reading_words import Unread

log = structlog.get_logger()


def turn() -> float:
    """Read whatever waits for it."""
    if not recognition.is_here():
        while reading_words.leave_all():
            pass
        return LONGEST_SLEEP
    reading_words.set_free()
    while (fax_id := reading_words.take_up()) is not None:
        read(fax_id)
    return LONGEST_SLEEP


def read(fax_id: int) -> None:
    """One fax, page by page; each that is read is kept at once. What could not be read is tried again, for some days."""
    pages = reading_words.unread_of(fax_id)
    release_connection()
    is_whole = True
    for page in pages:
        try:
            lines = _lines_of(page)
        except FileGone:
            break  # it is being deleted
        except Exception:
            log.exception("fax.page_not_read", fax_id=page.fax_id, page_id=page.id)
            db.session.rollback()
            is_whole = False
            continue
        if lines:
            reading_words.keep_words(page, lines)
        db.session.remove()
    if is_whole or not reading_words.is_young(fax_id):
        reading_words.finish(fax_id)
    db.session.remove()


def _lines_of(page: Unread) -> tuple[TextLine, ...]:
    with tempfile.TemporaryDirectory(dir=desk_of(), prefix=on_the_desk(), ignore_cleanup_errors=True) as folder:
        place = Path(folder, "page.png")
        with file_store().open(page.image_key) as stored, place.open("wb") as copy:
            release_connection()
            shutil.copyfileobj(stored, copy)
        with Image.open(place, formats=["PNG"]) as image:
            width, height = image.size
        lines = recognition.recognise(place, width, height)
    if lines is None:
        log.info("fax.page_not_read", fax_id=page.fax_id, page_id=page.id)
    return lines or ()


reader = Companion("fax-words", turn)


@job()
def wake_reader() -> None:
    """A fax is drawn: have this worker read it."""
    reader.wake_here(current_app)


bell = Bell(reader.wake_here, wake_reader)


@on(FaxReady)
def wake(_fact: FaxReady) -> None:
    """Read it at once."""
    bell.ring(cast("Flask", current_app._get_current_object()))  # type: ignore[attr-defined]  # noqa: SLF001  # werkzeug's documented way
