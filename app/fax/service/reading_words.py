"""What stands on the pages of faxes that came, as software read it: what a worker takes up, and what it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, text, update

from app.core.clock import now
from app.core.database import db, transaction
from app.core.documents.pages import TextLine
from app.delivery.worker_name import is_gone, my_name
from app.fax.models import Fax, FaxPage
from app.fax.models.faxes import WORDLESS_ROWS
from app.fax.service.looks import hold, index_words, touch
from app.fax.service.papers import LONGEST_WAIT, as_rows

LEASE = timedelta(minutes=5)
"""Longer than a page may take; each that is read begins it anew."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Unread:
    """A page without words."""

    id: int
    fax_id: int
    image_key: str


def take_up() -> int | None:
    """The fax that waits longest for its words, if any; nobody else gets it meanwhile."""
    with transaction():
        moment = now()
        waiting = select(Fax).where(text(WORDLESS_ROWS), Fax.paper_due_at <= moment).order_by(Fax.paper_due_at).limit(1)
        fax = db.session.scalar(waiting.with_for_update(skip_locked=True))
        if fax is None:
            return None
        fax.claimed_by, fax.paper_due_at = my_name(), moment + LEASE
        return fax.id


def set_free() -> None:
    """Make due again what workers had taken up that do not run any more."""
    held = select(Fax.id, Fax.claimed_by).where(text(WORDLESS_ROWS), Fax.claimed_by.is_not(None))
    gone = [number for number, name in db.session.execute(held) if name is not None and is_gone(name)]
    if gone:
        with transaction():
            db.session.execute(update(Fax).where(Fax.id.in_(gone), text(WORDLESS_ROWS)).values(claimed_by=None, paper_due_at=now()))


def unread_of(fax_id: int) -> list[Unread]:
    """Its pages without words; a document that holds text itself has none."""
    wordless = select(FaxPage.id, FaxPage.fax_id, FaxPage.image_key).where(FaxPage.fax_id == fax_id, FaxPage.words == "")
    return [Unread(*row) for row in db.session.execute(wordless.order_by(FaxPage.number))]


def keep_words(page: Unread, lines: Sequence[TextLine]) -> None:
    """What stands on one page."""
    with transaction():
        fax = db.session.get(Fax, page.fax_id, populate_existing=True, with_for_update=True)
        row = db.session.get(FaxPage, page.id, populate_existing=True)
        if fax is None or row is None or row.words:
            return
        row.words, row.lines = "\n".join(line.words for line in lines), as_rows(lines)
        fax.paper_due_at = now() + LEASE


def is_young(fax_id: int) -> bool:
    """Whether it is still tried to read a page of it that could not be read."""
    created_at = db.session.scalar(select(Fax.created_at).where(Fax.id == fax_id))
    return created_at is not None and now() - created_at < LONGEST_WAIT


def finish(fax_id: int) -> None:
    """All its pages are read, or cannot be: it is found by its words from now on."""
    with transaction():
        if db.session.get(Fax, fax_id) is None:
            return
        fax = hold(fax_id)
        if fax.words_at is None:
            fax.words_at, fax.claimed_by, fax.paper_due_at = now(), None, None
            index_words(fax)
            touch(fax)


def leave_all() -> int:
    """Nothing on this machine reads: expect no words of what came; how many those were."""
    with transaction():
        waiting = select(Fax.id).where(text(WORDLESS_ROWS)).limit(AT_ONCE)
        left = update(Fax).where(Fax.id.in_(waiting), text(WORDLESS_ROWS)).values(words_at=now(), paper_due_at=None)
        return int(db.session.execute(left.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]
