"""Where uploaded, received and made files are kept: one interface, and the folder on disk behind it by default.

A file is complete under its key or not there at all. Keys are random, so knowing one opens nothing by itself; pages hand out
`signed_links`.
"""

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.errors import HomeroomError

MEGABYTE = 1024 * 1024
_CHUNK = 256 * 1024
_KEY = re.compile(r"[0-9a-f]{32}(?:\.[a-z0-9]{1,8})?")
_EXTENSION = re.compile(r"(?:\.[a-z0-9]{1,8})?")


class FileGone(HomeroomError):
    """The store has no file of this key: it was deleted, or its retention is over."""

    code = "file_gone"
    status = HTTPStatus.NOT_FOUND
    advice = _l("This file is no longer kept. Ask who sent it to send it again.")


class FileTooLarge(HomeroomError):
    """More bytes came than may be kept; what came was thrown away."""

    code = "file_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(_("This file is larger than %(limit)s. Send a smaller one, or a link to it.", limit=human_size(limit)))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is safely kept: the key to get it by, its length in bytes, and the SHA-256 of its content in hex."""

    key: str
    size: int
    sha256: str


class FileStore(Protocol):
    """Keeps files by key."""

    def save(self, chunks: Iterator[bytes], *, extension: str = "", limit: int | None = None) -> StoredFile:
        """Keep the bytes of `chunks` under a new key. Raises FileTooLarge as soon as more than `limit` came."""

    def open(self, key: str) -> BinaryIO:
        """The content, seekable, for Range requests and rendering. Raises FileGone."""

    def size(self, key: str) -> int:
        """Its length in bytes. Raises FileGone."""

    def delete(self, key: str) -> None:
        """Forget a file. Deleting it twice is no error."""

    def sweep(self, now: datetime) -> int:
        """Remove what killed processes left half written, and say how many."""


@dataclass(frozen=True, slots=True)
class LocalFileStore:
    """Files below one folder, spread over 65,536 subfolders so that none grows slow."""

    folder: Path

    def save(self, chunks: Iterator[bytes], *, extension: str = "", limit: int | None = None) -> StoredFile:
        """Keep the bytes; written aside first and moved into place when complete and on disk."""
        check_extension(extension)
        key = uuid.uuid4().hex + extension
        aside = self._incoming / key
        aside.parent.mkdir(parents=True, exist_ok=True)
        try:
            with aside.open("xb") as target:
                size, sha256 = copy(chunks, target, limit)
                target.flush()
                os.fsync(target.fileno())
            place = self._place(key)
            place.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(place)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        return StoredFile(key, size, sha256)

    def open(self, key: str) -> BinaryIO:
        """The content, seekable."""
        try:
            return self._place(key).open("rb")
        except FileNotFoundError as error:
            raise FileGone from error

    def size(self, key: str) -> int:
        """Its length in bytes."""
        try:
            return self._place(key).stat().st_size
        except FileNotFoundError as error:
            raise FileGone from error

    def delete(self, key: str) -> None:
        """Forget a file."""
        self._place(key).unlink(missing_ok=True)

    def sweep(self, now: datetime, older_than: timedelta = timedelta(days=1)) -> int:
        """Remove what killed processes left half written, and say how many."""
        limit = (now - older_than).timestamp()
        stale = [path for path in self._incoming.glob("*") if path.stat().st_mtime < limit]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    @property
    def _incoming(self) -> Path:
        return self.folder / "incoming"

    def _place(self, key: str) -> Path:
        check_key(key)
        return self.folder / key[:2] / key[2:4] / key


def chunks_of(stream: BinaryIO) -> Iterator[bytes]:
    """What is left of a stream, piece by piece."""
    while chunk := stream.read(_CHUNK):
        yield chunk


def human_size(size: int) -> str:
    """``600 KB`` or ``5 MB``, rounded for people."""
    kilobytes = size / 1024
    if kilobytes < 1000:  # noqa: PLR2004 (three digits read well)
        return f"{max(1, round(kilobytes)) if size else 0} KB"
    return f"{kilobytes / 1024:.1f}".removesuffix(".0") + " MB"


def check_key(key: str) -> str:
    """The key, if it can be one: from an address it must not lead out of the store. Raises FileGone."""
    if not _KEY.fullmatch(key):
        raise FileGone
    return key


def check_extension(extension: str) -> None:
    """Raises ValueError for what does not end a key."""
    if not _EXTENSION.fullmatch(extension):
        message = f"not an extension: {extension!r}"
        raise ValueError(message)


def copy(chunks: Iterator[bytes], target: BinaryIO, limit: int | None) -> tuple[int, str]:
    """Write them; how many bytes there were, and their SHA-256 in hex. Raises FileTooLarge as soon as more than `limit` came."""
    size, digest = 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        if limit is not None and size > limit:
            raise FileTooLarge(limit)
        digest.update(chunk)
        target.write(chunk)
    return size, digest.hexdigest()
