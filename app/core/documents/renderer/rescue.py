"""A page of a fax whose data end early or hold errors: PDFium reads on where other readers stop."""

from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as c  # type: ignore[import-untyped]
from PIL import Image

from app.core.documents.renderer import directories as d
from app.core.documents.renderer.pdf_file import PdfFile

MOST_BYTES = 32 * 1024 * 1024
_G3_PLAIN, _G3, _G4 = 2, 3, 4
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_FIRST_BIT_LAST = 2
_TWO_DIMENSIONS = 1


@dataclass(frozen=True, slots=True)
class _Strip:
    data: bytes
    rows: int


def rescue(source: Path, page: d.Directory) -> Image.Image | None:
    """What can be read of it, the rest white; None where that is nothing."""
    width, height, coding = page.whole(d.WIDTH), page.whole(d.HEIGHT), page.whole(d.COMPRESSION)
    if coding not in {_G3_PLAIN, _G3, _G4} or page.whole(d.BITS, 1) != 1 or width <= 0 or height <= 0:
        return None
    strips = _strips(source, page, height)
    if not any(strip.data for strip in strips):
        return None
    file = PdfFile()
    drawing = bytearray()
    top = height
    for strip in strips:
        top -= strip.rows
        if strip.data:
            number = file.add(_image(page, strip, width, coding), strip.data)
            drawing += b"q %d 0 0 %d 0 %d cm /P%d Do Q\n" % (width, strip.rows, top, number)
    file.page(width, height, bytes(drawing), file.named(b"P"))
    return _drawn(file.whole(), width, height)


def _strips(source: Path, page: d.Directory, height: int) -> list[_Strip]:
    """As they follow each other from the top, as far as the file goes."""
    rows = min(page.whole(d.ROWS_PER_STRIP, height) or height, height)
    found, left = [], height
    with source.open("rb") as file:
        length = file.seek(0, 2)
        for offset, count in zip(page.values.get(d.OFFSETS, ()), page.values.get(d.COUNTS, ()), strict=False):
            file.seek(min(int(offset), length))
            data = file.read(min(int(count), MOST_BYTES))
            found.append(_Strip(data.translate(_REVERSED) if page.whole(d.FILL_ORDER, 1) == _FIRST_BIT_LAST else data, min(rows, left)))
            left -= rows
            if left <= 0:
                break
    return found


def _image(page: d.Directory, strip: _Strip, width: int, coding: int) -> bytes:
    is_mixed = coding == _G3 and page.whole(d.G3_OPTIONS) & _TWO_DIMENSIONS
    kind = -1 if coding == _G4 else 1 if is_mixed else 0
    aligned = b"true" if coding == _G3_PLAIN else b"false"
    black = b"true" if page.whole(d.PHOTOMETRIC) == 1 else b"false"
    return (
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
        b"/DecodeParms<</K %d/Columns %d/Rows %d/EncodedByteAlign %b/BlackIs1 %b>>"
        % (width, strip.rows, kind, width, strip.rows, aligned, black)
    )  # fmt: skip


def _drawn(document: bytes, width: int, height: int) -> Image.Image | None:
    opened = pdfium.PdfDocument(document)
    try:
        page = opened[0]
        bitmap = pdfium.PdfBitmap.new_native(width, height, c.FPDFBitmap_Gray)
        bitmap.fill_rect(color=(255, 255, 255, 255), left=0, top=0, width=width, height=height)
        c.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, c.FPDF_RENDER_NO_SMOOTHIMAGE)
        picture: Image.Image = bitmap.to_pil().convert("1", dither=Image.Dither.NONE)
        page.close()
    except pdfium.PdfiumError:
        return None
    finally:
        opened.close()
    return picture if picture.getextrema() != (255, 255) else None
