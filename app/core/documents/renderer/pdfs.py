"""PDF, drawn by PDFium."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as c  # type: ignore[import-untyped]
from PIL import Image

from app.core.documents.renderer.dots import black_and_white
from app.core.documents.renderer.page_of_dots import ACROSS, FINE, WIDTH, DotPage
from app.core.documents.renderer.refused import Refused

MOST_ROWS = 14 * FINE
"""Legal paper, the longest that machines print on."""
MOST_WORDS = 20_000
_MOST_LINES = 500
_POINTS = 72
_CODES = {c.FPDF_ERR_PASSWORD: "encrypted", c.FPDF_ERR_SECURITY: "encrypted", c.FPDF_ERR_SUCCESS: "empty"}
"""A document without a page is not opened, although nothing else is wrong with it."""
_AT_ONCE = 40
"""Pages until it is opened anew: PDFium keeps the pictures of all that it has drawn."""
_LARGEST = 2
"""Times its own size: a small receipt is not blown up to a whole page."""


class Pdf:
    """An open document."""

    quality = "fine"
    is_cut = False

    def __init__(self, source: Path) -> None:
        self._source = source
        self._document = self._opened()
        self.count = len(self._document)

    def _opened(self) -> pdfium.PdfDocument:
        try:
            return pdfium.PdfDocument(self._source)
        except pdfium.PdfiumError as error:
            raise Refused(_CODES.get(error.err_code, "damaged")) from error

    def pages(self) -> Iterator[DotPage]:
        """One after the other; a single one that cannot be read is left out, and the document `is_cut`."""
        drawn = 0
        for number in range(self.count):
            if number and not number % _AT_ONCE:
                self._document.close()
                self._document = self._opened()
            try:
                page = self._document[number]
            except pdfium.PdfiumError:
                self.is_cut = True
                continue
            try:
                picture = black_and_white(draw(page))
                dots = DotPage(picture, words=words_of(page), lines=lines_of(page))
            finally:
                page.close()
            drawn += 1
            yield dots
        if not drawn:
            raise Refused("damaged")


def draw(page: pdfium.PdfPage) -> Image.Image:
    """In grey, on paper of a fax's width."""
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise Refused("damaged")
    scale = min(WIDTH / width, _LARGEST * ACROSS / _POINTS, MOST_ROWS * ACROSS / FINE / height)
    across, rows = max(1, round(width * scale)), max(1, round(height * scale * FINE / ACROSS))
    bitmap = pdfium.PdfBitmap.new_native(across, rows, c.FPDFBitmap_BGRx)
    bitmap.fill_rect(color=(255, 255, 255, 255), left=0, top=0, width=across, height=rows)
    c.FPDF_RenderPageBitmap(bitmap, page, 0, 0, across, rows, 0, c.FPDF_ANNOT)
    grey: Image.Image = bitmap.to_pil().convert("L")
    bitmap.close()
    if across == WIDTH:
        return grey
    paper = Image.new("L", (WIDTH, rows), 255)
    paper.paste(grey, ((WIDTH - across) // 2, 0))
    return paper


def words_of(page: pdfium.PdfPage) -> str:
    """What it says, where its letters are text."""
    try:
        text = page.get_textpage()
    except pdfium.PdfiumError:
        return ""
    try:
        return str(text.get_text_range(0, min(text.count_chars(), MOST_WORDS), errors="replace")).replace("\r\n", "\n").strip()
    except pdfium.PdfiumError:
        return ""
    finally:
        text.close()


def lines_of(page: pdfium.PdfPage) -> tuple[dict[str, object], ...]:
    """Where its text stands; none of a page that is turned, or narrower than a fax, for it is drawn elsewhere than it says."""
    left, bottom, right, top = page.get_cropbox()
    width, height = right - left, top - bottom
    if page.get_rotation() or width <= 0 or height <= 0 or _is_narrow(width, height):
        return ()
    try:
        text = page.get_textpage()
    except pdfium.PdfiumError:
        return ()
    found = []
    try:
        for number in range(min(text.count_rects(), _MOST_LINES)):
            box = text.get_rect(number)
            words = " ".join(str(text.get_text_bounded(*box)).split())
            x, y, w, h = (box[0] - left) / width, (top - box[3]) / height, (box[2] - box[0]) / width, (box[3] - box[1]) / height
            if words and all(0 <= share <= 1 for share in (x, y, w, h)):
                found.append({"x": round(x, 4), "y": round(y, 4), "w": round(w, 4), "h": round(h, 4), "words": words})
    except pdfium.PdfiumError:
        return ()
    finally:
        text.close()
    return tuple(found)


def _is_narrow(width: float, height: float) -> bool:
    return min(_LARGEST * ACROSS / _POINTS, MOST_ROWS * ACROSS / FINE / height) < WIDTH / width
