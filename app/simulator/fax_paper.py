"""Paper: documents into pages with the head line that machines print on them, and into what a carrier keeps of a fax.

Whatever people bring is read in the process of its own that the house uses; only the pages it made are opened here.
"""

import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw, ImageFont

from app.core.documents.pages import DrawnPage, PageFile
from app.core.documents.problems import DocumentRefused, Problem
from app.core.documents.rendering import draw, join, tiff
from app.core.paper import FONTS
from app.simulator.fax_behaviour import NOT_A_DOCUMENT, TOO_LARGE, TOO_MANY_PAGES

MOST_PAGES = 350
"""What the carrier takes."""
PDF, TIFF_G3, TIFF_G4 = "pdf", "tiff-g3", "tiff-g4"
KINDS = {PDF: "application/pdf", TIFF_G3: "image/tiff", TIFF_G4: "image/tiff"}
"""How a fax can lie at the carrier, and its type."""
SCREEN_WIDTH, THUMB_WIDTH = 1000, 240
HEAD_TOP, HEAD_HEIGHT, LETTER_HEIGHT, PITCH = 34, 56, 31, 20
COLUMNS = (0.05, 0.34, 0.63, 0.86)
"""Where date, station, number and page stand in the head line, as shares of the width."""
_FAILURES = {Problem.TOO_MANY_PAGES: TOO_MANY_PAGES, Problem.TOO_LARGE: TOO_LARGE}


class NotADocument(Exception):
    """It cannot be sent. `failure` is a word of fax_behaviour, `name` the file's."""

    def __init__(self, failure: str, name: str = "") -> None:
        self.failure = failure
        self.name = name
        super().__init__(failure)


@dataclass(frozen=True, slots=True)
class Head:
    """What a machine prints at the top of each page it sends."""

    at: float
    zone: str
    station: str
    number: str

    def of_page(self, number: int, pages: int) -> tuple[str, str, str, str]:
        """NOV-18-2026 08:12, the station, the number, P.02/03."""
        local = datetime.fromtimestamp(self.at, UTC).astimezone(ZoneInfo(self.zone))
        digits = self.number.removeprefix("+1")
        shown = f"{digits[:3]} {digits[3:6]} {digits[6:]}" if len(digits) == 10 else self.number  # noqa: PLR2004  # North American
        return local.strftime("%b-%d-%Y %H:%M").upper(), self.station.upper(), shown, f"P.{number:02}/{pages:02}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as pictures for the screen: to read, and small."""

    image: bytes
    thumb: bytes


@dataclass(frozen=True, slots=True)
class Stack:
    """Pages, and the files in which their dots stand."""

    pages: Sequence[PageFile]
    sheets: Sequence[Sheet]

    def document(self, kind: str, *, is_fine: bool, first: int | None = None) -> bytes:
        """What a carrier keeps of them: all, or the `first` ones."""
        chosen = list(self.pages[:first])
        target = chosen[0].image.with_name("whole")
        target.unlink(missing_ok=True)
        if kind == PDF:
            join(chosen, target, fine=is_fine)
        else:
            tiff(chosen, target, fine=is_fine, compression="g3" if kind == TIFF_G3 else "g4")
        return target.read_bytes()


@contextmanager
def stacked(documents: Sequence[tuple[str, bytes]], head: Head | None, *, as_received: bool = False) -> Iterator[Stack]:
    """The pages of all `documents` (name, content) one after the other, while the files last. Raises NotADocument."""
    with tempfile.TemporaryDirectory(prefix="homeroom-fax-") as place:
        found: list[DrawnPage] = []
        for number, (name, content) in enumerate(documents):
            folder = Path(place) / str(number)
            folder.mkdir()
            found += _drawn(folder, name, content, MOST_PAGES - len(found), as_received=as_received)
        sheets: list[Sheet] = []
        for number, page in enumerate(found, 1):
            words = head.of_page(number, len(found)) if head else None
            sheets.append(_finished(page, words))
        yield Stack([PageFile(page.image) for page in found], sheets)


def sheets_of(content: bytes, head: Head | None) -> list[Sheet]:
    """The pages of a fax that comes out of a machine. Raises NotADocument."""
    with stacked([("", content)], head, as_received=True) as stack:
        return list(stack.sheets)


def _drawn(folder: Path, name: str, content: bytes, most: int, *, as_received: bool) -> list[DrawnPage]:
    source, pages = folder / "source", folder / "pages"
    source.write_bytes(content)
    pages.mkdir()
    found: list[DrawnPage] = []
    try:
        draw(source, pages, as_received=as_received, on_page=lambda page, _of: found.append(page), most_pages=most)
    except DocumentRefused as refusal:
        raise NotADocument(_FAILURES.get(refusal.problem, NOT_A_DOCUMENT), name) from refusal
    return found


def _finished(page: DrawnPage, words: tuple[str, ...] | None) -> Sheet:
    with Image.open(page.image, formats=["PNG"]) as opened:
        resolution = opened.info.get("dpi", (204, 196))
        dots = opened.convert("1", dither=Image.Dither.NONE)
    if words is not None:
        _print_head(dots, words)
        dots.save(page.image, "PNG", dpi=resolution)
    height = max(1, round(page.height * SCREEN_WIDTH / page.width))
    screen = dots.convert("L").resize((SCREEN_WIDTH, height), Image.Resampling.BOX)
    thumb = screen.resize((THUMB_WIDTH, max(1, round(height * THUMB_WIDTH / SCREEN_WIDTH))), Image.Resampling.BOX)
    return Sheet(_as_png(screen), _as_png(thumb))


def _as_png(picture: Image.Image) -> bytes:
    kept = io.BytesIO()
    picture.quantize(16).save(kept, "PNG", bits=4)
    return kept.getvalue()


def _print_head(dots: Image.Image, words: tuple[str, ...]) -> None:
    dots.paste(1, (0, 0, dots.width, HEAD_TOP + HEAD_HEIGHT))
    for share, text in zip(COLUMNS, words, strict=True):
        strip = _typed(text)
        room = dots.width - round(share * dots.width)
        dots.paste(strip.crop((0, 0, min(room, strip.width), strip.height)), (round(share * dots.width), HEAD_TOP))


@lru_cache(maxsize=256)
def _typed(text: str) -> Image.Image:
    """Words as machines type them: letters of one width, without grey."""
    font = _letters()
    strip = Image.new("1", (max(1, len(text)) * PITCH, HEAD_HEIGHT), 1)
    drawing = ImageDraw.Draw(strip)
    for place, letter in enumerate(text):
        drawing.text((place * PITCH + PITCH // 2, HEAD_HEIGHT - 18), letter, fill=0, font=font, anchor="ms")
    return strip


@lru_cache(maxsize=1)
def _letters() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / "NotoSans-Regular.ttf", LETTER_HEIGHT)
