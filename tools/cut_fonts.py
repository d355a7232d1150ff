"""How the fonts of `app/core/data/fonts` were made: the variable fonts of the Noto project at one weight, cut to what letters need.

Needs fontTools and a folder with the originals (NotoSans[wdth,wght].ttf, NotoSansArabic[wght].ttf, NotoSansSC[wght].ttf and so on):
python -m tools.cut_fonts FOLDER. Chinese is cut to GB 2312 and the frequent part of Big5, Korean to its syllables.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

OUT = Path(__file__).parent.parent / "app/core/data/fonts"
REGULAR, BOLD = 400, 700
SCRIPTS = (
    "Arabic", "Devanagari", "Ethiopic", "Myanmar", "Hebrew", "Bengali", "Gujarati", "Gurmukhi", "Khmer", "Lao", "Tamil", "Telugu", "Thai",
    "Armenian", "Georgian",
)  # fmt: skip
LATIN = ((0x20, 0x530), (0x1E00, 0x1F00), (0x2000, 0x2070), (0x20A0, 0x20C1), (0x2100, 0x214F), (0x2190, 0x2200))
EAST_ASIAN = ((0x3000, 0x3100), (0xFF00, 0xFFEF))
HANGUL = ((0xAC00, 0xD7A4), (0x1100, 0x1200), (0x3130, 0x3190))


def ranges(*found: tuple[int, int]) -> set[int]:
    """All code points of some ranges."""
    return {code for first, after in found for code in range(first, after)}


def encoded(name: str, rows: Iterable[int]) -> set[int]:
    """The code points of some rows of an encoding with two bytes."""
    pairs = (bytes((row, cell)) for row in rows for cell in range(0x40, 0xFF))
    letters = (pair.decode(name, errors="ignore") for pair in pairs)
    return {ord(letter) for letter in letters if len(letter) == 1}


def cut(source: Path, name: str, keep: set[int] | None, weight: int = REGULAR) -> None:
    """Write one font."""
    font = TTFont(source)
    places = {axis.axisTag: weight if axis.axisTag == "wght" else axis.defaultValue for axis in font["fvar"].axes}
    font = instancer.instantiateVariableFont(font, places)
    options = subset.Options(layout_features=["*"], hinting=False, glyph_names=False, notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=keep if keep is not None else set(font.getBestCmap()))
    cutter.subset(font)
    font.save(OUT / f"{name}.ttf")


def main(folder: Path) -> None:
    """Cut them all."""
    sans = folder / "NotoSans[wdth,wght].ttf"
    cut(sans, "NotoSans-Regular", ranges(*LATIN))
    cut(sans, "NotoSans-Bold", ranges(*LATIN), BOLD)
    for script in (*(f"Sans{name}" for name in SCRIPTS), "Emoji"):
        cut(folder / f"Noto{script}[wght].ttf", f"Noto{script}-Regular", None)
    chinese = encoded("gb2312", range(0xA1, 0xF8)) | encoded("big5", range(0xA1, 0xC7)) | ranges(*EAST_ASIAN)
    cut(folder / "NotoSansSC[wght].ttf", "NotoSansSC-Regular", chinese)
    cut(folder / "NotoSansKR[wght].ttf", "NotoSansKR-Regular", ranges(*HANGUL))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
