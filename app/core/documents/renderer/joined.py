"""Pages into one file again: PDF for carriers and people, TIFF for fax software."""

import re
import struct
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageChops, TiffImagePlugin

from app.core.documents.renderer.page_of_dots import ACROSS, FINE
from app.core.documents.renderer.pdf_file import PdfFile

_POINTS = 72
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
_LETTERS = 0.85
"""Of a line's height are letters without what hangs below it."""
_LETTER_WIDTH = 0.5
"""Of a letter's size, about."""
_UNPRINTABLE = bytes(range(32))
_ONE_STRIP = 1 << 30
_COMPRESSIONS = {"g3": "group3", "g4": "group4"}


def pdf(pages: Sequence[dict[str, Any]], target: Path, *, fine: bool) -> None:
    """Of one picture for each page, G4, which every reader and carrier takes. A turn is only noted, so nothing gets lost."""
    with target.open("xb") as file:
        document = PdfFile(file)
        for page in pages:
            picture, across, down = _opened(page, fine=fine)
            width, height = picture.width * _POINTS / across, picture.height * _POINTS / down
            image = document.add(
                b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/CCITTFaxDecode"
                b"/DecodeParms<</K -1/Columns %d/Rows %d/BlackIs1 false>>" % (*picture.size, *picture.size),
                strip(picture),
            )
            drawing = b"q %.2f 0 0 %.2f 0 0 cm /P%d Do Q" % (width, height, image)
            resources, words = document.named(b"P"), unseen(page.get("lines", ()), width, height)
            if words:
                drawing, resources = drawing + words, resources + document.font()
            document.page(width, height, drawing, resources, turn=int(page.get("turn", 0)) % 360)
        document.finish()


def unseen(lines: Sequence[dict[str, Any]], width: float, height: float) -> bytes:
    """Words where they stand on the picture, to be found, marked and copied, and not seen. Letters of other scripts are left out."""
    drawing = []
    for line in lines:
        said = str(line["words"]).encode("cp1252", "ignore").translate(None, _UNPRINTABLE).strip()
        size = float(line["h"]) * height * _LETTERS
        if not said or size < 1:
            continue
        escaped = re.sub(rb"([\\()])", rb"\\\1", said)
        stretch = min(max(100 * float(line["w"]) * width / (len(said) * size * _LETTER_WIDTH), 10), 1000)
        left, base = float(line["x"]) * width, height - (float(line["y"]) + float(line["h"]) * _LETTERS) * height
        drawing.append(b"BT 3 Tr /F %.2f Tf %.1f Tz %.2f %.2f Td (%b) Tj ET" % (size, stretch, left, base, escaped))
    return b"\n".join([b"", *drawing]) if drawing else b""


def tiff(pages: Sequence[dict[str, Any]], target: Path, *, fine: bool, compression: str) -> None:
    """As fax software writes it: one strip for each page, turned as it is shown."""
    with target.open("xb") as file:
        file.write(struct.pack("<2sHI", b"II", 42, 0))
        link = 4
        for number, page in enumerate(pages):
            picture, across, down = _opened(page, fine=fine)
            turn = int(page.get("turn", 0)) % 360
            if turn:
                picture = picture.transpose(_TURNS[turn])
                across, down = (across, down) if turn == 180 else (down, across)  # noqa: PLR2004
            tags = _tags(file, picture, (across, down), _COMPRESSIONS[compression])
            tags.append((297, 3, 2, number | len(pages) << 16))
            directory = file.tell()
            file.write(struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags)) + bytes(4))
            end = file.tell()
            file.seek(link)
            file.write(struct.pack("<I", directory))
            file.seek(end)
            link = end - 4


def _tags(file: BinaryIO, picture: Image.Image, resolution: tuple[float, float], compression: str) -> list[tuple[int, int, int, int]]:
    """Write what is too long for the directory, and give its entries: number, type, count, value (TIFF 6.0, and RFC 2301)."""
    start, data = file.tell(), strip(picture, compression)
    file.write(data + bytes(len(data) % 2))
    rational = file.tell()
    file.write(b"".join(struct.pack("<II", round(dots * 100), 100) for dots in resolution))
    is_g3 = compression == "group3"
    return [
        (254, 4, 1, 2), (256, 4, 1, picture.width), (257, 4, 1, picture.height), (258, 3, 1, 1), (259, 3, 1, 3 if is_g3 else 4),
        (262, 3, 1, 0), (266, 3, 1, 1), (273, 4, 1, start), (277, 3, 1, 1), (278, 4, 1, picture.height), (279, 4, 1, len(data)),
        (282, 5, 1, rational), (283, 5, 1, rational + 8), *([(292, 4, 1, 0)] if is_g3 else []), (296, 3, 1, 2),
    ]  # fmt: skip


def strip(picture: Image.Image, compression: str = "group4") -> bytes:
    """The picture as one compressed strip, white as nought. It is inverted first: Pillow would do that dot by dot."""
    target = BytesIO()
    ImageChops.invert(picture).save(target, "TIFF", compression=compression, strip_size=_ONE_STRIP)
    target.seek(0)
    with Image.open(target, formats=["TIFF"]) as written:
        tags = written.tag_v2  # type: ignore[attr-defined]
        offsets, counts = tags[TiffImagePlugin.STRIPOFFSETS], tags[TiffImagePlugin.STRIPBYTECOUNTS]
    whole = target.getvalue()
    return b"".join(whole[offset : offset + count] for offset, count in zip(offsets, counts, strict=True))


def _opened(page: dict[str, Any], *, fine: bool) -> tuple[Image.Image, float, float]:
    with Image.open(page["image"], formats=["PNG"]) as opened:
        across, down = opened.info.get("dpi", (ACROSS, FINE))
        picture = opened.convert("1", dither=Image.Dither.NONE)
    if not fine:
        picture, down = halved(picture), down / 2
    return picture, across, down


def halved(picture: Image.Image) -> Image.Image:
    """With half the lines: of two, what is black in either of them stays, so that thin lines do."""
    half = picture.height // 2
    grey = picture.convert("L").crop((0, 0, picture.width, half * 2)).resize((picture.width, half), Image.Resampling.BOX)
    return grey.point([0 if level < 255 else 255 for level in range(256)]).convert("1", dither=Image.Dither.NONE)  # noqa: PLR2004
