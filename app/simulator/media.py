"""Pictures and files that travel with texts."""

import sqlite3
from dataclasses import dataclass
from typing import Self

from app.simulator.messages import new_sid

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 10

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
)
_FILM_BRANDS = {b"3gp": "video/3gpp", b"3g2": "video/3gpp2", b"hei": "image/heic", b"mif": "image/heic", b"M4A": "audio/mp4"}
_IN_A_BROWSER = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


def type_of(content: bytes) -> str | None:
    """The type of `content` by its first bytes, or None when a handset could not have made it."""
    for beginning, content_type in _BEGINNINGS:
        if content.startswith(beginning):
            return content_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return _FILM_BRANDS.get(content[8:11], "video/mp4")
    return None


@dataclass(frozen=True, slots=True)
class Medium:
    """One file of a message. `content` is None until it was fetched from `source`, or for good if that failed."""

    id: int
    sid: str
    message_id: int
    source: str
    content_type: str
    content: bytes | None
    created: float

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """The file in `row`."""
        return cls(**dict(row))

    @property
    def is_picture(self) -> bool:
        """Whether a browser may show it in place."""
        return self.content is not None and self.content_type in _IN_A_BROWSER


def attach(
    connection: sqlite3.Connection, message_id: int, *, at: float, source: str = "",
    content: bytes | None = None, content_type: str = "",
) -> str:  # fmt: skip
    """Add a file to a message, either its address or its bytes. Returns its id."""
    sid = new_sid("ME")
    connection.execute(
        "INSERT INTO media (sid, message_id, source, content_type, content, created) VALUES (?, ?, ?, ?, ?, ?)",
        (sid, message_id, source, content_type, content, at),
    )
    return sid


def of_message(connection: sqlite3.Connection, message_id: int) -> list[Medium]:
    """The files of a message, in the order they were given."""
    rows = connection.execute("SELECT * FROM media WHERE message_id = ? ORDER BY id", (message_id,))
    return [Medium.of(row) for row in rows]


def by_sid(connection: sqlite3.Connection, sid: str) -> Medium | None:
    """The file with the carrier's id `sid`."""
    row = connection.execute("SELECT * FROM media WHERE sid = ?", (sid,)).fetchone()
    return None if row is None else Medium.of(row)


def fill(connection: sqlite3.Connection, medium_id: int, content: bytes, content_type: str) -> None:
    """Keep what was fetched."""
    connection.execute("UPDATE media SET content = ?, content_type = ? WHERE id = ?", (content, content_type, medium_id))


def delete(connection: sqlite3.Connection, medium: Medium) -> None:
    """Forget one file of a message."""
    connection.execute("DELETE FROM media WHERE id = ?", (medium.id,))
    connection.execute("UPDATE messages SET num_media = num_media - 1 WHERE id = ?", (medium.message_id,))
