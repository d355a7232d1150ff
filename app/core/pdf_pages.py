"""A picture of a PDF's first page, made in a process of its own that may be killed: PDFs come from anybody."""

import subprocess  # nosec B404  # runs our own program only
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask_babel import gettext as _

from app.core import pdf_first_page
from app.core.uploads import UploadRefused

MOST_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class FirstPage:
    """The first page as WebP, its size in pixels, and how many pages there are."""

    data: bytes
    width: int
    height: int
    pages: int


def first_page(path: Path, *, box: int = 640, seconds: float = MOST_SECONDS) -> FirstPage:
    """Draw the first page of the PDF at `path` to fit a square of `box` pixels.

    Takes some 0.2 s, so it belongs into a job. Raises UploadRefused when the PDF is damaged, locked by a password, or
    asks for more time or memory than a page may take.
    """
    command = [sys.executable, "-I", pdf_first_page.__file__, str(path), str(box)]
    try:
        drawn = subprocess.run(command, capture_output=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL)  # noqa: S603  # nosec B603  # our own program
    except subprocess.TimeoutExpired as error:
        raise UploadRefused(_too_heavy()) from error
    if drawn.returncode == pdf_first_page.LOCKED:
        raise UploadRefused(_("This PDF is locked with a password. Save a copy without it, and send that."))
    if drawn.returncode == pdf_first_page.DAMAGED:
        raise UploadRefused(_("This PDF is damaged or empty. Open it, save it again, and send the new file."))
    if drawn.returncode != 0:
        raise UploadRefused(_too_heavy())
    sizes, _newline, data = drawn.stdout.partition(b"\n")
    width, height, pages = (int(number) for number in sizes.split())
    return FirstPage(data, width, height, pages)


def _too_heavy() -> str:
    return str(_("This PDF is too heavy to show. Print it to a new PDF, and send that."))
