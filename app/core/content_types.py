"""What a file is, judged by how it begins and never by what its name or sender claims."""

import codecs
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

HEAD_BYTES = 4096
"""How much of a file's beginning `judge` wants to see."""


class Family(StrEnum):
    """What can be done with a file."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    CONTACT = "contact"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FileType:
    """A type that Homeroom takes. The first of `extensions` is the one it is stored and offered under."""

    mime: str
    family: Family
    extensions: tuple[str, ...]
    other_names: tuple[str, ...] = ()


JPEG = FileType("image/jpeg", Family.IMAGE, (".jpg", ".jpeg", ".jpe", ".jfif"), ("image/jpg", "image/pjpeg"))
PNG = FileType("image/png", Family.IMAGE, (".png",), ("image/x-png",))
GIF = FileType("image/gif", Family.IMAGE, (".gif",))
WEBP = FileType("image/webp", Family.IMAGE, (".webp",))
HEIC = FileType("image/heic", Family.IMAGE, (".heic", ".heif", ".hif"), ("image/heif",))
PDF = FileType("application/pdf", Family.DOCUMENT, (".pdf",), ("application/x-pdf",))
TIFF = FileType("image/tiff", Family.IMAGE, (".tif", ".tiff"), ("image/tiff-fx", "image/x-tiff"))
"""Faxes only: phones and browsers do not show it."""
MP3 = FileType("audio/mpeg", Family.AUDIO, (".mp3",), ("audio/mp3", "audio/x-mp3", "audio/mpeg3"))
WAV = FileType("audio/wav", Family.AUDIO, (".wav",), ("audio/x-wav", "audio/wave", "audio/vnd.wave"))
AMR = FileType("audio/amr", Family.AUDIO, (".amr", ".awb"), ("audio/amr-wb",))
OGG = FileType("audio/ogg", Family.AUDIO, (".ogg", ".oga", ".opus"), ("audio/opus", "application/ogg"))
M4A = FileType("audio/mp4", Family.AUDIO, (".m4a",), ("audio/x-m4a", "audio/m4a", "audio/aac"))
MP4 = FileType("video/mp4", Family.VIDEO, (".mp4", ".m4v"), ("video/x-m4v",))
THREE_GP = FileType("video/3gpp", Family.VIDEO, (".3gp", ".3gpp", ".3g2"), ("video/3gpp2", "audio/3gpp", "audio/3gpp2"))
QUICKTIME = FileType("video/quicktime", Family.VIDEO, (".mov", ".qt"))
VCARD = FileType("text/vcard", Family.CONTACT, (".vcf", ".vcard"), ("text/x-vcard", "text/directory"))
TEXT = FileType("text/plain", Family.TEXT, (".txt", ".csv", ".text", ".log", ".md"), ("text/csv",))

FILE_TYPES: tuple[FileType, ...] = (
    JPEG, PNG, GIF, WEBP, HEIC, PDF, MP3, WAV, AMR, OGG, M4A, MP4, THREE_GP, QUICKTIME, VCARD, TEXT,
)  # fmt: skip

_KNOWN = (*FILE_TYPES, TIFF)
_BY_MIME = {name: kind for kind in _KNOWN for name in (kind.mime, *kind.other_names)}
_BY_EXTENSION = {extension: kind for kind in _KNOWN for extension in kind.extensions}
# One container, several names: phones are careless about which.
_AKIN = (frozenset({Family.AUDIO, Family.VIDEO}), frozenset({Family.TEXT, Family.CONTACT}))

_SIGNATURES = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"#!AMR", AMR),
    (b"ID3", MP3),
    (b"OggS", OGG),
)
_BRANDS = {
    HEIC: (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"),
    THREE_GP: (b"3gp", b"3g2", b"3ge", b"3gg"),
    M4A: (b"M4A", b"M4B"),
    QUICKTIME: (b"qt  ",),
    MP4: (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V", b"MSNV", b"dash", b"mmp4"),
}
_PDF_WITHIN = 1024  # readers allow that much before the header
_MPEG_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb\xfc\xfd]")
_MARKUP = re.compile(r"\s*(?:<!doctype|<html|<script|<svg|<\?xml|<head|<body|<iframe)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def judge(head: bytes) -> FileType | None:
    """What a file is whose first HEAD_BYTES are `head`; None for anything that Homeroom does not take."""
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF":
        return {b"WAVE": WAV, b"WEBP": WEBP}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return next((kind for kind, brands in _BRANDS.items() if head[8:12].startswith(brands)), None)
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return PDF
    if _MPEG_FRAME.match(head):
        return MP3
    return _judge_text(head)


def claimed(filename: str | None, mime: str | None) -> FileType | None:
    """What the name and the sender's type say, the name first; None where they say nothing that we know."""
    by_name = _BY_EXTENSION.get(PurePath(filename or "").suffix.lower())
    return by_name or _BY_MIME.get((mime or "").partition(";")[0].strip().lower())


def lies(judged: FileType, filename: str | None, mime: str | None) -> bool:
    """Whether a file pretends to be of another family. A PNG called .jpg is no lie: phones do that.

    A name that ends in something we do not take (``report.exe``) is a lie, whatever the contents.
    """
    said = claimed(filename, mime)
    if said is None:
        return bool(PurePath(filename or "").suffix)
    return said.family != judged.family and not any({said.family, judged.family} <= kin for kin in _AKIN)


def _judge_text(head: bytes) -> FileType | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return None
    if _CONTROLS.search(text) or _MARKUP.match(text):
        return None
    return VCARD if text.lstrip().upper().startswith("BEGIN:VCARD") else TEXT
