"""Where the words that somebody searched for stand on a page, by the lines that software read."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from app.core.search_text import fold
from app.fax.models import FaxPage

AIR = 0.15
"""Around a word, in shares of the height of its line: letters are of different widths, so its place is known roughly."""


class Mark(NamedTuple):
    """A word that was found, in the pixels of its page."""

    x: int
    y: int
    width: int
    height: int


def places(page: FaxPage, terms: Sequence[str]) -> tuple[Mark, ...]:
    """The words of a page that hold one of these, which are folded."""
    return tuple(mark for line in page.lines or () for mark in _of_line(line, page, terms)) if terms else ()


def marked(text: str, terms: Sequence[str]) -> Markup:
    """The text with what was found marked."""
    html, end = [], 0
    for begin, stop in _found(text, terms):
        html += [escape(text[end:begin]), Markup("<mark>{}</mark>").format(text[begin:stop])]
        end = stop
    return Markup("").join([*html, escape(text[end:])])


def _of_line(line: dict[str, object], page: FaxPage, terms: Sequence[str]) -> Iterator[Mark]:
    words = str(line["words"])
    x, y, width, height = (float(str(line[side])) for side in "xywh")
    left, top, across, down = x * page.width, y * page.height, width * page.width, height * page.height
    air = AIR * down
    for begin, stop in _found(words, terms):
        from_, to = left + across * begin / len(words) - air, left + across * stop / len(words) + air
        yield Mark(round(from_), round(top - air), round(to - from_), round(down + 2 * air))


def _found(text: str, terms: Sequence[str]) -> Iterator[tuple[int, int]]:
    if terms:
        for word in re.finditer(r"\S+", text):
            folded = fold(word[0])
            if any(term in folded for term in terms):
                yield word.span()
