"""Pages to print, in any script that families read: real letters, shaped, and from right to left where they are.

The fonts lie beside: cuts of Noto (SIL Open Font License, `data/fonts/LICENSE`); `tools/cut_fonts.py` tells how they were made.
"""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final, cast

import structlog

from app.core.presentation import text_direction

FONTS: Final = Path(__file__).with_name("data") / "fonts"
LATIN: Final = "NotoSans"
OF_LANGUAGE: Final = {
    "ar": "NotoSansArabic", "ur": "NotoSansArabic", "fa": "NotoSansArabic", "ps": "NotoSansArabic", "ku": "NotoSansArabic",
    "hi": "NotoSansDevanagari", "ne": "NotoSansDevanagari", "mr": "NotoSansDevanagari", "zh": "NotoSansSC", "ja": "NotoSansSC",
    "ko": "NotoSansKR", "am": "NotoSansEthiopic", "ti": "NotoSansEthiopic", "my": "NotoSansMyanmar", "he": "NotoSansHebrew",
    "bn": "NotoSansBengali", "gu": "NotoSansGujarati", "pa": "NotoSansGurmukhi", "km": "NotoSansKhmer", "lo": "NotoSansLao",
    "ta": "NotoSansTamil", "te": "NotoSansTelugu", "th": "NotoSansThai", "hy": "NotoSansArmenian", "ka": "NotoSansGeorgian",
}  # fmt: skip
"""The font that a language begins with; all others Latin, Greek and Cyrillic letters. What a font lacks is taken from another."""
UNSPACED: Final = frozenset({"zh", "ja", "th", "lo", "km", "my"})
LINE: Final = 1.55
POINTS_TO_MM: Final = 0.3528
MARGIN: Final = 24
GREY: Final = 90
_NUMBER = re.compile(r"[+(]?\d[\d\s().\-–/]*\d")
_APART, _TOGETHER = "\u2066", "\u2069"
_LETTER_LIKE: Final = frozenset({"L", "R", "AL"})
_TURNING_MARK: Final = "\u200e"
"""Seen by nobody, and a letter to whoever orders the text (Unicode annex 9)."""
LONGEST_RUN: Final = 200
"""So many signs without a letter may follow each other: the printer looks for the next letter by calling itself for each of them."""
_INVISIBLE = dict.fromkeys(map(ord, "\ufe0e\ufe0f\u200d"))


