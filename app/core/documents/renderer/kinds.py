"""What a document is, by its first bytes: a name or a declared type may lie."""

from enum import Enum, auto
from pathlib import Path

HEAD = 1024  # readers allow that much before the head of a PDF


class Kind(Enum):
    """Of documents that we read."""

    PDF = auto()
    TIFF = auto()
    PICTURE = auto()


_TIFF = (b"II*\0", b"MM\0*")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM")


def kind_of(source: Path) -> Kind | None:
    """None for what we do not read."""
    with source.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(_TIFF):
        return Kind.TIFF
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return Kind.PICTURE
    return Kind.PDF if b"%PDF-" in head else None
