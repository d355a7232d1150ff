"""Faxes as TIFF: G3 and G4, one or many pages, dots that are not square."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from app.core.documents.renderer.dots import black_and_white
from app.core.documents.renderer.page_of_dots import ACROSS, FINE, STANDARD, WIDTH, DotPage
from app.core.documents.renderer.pictures import on_paper
from app.core.documents.renderer.refused import Refused

MOST_DOTS = 60_000_000
SIDEWAYS = (5, 6, 7, 8)
_BETWEEN = 140
"""Lines to the inch: fewer is standard, more is fine."""
_SHORT = 1450
"""Lines: a page of 1728 dots across with fewer of them, whose resolution is not told, is a standard one."""
_DAMAGED = (OSError, EOFError, ValueError, SyntaxError, KeyError, TypeError, IndexError, OverflowError)
"""What Pillow raises for files that are not whole."""


class Tiff:
    """An open document."""

    def __init__(self, source: Path, most: int, *, as_received: bool) -> None:
        self._as_received = as_received
        try:
            self._image = Image.open(source, formats=["TIFF"])
        except (UnidentifiedImageError, *_DAMAGED) as damage:
            raise Refused("damaged") from damage
        self.count = self._count(most)
        self.is_cut = False
        self.quality = "fine"

    def _count(self, most: int) -> int:
        """How many pages there are; the chain of them may be broken, or lead back to its beginning."""
        count = 0
        try:
            while count <= most:
                self._image.seek(count)
                count += 1
        except _DAMAGED:
            pass
        return count

    def pages(self) -> Iterator[DotPage]:
        """One after the other; ends early, `is_cut`, where a page cannot be read."""
        for number in range(self.count):
            try:
                self._image.seek(number)
                if self._image.width * self._image.height > MOST_DOTS:
                    raise Refused("too_large")
                self._image.load()
                page = self._page(self._image)
            except _DAMAGED as damage:
                if number == 0:
                    raise Refused("damaged") from damage
                self.is_cut = True
                return
            yield page

    def _page(self, image: Image.Image) -> DotPage:
        across, down = resolution_of(image)
        is_standard = down < _BETWEEN
        if not self._as_received and (image.mode, image.width) != ("1", WIDTH):
            return DotPage(black_and_white(on_paper(image.convert("L"), margin=0, stretch=across / down)))
        dots = image.copy() if image.mode == "1" else black_and_white(image.convert("L"))
        dots.info = {}
        if is_standard:
            self.quality = "standard"
            dots, down = dots.resize((dots.width, dots.height * 2), Image.Resampling.NEAREST), down * 2
        return DotPage(dots, across, down)


def resolution_of(image: Image.Image) -> tuple[float, float]:
    """Dots to the inch, across and down. A fax that does not tell has those of its size."""
    tags = getattr(image, "tag_v2", {})
    across, down = (float(tags.get(tag, 0) or 0) for tag in (TiffImagePlugin.X_RESOLUTION, TiffImagePlugin.Y_RESOLUTION))
    if tags.get(TiffImagePlugin.RESOLUTION_UNIT, 2) == 3:  # noqa: PLR2004  # to the centimetre
        across, down = across * 2.54, down * 2.54
    if across < 50 or down < 50 or across > 2400 or down > 2400:  # noqa: PLR2004  # no machine's
        return ACROSS, (STANDARD if image.height < _SHORT * image.width / WIDTH else FINE)
    return across, down
