"""What the house asks of this process, one errand each time it is started, and how it answers: a line of JSON for each step."""

import json
import traceback
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from app.core.documents.renderer import limits
from app.core.documents.renderer.kinds import Kind, kind_of
from app.core.documents.renderer.refused import Refused


class Document(Protocol):
    """What each reader gives. `quality` and `is_cut` are known at the end."""

    count: int
    quality: str
    is_cut: bool

    def pages(self) -> Any:
        """Draw one after the other."""


def work(asked: BinaryIO, answers: BinaryIO) -> int:
    """Read the errand, do it, and answer."""
    errand = json.loads(asked.readline())
    limits.limit(seconds=int(errand["seconds"]), work=int(errand["work"]))

    def say(**facts: object) -> None:
        answers.write(json.dumps(facts).encode() + b"\n")
        answers.flush()

    try:
        _ERRANDS[errand["do"]](errand, say)
    except Refused as refused:
        say(problem=refused.code)
    except MemoryError:
        say(problem="too_much_memory")
    except Exception as error:  # noqa: BLE001  # readers raise what they like; our own mistakes are told to the log
        say(problem="damaged", cause=_place_of(error))
    return 0


def _place_of(error: Exception) -> str:
    """What was raised and where, without a word of the document."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}"


def _draw(errand: dict[str, Any], say: Any) -> None:
    source, folder = Path(errand["source"]), Path(errand["folder"])
    if not source.stat().st_size:
        raise Refused("empty")
    kind = kind_of(source)
    document = _opened(kind, source, as_received=errand["as_received"], most=errand["most_pages"])
    if document.count > errand["most_pages"]:
        raise Refused("too_many_pages")
    if not document.count:
        raise Refused("empty")
    from app.core.documents.renderer.output import keep  # noqa: PLC0415

    for number, page in enumerate(document.pages(), start=1):
        facts = keep(page.picture, folder, number, resolution=(page.across, page.down), shown=page.shown)
        say(page=facts, of=document.count, words=page.words, lines=page.lines)
        drawn = number
    say(drawn=drawn, quality=document.quality, is_cut=document.is_cut, memory=limits.most_memory())


def _opened(kind: Kind | None, source: Path, *, as_received: bool, most: int) -> Document:
    """Load only what reads this kind: PDFium alone takes a tenth of a second."""
    if kind is Kind.PDF:
        from app.core.documents.renderer.pdfs import Pdf  # noqa: PLC0415

        limits.limit_memory()
        return Pdf(source)
    if kind is Kind.TIFF:
        from app.core.documents.renderer.tiffs import Tiff  # noqa: PLC0415

        limits.limit_memory()
        return Tiff(source, most, as_received=as_received)
    if kind is Kind.PICTURE:
        from app.core.documents.renderer.pictures import Picture  # noqa: PLC0415

        limits.limit_memory()
        return Picture(source)
    raise Refused("unknown_kind")


def _join(errand: dict[str, Any], say: Any) -> None:
    from app.core.documents.renderer import joined  # noqa: PLC0415

    limits.limit_memory()
    target = Path(errand["target"])
    if errand["do"] == "pdf":
        joined.pdf(errand["pages"], target, fine=errand["fine"])
    else:
        joined.tiff(errand["pages"], target, fine=errand["fine"], compression=errand["compression"])
    say(joined=len(errand["pages"]))


_ERRANDS = {"draw": _draw, "pdf": _join, "tiff": _join}
