"""How far the pages of faxes and of files are: what a worker takes up, what it found, and what becomes of that. Rows carry the truth.

A row that is taken up is not due for as long as the lease lasts. A worker that died is known by its name, so the next one does not wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, text, update

from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.documents.pages import Drawn, TextLine
from app.core.documents.problems import Problem
from app.delivery.worker_name import is_gone, my_name
from app.fax.events import FaxReady, LeaveWaiting
from app.fax.models import Fax, FaxPage, FaxPart, LeftoverKind, Paper
from app.fax.models.faxes import CUT_OFF, DUE_ROWS
from app.fax.models.pages import DUE_PARTS
from app.fax.service.leftovers import leave
from app.fax.service.looks import index_words, touch

LEASE = timedelta(minutes=5)
"""Longer than a document may take, with its fetching."""
MOST_TRIES = 4
"""Of a document that took its worker along each time."""
LONGEST_WAIT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a worker has taken up: the pages of a fax that came, or of one file of a fax to be sent."""

    fax_id: int
    part_id: int | None
    provider_id: str | None
    source_key: str | None
    tries: int
    since: datetime


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One page whose pictures are in the file store."""

    number: int
    width: int
    height: int
    image_key: str
    screen_key: str
    thumb_key: str
    words: str = ""
    lines: Sequence[TextLine] = ()


def take_up(*, files_first: bool = False) -> Sheet | None:
    """What is due, nobody else gets it meanwhile: faxes that came before files, or the other way round."""
    with transaction():
        moment = now()
        looks = (_take_file, _take_fax) if files_first else (_take_fax, _take_file)
        return next((sheet for look in looks if (sheet := look(moment)) is not None), None)


def _take_fax(moment: datetime) -> Sheet | None:
    arrived = select(Fax).where(text(DUE_ROWS), Fax.paper_due_at <= moment).order_by(Fax.paper_due_at)
    fax = db.session.scalar(arrived.limit(1).with_for_update(skip_locked=True))
    if fax is None:
        return None
    _claim(fax, moment)
    return Sheet(fax.id, None, fax.provider_id, fax.source_key, fax.paper_tries, fax.created_at)


def _take_file(moment: datetime) -> Sheet | None:
    files = select(FaxPart).where(text(DUE_PARTS), FaxPart.paper_due_at <= moment).order_by(FaxPart.paper_due_at)
    part = db.session.scalar(files.limit(1).with_for_update(skip_locked=True))
    if part is None:
        return None
    _claim(part, moment)
    return Sheet(part.fax_id, part.id, None, part.source_key, part.paper_tries, part.created_at)


def drawn_of(sheet: Sheet) -> frozenset[int]:
    """Which of its pages are there already."""
    return _numbers(sheet)


def _claim(row: Fax | FaxPart, moment: datetime) -> None:
    row.paper_tries += 1
    row.claimed_by, row.claimed_until = my_name(), moment + LEASE
    row.paper_due_at = row.claimed_until


def set_free() -> int:
    """Make due again what workers had taken up that do not run any more; how many there were."""
    held: list[tuple[type[Fax | FaxPart], int, str]] = []
    for table, rows in ((Fax, DUE_ROWS), (FaxPart, DUE_PARTS)):
        found = db.session.execute(select(table.id, table.claimed_by).where(text(rows), table.claimed_by.is_not(None)))
        held += [(table, number, name) for number, name in found if name is not None and is_gone(name)]
    if held:
        with transaction():
            for table, number, name in held:
                mine: ColumnElement[bool] = table.claimed_by == name
                db.session.execute(update(table).where(table.id == number, mine).values(paper_due_at=now(), claimed_by=None))
    return len(held)


def keep_source(sheet: Sheet, *, key: str, content_type: str) -> bool:
    """The document of a fax that came is in the file store. False if somebody was faster: then the copy is not needed."""
    with transaction():
        fax, row = _held(sheet)
        if fax is None or row is not fax or fax.source_key is not None:
            return False
        fax.source_key, fax.source_type, fax.paper_tries = key, content_type, 1
        return True


def keep_page(sheet: Sheet, page: KeptPage, of: int) -> bool:
    """It can be seen from now on. False if it is there already, or not wanted any more: then its pictures are not needed."""
    with transaction():
        fax, row = _held(sheet)
        if fax is None or row is None or page.number in _numbers(sheet):
            return False
        db.session.add(
            FaxPage(
                fax_id=fax.id, part_id=sheet.part_id, number=page.number, width=page.width, height=page.height, image_key=page.image_key,
                screen_key=page.screen_key, thumb_key=page.thumb_key, words=page.words, lines=as_rows(page.lines),
            )
        )  # fmt: skip
        row.pages = of
        if row is fax and page.number == 1:
            fax.thumb_key = page.thumb_key
        touch(fax)
        return True


def finish(sheet: Sheet, drawn: Drawn) -> list[str]:
    """All its pages are there. Returns what the file store need not keep any more.

    A file to be sent whose end is missing is refused: nobody would notice before it arrived.
    """
    with transaction():
        fax, row = _held(sheet)
        if fax is None or row is None:
            return []
        if isinstance(row, FaxPart) and drawn.is_cut:
            return _break(fax, row, Problem.DAMAGED)
        _settle(fax, row, drawn.pages, CUT_OFF if drawn.is_cut else None)
        if row is fax:
            fax.quality = drawn.quality
    return []


def give_up(sheet: Sheet, problem: str) -> list[str]:
    """There is nothing to show, or not all of it, and `problem` says why. What came can be downloaded as it came. Returns as `finish`."""
    with transaction():
        fax, row = _held(sheet)
        if fax is None or row is None:
            return []
        if row is fax and (there := len(_numbers(sheet))):
            _settle(fax, row, there, CUT_OFF)
            return []
        return _break(fax, row, problem)


def postpone(sheet: Sheet, wait: timedelta) -> None:
    """Once more later."""
    with transaction():
        _fax, row = _held(sheet)
        if row is not None:
            row.paper_due_at, row.claimed_by, row.claimed_until = now() + wait, None, None


def put_back(sheet: Sheet, wait: timedelta) -> None:
    """Once more later, because something of ours is away. That is no try of the document, which may be whole, unless it lasts for days."""
    with transaction():
        _fax, row = _held(sheet)
        if row is not None:
            row.paper_due_at, row.claimed_by, row.claimed_until = now() + wait, None, None
            if now() - sheet.since < LONGEST_WAIT:
                row.paper_tries = max(row.paper_tries - 1, 0)


def as_rows(lines: Sequence[TextLine]) -> list[dict[str, Any]]:
    """As a page keeps them."""
    return [{"x": line.x, "y": line.y, "w": line.w, "h": line.h, "words": line.words} for line in lines]


def _held(sheet: Sheet) -> tuple[Fax | None, Fax | FaxPart | None]:
    """The fax, and what of it is drawn if that still waits for this very document; nobody else changes them until the commit."""
    fax = db.session.get(Fax, sheet.fax_id, populate_existing=True, with_for_update=True)
    row: Fax | FaxPart | None = fax
    if sheet.part_id is not None:
        row = db.session.get(FaxPart, sheet.part_id, populate_existing=True, with_for_update=True)
    if fax is None or row is None or row.paper != Paper.WAITING or (sheet.source_key is not None and row.source_key != sheet.source_key):
        return None, None
    return fax, row


def _settle(fax: Fax, row: Fax | FaxPart, pages: int, problem: str | None) -> None:
    row.paper, row.claimed_by, row.claimed_until, row.paper_due_at = Paper.READY, None, None, None
    row.pages, row.problem = pages, problem
    if row is fax:
        fax.paper_due_at = now()  # its text is read next
        open_events().append(FaxReady(fax.district_id, fax.id))
    _wake_leaving(fax)
    db.session.flush()
    index_words(fax)
    touch(fax)


def _break(fax: Fax, row: Fax | FaxPart, problem: str) -> list[str]:
    row.paper, row.claimed_by, row.claimed_until, row.paper_due_at = Paper.BROKEN, None, None, None
    row.problem = problem
    keys: list[str] = []
    if isinstance(row, FaxPart):
        pages = list(db.session.scalars(select(FaxPage).where(FaxPage.part_id == row.id)))
        keys = [key for page in pages for key in (page.image_key, page.screen_key, page.thumb_key)]
        db.session.execute(delete(FaxPage).where(FaxPage.part_id == row.id))
        leave(LeftoverKind.FILE, keys)
    else:
        open_events().append(FaxReady(fax.district_id, fax.id))
    _wake_leaving(fax)
    touch(fax)
    return keys


def _wake_leaving(fax: Fax) -> None:
    if fax.leave_due_at is not None:
        open_events().append(LeaveWaiting())


def _numbers(sheet: Sheet) -> frozenset[int]:
    """Which of its pages are there."""
    of_it = FaxPage.part_id == sheet.part_id if sheet.part_id is not None else FaxPage.part_id.is_(None)
    return frozenset(db.session.scalars(select(FaxPage.number).where(FaxPage.fax_id == sheet.fax_id, of_it)))
