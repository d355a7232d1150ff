"""What is made of a document."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

MOST_PAGES = 400
"""More than any machine takes in one call; a document with more is refused before the first is drawn."""
FAX_WIDTH = 1728
"""Pixels across a page, at 204 dpi (ITU-T T.4)."""
ACROSS, FINE, STANDARD = 204, 196, 98
"""Dots to the inch (8.03 dots to the millimetre, 7.7 or 3.85 lines)."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of words, and where it stands: shares of the page, 0 to 1."""

    x: float
    y: float
    w: float
    h: float
    words: str


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """One page, as files in the folder that was given: `image` black and white in full, `screen` grey, `thumb` small.

    `image` has the dots that are on the line, lines of a page of 204×98 dpi doubled; its resolution stands in the file. `width` and
    `height` are those of the page in square pixels, so `height` is a twenty-fifth more than the picture's. `words` is what the document
    itself says, where it holds text; recognised text comes later.
    """

    number: int
    width: int
    height: int
    image: Path
    screen: Path
    thumb: Path
    words: str = ""
    lines: Sequence[TextLine] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A whole document. `is_cut` where its end was damaged and what could be read was kept."""

    pages: int
    quality: str
    """"fine" or "standard", as a fax that came was sent."""
    is_cut: bool = False
    memory: int = 0
    """Bytes that the process took at its most, where the system tells."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """The full picture of a page that `draw` made, how it is to be turned (clockwise, 0, 90, 180 or 270), and its words, to be found by."""

    image: Path
    turn: int = 0
    lines: Sequence[TextLine] = field(default=())
