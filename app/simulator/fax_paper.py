"""Paper: what the pages of a document look like on the machine."""

import io

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageSequence

from app.simulator.fax_behaviour import NOT_A_DOCUMENT, TOO_MANY_PAGES

MOST_PAGES = 350
WIDTH = 1728
DOTS, POINTS = 204, 72


class NotADocument(Exception):
    """It cannot be sent. `failure` is a word of fax_behaviour."""

    def __init__(self, failure: str) -> None:
        self.failure = failure
        super().__init__(failure)


def sheets_of(content: bytes) -> list[bytes]:
    """Its pages as pictures. Raises NotADocument."""
    try:
        pages = _of_pdf(content) if content.startswith(b"%PDF") else _of_picture(content)
    except (pypdfium2.PdfiumError, OSError, ValueError) as error:
        raise NotADocument(NOT_A_DOCUMENT) from error
    if not pages:
        raise NotADocument(NOT_A_DOCUMENT)
    return [_as_png(page) for page in pages]


def _of_pdf(content: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(content)
    if len(document) > MOST_PAGES:
        raise NotADocument(TOO_MANY_PAGES)
    return [page.render(scale=DOTS / POINTS, grayscale=True).to_pil() for page in document]


def _of_picture(content: bytes) -> list[Image.Image]:
    with Image.open(io.BytesIO(content)) as picture:
        return [frame.copy() for frame in ImageSequence.Iterator(picture)]


def _as_png(page: Image.Image) -> bytes:
    kept = io.BytesIO()
    page.convert("L").convert("1", dither=Image.Dither.NONE).save(kept, "PNG", optimize=False)
    return kept.getvalue()


def first_pages(content: bytes, pages: int) -> bytes:
    """A document of its first `pages`, as the carrier has it when the line breaks."""
    document = pypdfium2.PdfDocument(content)
    for number in reversed(range(pages, len(document))):
        del document[number]
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()
