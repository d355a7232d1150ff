"""What is made of a document."""

from dataclasses import dataclass
from pathlib import Path

MOST_PAGES = 400
"""More than any machine takes in one call; a document with more is refused before the first is drawn."""
FAX_WIDTH = 1728
"""Pixels across a page, at 204 dpi (ITU-T T.4)."""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """One page, as files in the folder that was given: `image` black and white in full, `screen` grey, `thumb` small.

    `words` is what the document itself says, where it holds text; recognised text comes later.
    """

    number: int
    width: int
    height: int
    image: Path
    screen: Path
    thumb: Path
    words: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A whole document. `is_cut` where its end was damaged and what could be read was kept."""

    pages: int
    quality: str
    """"fine" or "standard", as a fax that came was sent."""
    is_cut: bool = False
