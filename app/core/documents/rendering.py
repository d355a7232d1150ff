"""Documents into pages, and pages into documents, each time in a process of its own that may take only so much."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from app.core.documents.pages import MOST_PAGES, Drawn, DrawnPage, PageFile, TextLine
from app.core.documents.problems import DocumentRefused, Problem
from app.core.documents.process import run

WORK = 60
"""Seconds of computing for a whole document: 400 pages of a usual one take a third of that."""
SECONDS = 180
"""Until it is over in any case, however slowly its pages are kept."""


def draw(
    source: Path, folder: Path, *, as_received: bool, on_page: Callable[[DrawnPage, int], None] | None = None, most_pages: int = MOST_PAGES
) -> Drawn:
    """Draw a PDF, TIFF or picture into `folder`, which exists and is empty. Nothing of the house should be locked meanwhile.

    `as_received` keeps the dots of a fax that came; else pictures are turned, fitted and put on a page. `on_page` is called for each as
    soon as its files are there, with the number of all pages. Raises DocumentRefused; what `on_page` got until then stands.
    """
    errand = {"do": "draw", "source": str(source), "folder": str(folder), "as_received": as_received, "most_pages": most_pages}
    for answer in run(errand, seconds=SECONDS, work=WORK):
        if "page" in answer:
            if on_page is not None:
                on_page(_page(answer), int(answer["of"]))
        elif "drawn" in answer:
            return Drawn(int(answer["drawn"]), str(answer["quality"]), is_cut=bool(answer["is_cut"]), memory=int(answer["memory"]))
    raise DocumentRefused(Problem.DAMAGED)


def join(pages: Sequence[PageFile], target: Path, *, fine: bool = True) -> Path:
    """One PDF of pages that `draw` made, in black and white (G4), at 204×196 or 204×98 dpi. `target` must not exist."""
    return _joined("pdf", pages, target, fine=fine)


def tiff(pages: Sequence[PageFile], target: Path, *, fine: bool = True, compression: Literal["g3", "g4"] = "g4") -> Path:
    """One TIFF, as fax software writes it."""
    return _joined("tiff", pages, target, fine=fine, compression=compression)


def _joined(what: str, pages: Sequence[PageFile], target: Path, **options: object) -> Path:
    errand: dict[str, Any] = {"do": what, "pages": [_asked(page) for page in pages], "target": str(target), **options}
    for _answer in run(errand, seconds=SECONDS, work=WORK):
        pass
    return target


def _asked(page: PageFile) -> dict[str, Any]:
    return {"image": str(page.image), "turn": int(page.turn), "lines": [asdict(line) for line in page.lines]}


def _page(answer: dict[str, Any]) -> DrawnPage:
    facts = answer["page"]
    return DrawnPage(
        number=int(facts["number"]), width=int(facts["width"]), height=int(facts["height"]), image=Path(facts["image"]),
        screen=Path(facts["screen"]), thumb=Path(facts["thumb"]), words=str(answer["words"]),
        lines=tuple(TextLine(**line) for line in answer["lines"]),
    )  # fmt: skip
