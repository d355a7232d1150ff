"""Taking a file from somebody: judged by its content, named honestly, refused with a sentence that helps."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from itertools import chain
from pathlib import PurePath
from typing import BinaryIO

from flask_babel import gettext as _

from app.core.content_types import FILE_TYPES, HEAD_BYTES, HEIC, FileType, claimed, judge, lies
from app.core.errors import HomeroomError
from app.core.files import MEGABYTE, FileStore, StoredFile, chunks_of

UPLOAD_LIMIT = 25 * MEGABYTE
_LONGEST_NAME = 120
_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


class Why(StrEnum):
    """What is wrong with a file."""

    EMPTY = "empty"
    KIND = "kind"
    LIES = "lies"
    PICTURE = "picture"
    BIG_PICTURE = "big_picture"


class UploadRefused(HomeroomError):
    """The file is not kept; `advice` says what to send instead, `why` and `name` let a page say it in other words."""

    code = "upload_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, advice: str, *, why: Why, name: str = "") -> None:
        self.why, self.name = why, name
        super().__init__(advice)


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file that was taken: where it is kept, what it is, and a name fit for a download."""

    stored: StoredFile
    type: FileType
    name: str


def take(
    store: FileStore,
    stream: BinaryIO,
    *,
    filename: str | None,
    claimed_mime: str | None = None,
    limit: int = UPLOAD_LIMIT,
    accepted: Collection[FileType] = FILE_TYPES,
) -> TakenFile:
    """Judge, check and keep what `stream` holds, without ever holding all of it in memory.

    Raises UploadRefused for a file that is empty, of no accepted type, or not what it claims to be, and FileTooLarge.
    """
    head = _read_head(stream)
    kind = judged(head, filename=filename, claimed_mime=claimed_mime, accepted=accepted)
    chunks: Iterator[bytes] = chain([head], chunks_of(stream))
    stored = store.save(chunks, extension=kind.extensions[0], limit=limit)
    return TakenFile(stored, kind, honest_name(filename, kind))


def judged(head: bytes, *, filename: str | None, claimed_mime: str | None = None, accepted: Collection[FileType] = FILE_TYPES) -> FileType:
    """The type of a file that begins with `head`. Raises UploadRefused."""
    name = _clean(filename) or _("This file")
    if not head:
        raise UploadRefused(_("%(name)s is empty. Choose it again, or another one.", name=name), why=Why.EMPTY, name=name)
    kind = judge(head)
    if kind is HEIC and HEIC not in accepted:
        raise UploadRefused(
            _("%(name)s is an Apple HEIC picture, which most phones cannot show. Send it as JPEG.", name=name), why=Why.KIND, name=name
        )
    if kind is None and claimed(filename, claimed_mime) in accepted:
        raise UploadRefused(_("What is inside %(name)s is not what its name says. Save it again.", name=name), why=Why.LIES, name=name)
    if kind is None or kind not in accepted:
        known = ", ".join(sorted({accepted_kind.extensions[0][1:].upper() for accepted_kind in accepted} - {"HEIC"}))
        raise UploadRefused(
            _("%(name)s is of a kind that cannot be sent. These can: %(known)s.", name=name, known=known), why=Why.KIND, name=name
        )
    if lies(kind, filename, claimed_mime):
        actual = kind.extensions[0][1:].upper()
        advice = _("%(name)s is not what its name says: inside it is %(actual)s. Save it again.", name=name, actual=actual)
        raise UploadRefused(advice, why=Why.LIES, name=name)
    return kind


def honest_name(filename: str | None, kind: FileType) -> str:
    """The sender's name for the file without folders, control characters or tricks, ending as its type does."""
    clean = _clean(filename)
    path = PurePath(clean)
    if path.suffix.lower() in kind.extensions:
        return clean
    stem = path.stem if path.suffix else clean
    return (stem.strip(". ") or kind.family.value) + kind.extensions[0]


def _clean(filename: str | None) -> str:
    base = re.split(r"[\\/]", filename or "")[-1]
    visible = "".join(character for character in unicodedata.normalize("NFC", base) if unicodedata.category(character) not in {"Cf", "Cs"})
    name = " ".join(_NOT_IN_A_NAME.sub(" ", visible).split()).lstrip(".")
    if len(name) <= _LONGEST_NAME:
        return name
    suffix = PurePath(name).suffix[:10]
    return name[: _LONGEST_NAME - len(suffix)].rstrip() + suffix


def _read_head(stream: BinaryIO) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES and (piece := stream.read(HEAD_BYTES - len(head))):
        head += piece
    return head
