"""How many families of each announcement were reached, kept for lists: counted anew after something moved, as the report counts them.

What moves is marked in the commit that moves it, and only in the announcement's own row, which that commit holds anyway: who stops an
announcement holds it and wants its steps, so a step that went on to mark the announcement above it would lock them out. A thread of
each worker carries the marks upwards, holding one row at a time, and counts. It is none that sends.
"""

import time
from dataclasses import asdict
from datetime import timedelta

import structlog
from sqlalchemy import or_, select, text, update

from app.announcements.counts import counts_of
from app.announcements.events import AnnouncementChanged, AnnouncementProgressed
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.models.announcements import FAMILIES_MOVED
from app.announcements.momentary import TIMES_ITS_COST
from app.announcements.queries.fates import family_fates, is_countable
from app.core.clock import now
from app.core.database import db, release_connection, transaction
from app.core.events import within
from app.delivery.loops import LONGEST_SLEEP, Companion

log = structlog.get_logger()
HAS_FAMILIES = (AnnouncementState.SENDING, AnnouncementState.PAUSED, AnnouncementState.FINISHED, AnnouncementState.HALTED)
"""Before, nobody of it is written down; so a draft that is saved again and again is never marked."""
MOST = 20
"""In one turn."""
SECONDS, BETWEEN = 0.2, 1.0
"""Of a turn, after which no further count is begun; and from one to the next."""
AFTER_TROUBLE = timedelta(minutes=1)
"""Until one is tried again that could not be counted, or whose worker was killed over it."""


@within(AnnouncementChanged)
def mark_change(fact: AnnouncementChanged) -> None:
    """Its families are to be counted anew, if it has any."""
    if fact.state in HAS_FAMILIES:
        moved(fact.announcement_id)


@within(AnnouncementProgressed)
def mark_progress(fact: AnnouncementProgressed) -> None:
    """The same for its numbers."""
    moved(fact.announcement_id)


def moved(announcement_id: int) -> None:
    """Have families counted anew, also for what knows of another way to be reached. Part of the running transaction.

    It takes the announcement's row: in a commit of its own, unless that holds nothing that somebody wants who holds the announcement.
    """
    one = Announcement
    more = update(one).where(one.id == announcement_id).values(families_moved=one.families_moved + 1)
    db.session.execute(more.execution_options(synchronize_session=False))


def turn() -> float:
    """Count what moved since it was counted, what waits longest first; returns in how many seconds to come again."""
    begun, one = time.monotonic(), Announcement
    due = db.session.scalars(
        select(one.id)
        .where(text(FAMILIES_MOVED), or_(one.families_rest_until.is_(None), one.families_rest_until <= now()))
        .order_by(one.families_rest_until.asc().nulls_first(), one.id.desc())
        .limit(MOST)
    ).all()
    release_connection()
    for number in due:
        try:
            _recount(number)
        except Exception:  # one that cannot be counted must not keep the others
            log.exception("announcements.families_not_counted", announcement=number)
            db.session.remove()
        if time.monotonic() - begun > SECONDS:
            break
    return BETWEEN if due else LONGEST_SLEEP


def _recount(announcement_id: int) -> None:
    """Count one, unless another worker does. What moves meanwhile is counted the next time."""
    begun, moment, one = time.monotonic(), now(), Announcement
    own = update(one).where(one.id == announcement_id).execution_options(synchronize_session=False)
    with transaction():
        claimed = db.session.execute(
            own.where(text(FAMILIES_MOVED), or_(one.families_rest_until.is_(None), one.families_rest_until <= moment))
            .values(families_rest_until=moment + AFTER_TROUBLE)
            .returning(one.families_moved, one.is_expanded, one.follow_up_of_id, one.correction_of_id, one.escalation_of_id)
        ).first()
    if claimed is None:
        return
    moves, is_expanded, *sent_on_from = claimed
    for above in {link for link in sent_on_from if link is not None}:
        with transaction():
            moved(above)
    counts = is_expanded and counts_of(announcement_id)
    found = asdict(family_fates(announcement_id)) if counts and is_countable(counts) else None
    release_connection()
    rest = timedelta(seconds=TIMES_ITS_COST * (time.monotonic() - begun))
    with transaction():
        db.session.execute(
            own.where(one.families_counted < moves).values(families=found, families_counted=moves, families_rest_until=now() + rest)
        )


counter = Companion("announcements-family-counter", turn)