class Paper:
    """A PDF that grows page by page. `data` ends it."""

    def __init__(self, title: str) -> None:
        """Open the fonts, which takes half a second: one paper is for many pages."""
        from fpdf import FPDF, enums  # noqa: PLC0415  # with all it knows of fonts a tenth of a start, and most processes never print

        self._pdf = FPDF(format="letter", unit="mm")
        self._anywhere, self._at_spaces = enums.WrapMode.CHAR, enums.WrapMode.WORD
        self._pdf.set_title(title)
        self._pdf.set_creator("Homeroom")
        self._pdf.set_margin(MARGIN)
        self._pdf.set_auto_page_break(auto=True, margin=MARGIN)
        for file in sorted(FONTS.glob("*-Regular.ttf")):
            self._pdf.add_font(file.stem.removesuffix("-Regular"), "", file)
        self._pdf.add_font(LATIN, "B", FONTS / f"{LATIN}-Bold.ttf")
        others = sorted({*OF_LANGUAGE.values(), "NotoEmoji"})
        self._pdf.set_fallback_fonts([LATIN, *others], exact_match=False)
        self._known = frozenset(code for font in self._pdf.fonts.values() for code in getattr(font, "cmap", ()))

    @property
    def pages(self) -> int:
        """How many there are."""
        return self._pdf.page

    def page(self) -> None:
        """Begin another one."""
        self._pdf.add_page()

    def words(
        self, text: str, language: str, *, size: float = 11.5, bold: bool = False, faint: bool = False, along: str | None = None
    ) -> None:
        """Write a paragraph in a language. `along` is the language of the page, for a line that stands on its side in another one."""
        root = language.split("-", maxsplit=1)[0]
        direction = text_direction(language)
        side = text_direction(along or language)
        font = OF_LANGUAGE.get(root, LATIN)
        self._pdf.set_font(font, style="B" if bold and font == LATIN else "", size=size)
        self._pdf.set_text_color(GREY if faint else 0)
        self._pdf.set_text_shaping(use_shaping_engine=True, direction=direction, language=root)
        for line in shallow(self._printable(text, is_from_right=direction == "rtl")).split("\n"):
            if not line.strip():
                self._pdf.ln(size * LINE * POINTS_TO_MM * 0.6)
                continue
            self._pdf.multi_cell(
                0, size * LINE * POINTS_TO_MM, line, align="R" if side == "rtl" else "L", new_x="LMARGIN", new_y="NEXT",
                wrapmode=self._anywhere if root in UNSPACED else self._at_spaces,
            )  # fmt: skip

    def gap(self, millimetres: float) -> None:
        """Leave some space."""
        self._pdf.ln(millimetres)

    def rule(self) -> None:
        """Draw a thin line over the width of the text."""
        y = self._pdf.get_y()
        self._pdf.set_draw_color(GREY * 2)
        self._pdf.line(MARGIN, y, self._pdf.w - MARGIN, y)

    def table(self, rows: Iterable[tuple[str, str]], language: str, *, size: float = 11.5, names: float = 24) -> None:
        """Names in bold on the left, `names` millimetres wide, and what belongs to each beside them, between two lines."""
        self._strong_rule()
        self.gap(3)
        for name, text in rows:
            y = self._pdf.get_y()
            self.words(name, language, size=size, bold=True)
            below = self._pdf.get_y()
            self._pdf.set_y(y)
            self._pdf.set_left_margin(MARGIN + names)
            self.words(text, language, size=size)
            self._pdf.set_left_margin(MARGIN)
            self._pdf.set_y(max(below, self._pdf.get_y()) + 1.2)
        self.gap(2)
        self._strong_rule()

    def foot(self, text: str, language: str, *, size: float = 10) -> None:
        """A paragraph at the very bottom, under a line; below what is there, where the page is full."""
        line = size * LINE * POINTS_TO_MM
        self._pdf.set_font(LATIN, size=size)
        lines = len(cast("list[str]", self._pdf.multi_cell(0, line, text, dry_run=True, output="LINES")))
        top = self._pdf.h - MARGIN - (lines + 0.5) * line - 4
        if self._pdf.get_y() < top:
            self._pdf.set_y(top)
        self.gap(2)
        self._strong_rule(0.3)
        self.gap(2)
        self.words(text, language, size=size)

    def _strong_rule(self, width: float = 0.5) -> None:
        """Black, so that a fax shows it."""
        y = self._pdf.get_y()
        self._pdf.set_draw_color(0)
        self._pdf.set_line_width(width)
        self._pdf.line(MARGIN, y, self._pdf.w - MARGIN, y)
        self._pdf.set_line_width(0.2)

    def data(self) -> bytes:
        """The finished file."""
        return bytes(self._pdf.output())

    def _printable(self, text: str, *, is_from_right: bool) -> str:
        """Without what no font has; numbers with spaces or signs in them stay in one piece and in their order."""
        clean = text.replace("\r\n", "\n").replace("\t", " ").translate(_INVISIBLE)
        kept = "".join(letter for letter in clean if letter == "\n" or ord(letter) in self._known or letter in _APART + _TOGETHER)
        lost = len(clean) - len(kept)
        if lost:
            structlog.get_logger().info("paper.letters_without_font", number=lost)
        return _NUMBER.sub(_in_one_piece, kept) if is_from_right else kept


def shallow(text: str) -> str:
    """The same to the eye, without a run of more than LONGEST_RUN signs that are no letters."""
    if len(text) <= LONGEST_RUN:
        return text
    pieces, run = list[str](), 0
    for sign in text:
        run = 0 if unicodedata.bidirectional(sign) in _LETTER_LIKE else run + 1
        pieces.append(sign)
        if run == LONGEST_RUN:
            pieces.append(_TURNING_MARK)
            run = 0
    return "".join(pieces)


def _in_one_piece(found: re.Match[str]) -> str:
    number = found[0]
    return number if number.isdigit() else f"{_APART}{number.replace(' ', chr(0xA0))}{_TOGETHER}"
