"""Words on pages, read by Tesseract where this machine has it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from app.core.documents.pages import TextLine

SECONDS: Final = 60
"""For one page: a usual one takes two."""
LANGUAGES: Final = ("eng", "spa")
"""Asked for where they are installed."""
LONGEST: Final = 20_000
_SUREST: Final = 30
"""Per cent: words of which Tesseract is less sure are specks, as a rule."""
_COLUMNS: Final = 12
_WORD: Final = "5"


class Word(NamedTuple):
    """One that was found: in which line, where, in dots."""

    line: tuple[str, str, str]
    left: int
    top: int
    width: int
    height: int
    said: str


def is_here() -> bool:
    """Whether words can be read at all."""
    return bool(_program()) and bool(_languages())


def recognise(image: Path, width: int, height: int) -> tuple[TextLine, ...] | None:
    """The lines on a picture of this many dots; None where it took too long or could not be read."""
    program = _program()
    if not program:
        return None
    command = [program, str(image), "stdout", "-l", "+".join(_languages()), "--dpi", "200", "--psm", "3", "tsv"]
    try:
        done = subprocess.run(  # noqa: S603  # our own picture, and no word of anybody's among the arguments
            command, capture_output=True, timeout=SECONDS, check=True, stdin=subprocess.DEVNULL,
            env={"OMP_THREAD_LIMIT": "1", "PATH": os.defpath, "LANG": "C.UTF-8", **_data()}, process_group=0,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError):
        return None
    return tuple(_lines(done.stdout.decode("utf-8", "replace"), width, height))


def _lines(table: str, width: int, height: int) -> Iterator[TextLine]:
    length = 0
    for _line, group in groupby(_words(table), key=lambda word: word.line):
        words = list(group)
        said = " ".join(word.said for word in words)
        if not any(letter.isalnum() for letter in said):
            continue
        length += len(said)
        if length > LONGEST:
            return
        left, top = min(word.left for word in words), min(word.top for word in words)
        right, bottom = max(word.left + word.width for word in words), max(word.top + word.height for word in words)
        yield TextLine(
            round(left / width, 4), round(top / height, 4), round((right - left) / width, 4), round((bottom - top) / height, 4), said
        )


def _words(table: str) -> Iterator[Word]:
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == _COLUMNS and cells[0] == _WORD and cells[11].strip() and float(cells[10]) >= _SUREST:
            left, top, width, height = (int(cell) for cell in cells[6:10])
            yield Word((cells[2], cells[3], cells[4]), left, top, width, height, cells[11].strip())


def _program() -> str:
    return shutil.which("tesseract") or ""


def _data() -> dict[str, str]:
    return {"TESSDATA_PREFIX": os.environ["TESSDATA_PREFIX"]} if "TESSDATA_PREFIX" in os.environ else {}


@lru_cache(maxsize=1)
def _languages() -> tuple[str, ...]:
    """Those of ours that are installed."""
    try:
        done = subprocess.run([_program(), "--list-langs"], capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
    except (subprocess.SubprocessError, OSError):
        return ()
    there = done.stdout.decode("utf-8", "replace").split()
    return tuple(language for language in LANGUAGES if language in there)
