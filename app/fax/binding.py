"""The pages of a fax as one file, turned as staff turned them and with the words on them: PDF for people, TIFF for fax software."""

import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from flask import current_app

from app.config import Settings
from app.conversations.service.attachments import file_store
from app.core.documents.pages import PageFile, TextLine
from app.core.documents.rendering import join, tiff
from app.fax.models import FaxPage

KEPT = timedelta(hours=1)
Kind = Literal["pdf", "tiff"]
AT_ONCE = threading.BoundedSemaphore(2)
"""Processes that put pages together or draw covers, for the pages of this one: whoever comes third waits a second or two."""


def bound(pages: Sequence[FaxPage], kind: Kind, *, fine: bool) -> Path:
    """A file that is there for an hour at least. Built once, until a page is turned or gets its words.

    No transaction may be open. Raises DocumentRefused, FileGone.
    """
    shelf = shelf_of()
    told = json.dumps([kind, fine, *[[page.image_key, page.turn, page.lines] for page in pages]])
    place = shelf / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.{kind}"
    try:
        os.utime(place)  # it is kept for an hour from now on
    except FileNotFoundError:
        with AT_ONCE, tempfile.TemporaryDirectory(dir=shelf, ignore_cleanup_errors=True) as folder:
            bind(pages, Path(folder), kind, fine=fine).replace(place)
    return place


def bind(pages: Sequence[FaxPage], folder: Path, kind: Kind, *, fine: bool, has_words: bool = True) -> Path:
    """The same, in a folder of one's own; without `has_words` nothing of it can be searched or copied."""
    files = [PageFile(_copied(page, folder), page.turn, [TextLine(**line) for line in page.lines if has_words]) for page in pages]
    target = folder / f"bound.{kind}"
    return join(files, target, fine=fine) if kind == "pdf" else tiff(files, target, fine=fine)


def shelf_of() -> Path:
    """Where bound files lie for a while: beside the data, where other accounts of the machine do not read."""
    settings: Settings = current_app.extensions["settings"]
    shelf = settings.data / "bound"
    shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
    return shelf


def clear_shelf(moment: datetime) -> None:
    """Remove what nobody asked for lately, and what killed processes left half built."""
    for left in shelf_of().iterdir():
        with suppress(OSError):
            if left.stat().st_mtime < (moment - KEPT).timestamp():
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _copied(page: FaxPage, folder: Path) -> Path:
    image = folder / f"{page.id}.png"
    with file_store().open(page.image_key) as source, image.open("wb") as target:
        shutil.copyfileobj(source, target)
    return image
