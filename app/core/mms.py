"""What fits into one picture message, and what will look good in it."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext as _

from app.core.content_types import TRANSCODED_BY_CARRIERS, FileType
from app.core.files import MEGABYTE, human_size
from app.core.uploads import UploadRefused

MOST_FILES: Final = 10
MOST_BYTES: Final = 5 * MEGABYTE
ADVISED_BYTES: Final = 600 * 1024

Piece = tuple[FileType, int]
"""A file of the message: its type and its size in bytes."""


def check(pieces: Sequence[Piece]) -> None:
    """Raise UploadRefused if carriers would not take these files in one message."""
    if len(pieces) > MOST_FILES:
        raise UploadRefused(_("A text holds at most %(most)s files. Send the others in a second one.", most=MOST_FILES))
    total = sum(size for _kind, size in pieces)
    if total > MOST_BYTES:
        raise UploadRefused(
            _("These files are %(total)s together; a text holds 5 MB. Leave one out, or send a link.", total=human_size(total))
        )


def advice(pieces: Sequence[Piece]) -> str | None:
    """What the writer should know before sending, or None. It is no refusal."""
    heavy = [size for kind, size in pieces if kind not in TRANSCODED_BY_CARRIERS and size > ADVISED_BYTES]
    if heavy:
        return str(_("Some phones will not get a file of %(size)s. Up to 600 KB arrives nearly everywhere.", size=human_size(max(heavy))))
    if sum(size for _kind, size in pieces) > ADVISED_BYTES:
        return str(_("Large pictures may arrive late or smaller than you sent them. Up to 600 KB arrives as it is."))
    return None
