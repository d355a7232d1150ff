"""Faxes as TIFF: G3 and G4, one or many pages, dots that are not square, ends that are missing."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from app.core.documents.renderer import directories as d
from app.core.documents.renderer.dots import black_and_white
from app.core.documents.renderer.page_of_dots import ACROSS, FINE, STANDARD, WIDTH, DotPage
from app.core.documents.renderer.pictures import on_paper
from app.core.documents.renderer.refused import Refused

MOST_DOTS = 40_000_000
"""Three metres of paper: Pillow takes a byte for each."""
_BETWEEN = 140
"""Lines to the inch: fewer is standard, more is fine."""
_SHORT = 1450
"""Lines: a page of 1728 dots across with fewer of them, whose resolution is not told, is a standard one."""
_CENTIMETRES = 3
_FEWEST, _MOST = 50, 2400
_DAMAGED = (UnidentifiedImageError, OSError, EOFError, ValueError, SyntaxError, LookupError, TypeError, ArithmeticError, RuntimeError)
"""What Pillow raises for files that are not whole."""


class Tiff:
    """An open document."""

    def __init__(self, source: Path, most: int, *, as_received: bool) -> None:
        self._source, self._as_received = source, as_received
        chain = d.read_chain(source, most)
        self._directories, self.is_cut = chain.directories, chain.is_broken
        self.count = len(self._directories)
        self.quality = "fine"
        if not self.count:
            raise Refused("damaged" if chain.is_broken else "empty")

    def pages(self) -> Iterator[DotPage]:
        """One after the other. What cannot be read of one is white; one of which nothing can be read is left out."""
        drawn = 0
        image: Image.Image | None = None
        for number, directory in enumerate(self._directories):
            if directory.number(d.WIDTH) * directory.number(d.HEIGHT) > MOST_DOTS:
                raise Refused("too_large")
            try:
                image = image or Image.open(self._source, formats=["TIFF"])
                image.seek(number)
                image.load()
                found: Image.Image | None = image
            except _DAMAGED:
                self.is_cut, image = True, None
                found = _rescued(self._source, directory)
            if found is not None:
                drawn += 1
                yield self._page(found, directory)
        if not drawn:
            raise Refused("damaged")

    def _page(self, image: Image.Image, directory: d.Directory) -> DotPage:
        across, down = resolution_of(directory)
        if not self._as_received and (image.mode, image.width) != ("1", WIDTH):
            return DotPage(black_and_white(on_paper(image.convert("L"), margin=0, stretch=across / down)))
        dots = image if image.mode == "1" else black_and_white(image.convert("L"))
        if down < _BETWEEN:
            self.quality = "standard"
            dots, down = dots.resize((dots.width, dots.height * 2), Image.Resampling.NEAREST), down * 2
        return DotPage(dots, across, down)


def _rescued(source: Path, directory: d.Directory) -> Image.Image | None:
    from app.core.documents.renderer.rescue import rescue  # noqa: PLC0415  # PDFium is loaded only for damaged ones

    return rescue(source, directory)


def resolution_of(page: d.Directory) -> tuple[float, float]:
    """Dots to the inch, across and down. A fax that does not tell has those of its size."""
    to_the_inch = 2.54 if page.whole(d.UNIT, 2) == _CENTIMETRES else 1.0
    across, down = page.number(d.ACROSS) * to_the_inch, page.number(d.DOWN) * to_the_inch
    if not (_FEWEST <= across <= _MOST and _FEWEST <= down <= _MOST):
        return ACROSS, (STANDARD if page.whole(d.HEIGHT) < _SHORT * page.whole(d.WIDTH) / WIDTH else FINE)
    return across, down
