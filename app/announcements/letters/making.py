"""Making letters in a job: first who needs one is written down, then files of some hundreds are made.

A killed worker costs one stretch or one file: whoever has a letter already needs none, so the next worker goes on behind them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.announcements.events import AnnouncementProgressed
from app.announcements.letters.needed import Needed, needed
from app.announcements.letters.sheet import draw, letters_of
from app.announcements.models import Announcement, AnnouncementLetter, AnnouncementLetters, LettersFor, LettersState
from app.conversations.service.attachments import file_store
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.jobs import job
from app.core.paper import Paper

log = structlog.get_logger()
IN_A_FILE = 200
AT_ONCE = 100
"""Families in a commit, so that nobody else who writes waits for long."""
LEASE = timedelta(minutes=3)


@job()
def make_letters(letters_id: int) -> None:
    """Make what one order still lacks, unless another worker is at it."""
    if (mine := _claim(letters_id)) is None:
        return
    letters = db.session.get_one(AnnouncementLetters, letters_id, populate_existing=True)
    if letters.state == LettersState.WAITING and not _write_down(letters, mine):
        return
    while _make_file(letters_id):
        pass


@job()
def make_all_letters() -> None:
    """Take up what a killed worker left, and whose nudge was lost."""
    moment = now()
    free = AnnouncementLetters.claimed_until.is_(None) | (AnnouncementLetters.claimed_until < moment)
    waiting = list(db.session.scalars(select(AnnouncementLetters.id).where(AnnouncementLetters.state != LettersState.READY, free)))
    release_connection()
    for number in waiting:
        make_letters.function(number)


def _claim(letters_id: int) -> datetime | None:
    """Until when it is this worker's; None where another one is at it."""
    moment = now()
    with transaction():
        claimed: datetime | None = db.session.scalar(
            update(AnnouncementLetters)
            .where(
                AnnouncementLetters.id == letters_id,
                AnnouncementLetters.state != LettersState.READY,
                AnnouncementLetters.claimed_until.is_(None) | (AnnouncementLetters.claimed_until < moment),
            )
            .values(claimed_until=moment + LEASE)
            .returning(AnnouncementLetters.claimed_until)
            .execution_options(synchronize_session=False)
        )
    return claimed


def _write_down(letters: AnnouncementLetters, mine: datetime) -> bool:
    """Who needs one now, a stretch a commit, as long as the order is this worker's; whether it still was at the end.

    Two orders at the same time never print for one family twice: its key is unique.
    """
    announcement = db.session.get_one(Announcement, letters.announcement_id)
    found = needed(announcement, LettersFor(letters.which))
    number, of = letters.id, letters.announcement_id
    release_connection()
    for start in range(0, len(found), AT_ONCE):
        with transaction():
            held = _hold(number, mine)
            if held is not None:
                _add(number, of, found[start : start + AT_ONCE])
        if held is None:
            return False
        mine = held
    with transaction():
        total = db.session.scalar(select(func.count()).where(AnnouncementLetter.letters_id == number)) or 0
        return _hold(number, mine, state=LettersState.MAKING, total=total) is not None


def _hold(letters_id: int, mine: datetime, **values: Any) -> datetime | None:
    """Keep what was claimed for some time more; None when another worker took it over."""
    held: datetime | None = db.session.scalar(
        update(AnnouncementLetters)
        .where(
            AnnouncementLetters.id == letters_id,
            AnnouncementLetters.claimed_until == mine,
            AnnouncementLetters.state == LettersState.WAITING,
        )
        .values(claimed_until=now() + LEASE, **values)
        .returning(AnnouncementLetters.claimed_until)
        .execution_options(synchronize_session=False)
    )
    return held


def _add(letters_id: int, announcement_id: int, families: Sequence[Needed]) -> None:
    maker = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"letters_id": letters_id, "announcement_id": announcement_id, "family_key": one.family_key, "student_id": one.student_id}
        for one in families
    ]
    db.session.execute(maker(AnnouncementLetter).values(rows).on_conflict_do_nothing(index_elements=["announcement_id", "family_key"]))


def _make_file(letters_id: int) -> bool:
    """One file more, or the end; whether there is more to do."""
    letters = db.session.get_one(AnnouncementLetters, letters_id, populate_existing=True)
    announcement = db.session.get_one(Announcement, letters.announcement_id)
    made, district_id, total = letters.made, letters.district_id, letters.total
    rows = list(
        db.session.scalars(
            select(AnnouncementLetter).where(AnnouncementLetter.letters_id == letters_id).order_by(AnnouncementLetter.id)
            .offset(made).limit(IN_A_FILE)
        )
    )  # fmt: skip
    files = list(letters.files)
    file = None
    if rows:
        said = letters_of(announcement, rows)
        title = announcement.title
        release_connection()
        paper = Paper(title)
        for one in said:
            draw(paper, one)
        data = paper.data()
        file = file_store().save(iter([data]), extension=".pdf")
        files.append({"key": file.key, "letters": len(said), "pages": paper.pages, "size": file.size})
    is_over = made + len(rows) >= total or len(rows) < IN_A_FILE  # a student's record may be gone by now
    with transaction() as events:
        kept = db.session.scalar(
            update(AnnouncementLetters)
            .where(AnnouncementLetters.id == letters_id, AnnouncementLetters.made == made, AnnouncementLetters.state == LettersState.MAKING)
            .values(
                files=files, made=made + len(rows), claimed_until=None if is_over else now() + LEASE,
                state=LettersState.READY if is_over else LettersState.MAKING, ready_at=now() if is_over else None,
            )
            .returning(AnnouncementLetters.announcement_id)
            .execution_options(synchronize_session=False)
        )  # fmt: skip
        if kept is not None:
            events.append(AnnouncementProgressed(district_id, kept))
    if kept is None and file is not None:  # another worker was quicker
        file_store().delete(file.key)
        log.info("announcement.letters_made_twice", letters_id=letters_id)
    return kept is not None and not is_over
