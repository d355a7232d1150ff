"""How many families of each announcement were reached, kept for lists: counted anew after something moved, as the report counts them.

What moves is marked in the commit that moves it, also for the announcements from which this one was sent on; the runner counts.
"""

import time
from dataclasses import asdict

from sqlalchemy import select, text, update

from app.announcements.counts import counts_of
from app.announcements.events import AnnouncementChanged, AnnouncementProgressed
from app.announcements.models import Announcement
from app.announcements.models.announcements import FAMILIES_MOVED
from app.announcements.momentary import LARGE, TIMES_ITS_COST
from app.announcements.queries.fates import family_fates, is_countable
from app.core.database import db, release_connection, transaction
from app.core.events import within

MOST = 20
"""In one turn."""
MOST_LINKS = 20
_MOVED = (
    select(Announcement.id, Announcement.families_moved)
    .where(text(FAMILIES_MOVED), Announcement.is_expanded.is_(True))
    .order_by(Announcement.id.desc())
    .limit(MOST)
)
_not_before: dict[int, float] = {}


@within(AnnouncementChanged)
@within(AnnouncementProgressed)
def mark(fact: AnnouncementChanged | AnnouncementProgressed) -> None:
    """Its families, and those of what it was sent on from, are to be counted anew. Part of the running transaction."""
    moved(fact.announcement_id)


def moved(announcement_id: int) -> None:
    """The same, for a later room that knows of another way to be reached."""
    one, ids, number = Announcement, list[int](), announcement_id
    links = (one.follow_up_of_id, one.correction_of_id, one.escalation_of_id)
    while number not in ids and len(ids) < MOST_LINKS:
        ids.append(number)
        row = db.session.execute(select(*links).where(one.id == number)).first()
        number = next((link for link in row or () if link is not None), number)
    more = update(one).where(one.id.in_(ids)).values(families_moved=one.families_moved + 1)
    db.session.execute(more.execution_options(synchronize_session=False))


def recount() -> None:
    """Count those that moved since they were counted. What moves meanwhile is counted the next time."""
    rows = db.session.execute(_MOVED).all()
    release_connection()
    for number, moves in rows:
        begun = time.monotonic()
        if begun < _not_before.get(number, 0.0):
            continue
        counts = counts_of(number)
        found = asdict(family_fates(number)) if is_countable(counts) else None
        release_connection()
        with transaction():
            kept = update(Announcement).where(Announcement.id == number, Announcement.families_counted < moves)
            db.session.execute(kept.values(families=found, families_counted=moves).execution_options(synchronize_session=False))
        if counts.together.total >= LARGE:
            if len(_not_before) > MOST * MOST:
                _not_before.clear()
            _not_before[number] = time.monotonic() + TIMES_ITS_COST * (time.monotonic() - begun)
