"""What moves announcements on: one thread of each worker process. Rows carry the truth, so any number of them may run.

Each step is a transaction that holds the announcement's row; a step that was killed is done again by whoever looks next.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, or_, select, text, update

from app.accounts.queries_access import may_begin
from app.accounts.service import audit
from app.announcements import expansion, feeding, sweeping, waves
from app.announcements.events import AnnouncementChanged, AnnouncementProgressed
from app.announcements.models import Announcement, AnnouncementCount, AnnouncementState
from app.announcements.models.announcements import MOVING
from app.core.clock import now
from app.core.database import db, open_events, release_connection, transaction
from app.core.prepared import Prepared
from app.delivery.loops import AFTER_TROUBLE, LONGEST_SLEEP, Companion

log = structlog.get_logger()
BETWEEN_PROGRESS = timedelta(seconds=1)
TOLD_WITHIN = timedelta(days=1)
"""What moved longer ago is looked for no more, so that a turn reads the news of a day and not of years. A page that opens reads all."""
_MOVING: Any = select(Announcement.id, Announcement.state, Announcement.scheduled_for).where(text(f"({MOVING})")).order_by(Announcement.id)
_MOVES = Prepared(_MOVING)
_NEWS: Any = (
    select(Announcement.id, Announcement.district_id)
    .join(AnnouncementCount, AnnouncementCount.announcement_id == Announcement.id)
    .where(
        or_(Announcement.told_at.is_(None), AnnouncementCount.changed_at > Announcement.told_at),
        AnnouncementCount.changed_at > bindparam("since"),
        or_(Announcement.told_at.is_(None), Announcement.told_at <= bindparam("before")),
    )
    .distinct()
)
_UNTOLD = Prepared(_NEWS)
STEPS: dict[str, Callable[[int], float | None]] = {
    AnnouncementState.PREPARING: expansion.expand,
    AnnouncementState.SENDING: feeding.feed,
    AnnouncementState.PAUSED: sweeping.sweep,
    AnnouncementState.HALTED: sweeping.sweep,
}


def turn() -> float:
    """One step for each announcement that moves; returns in how many seconds to come again."""
    moment = now()
    moving = [_MOVES.read(row) for row in _MOVES.rows({})]
    release_connection()
    pause = LONGEST_SLEEP
    for number, state, due_at in moving:
        try:
            wait = _begin(number, due_at, moment) if state == AnnouncementState.SCHEDULED else STEPS[state](number)
        except Exception:  # one that cannot go on must not keep the others of the district
            log.exception("announcements.step_failed", announcement=number, state=state)
            db.session.remove()
            wait = AFTER_TROUBLE
        if wait is not None:
            pause = min(pause, wait)
    due = waves.turn(moment)
    if due is not None:
        pause = min(pause, due)
    tell(moment)
    return min(pause, BETWEEN_PROGRESS.total_seconds()) if moving else pause


def _begin(announcement_id: int, due_at: datetime | None, moment: datetime) -> float:
    """Begin what is due, or call it off where whose it was is let in no more; otherwise say when it will be."""
    if due_at is not None and due_at > moment:
        return (due_at - moment).total_seconds()
    with transaction():
        planned = db.session.get_one(Announcement, announcement_id)
        state = AnnouncementState.PREPARING
        over: dict[str, Any] = {}
        if not may_begin(planned.bearer_id):
            state, over = AnnouncementState.CANCELLED, {"updated_at": moment, "finished_at": moment, "is_escalating": False}
        version = db.session.scalar(
            update(Announcement)
            .where(
                Announcement.id == announcement_id,
                Announcement.state == AnnouncementState.SCHEDULED,
                or_(Announcement.scheduled_for.is_(None), Announcement.scheduled_for <= moment),
            )
            .values(state=state, version=Announcement.version + 1, **over)
            .returning(Announcement.version)
            .execution_options(synchronize_session=False)
        )
        if version is None:
            return 0.0
        if over:
            audit("announcement.cancelled", planned, {"title": planned.title})
        open_events().append(AnnouncementChanged(planned.district_id, announcement_id, state, version))
    return 0.0


def tell(moment: datetime) -> None:
    """Say whose numbers moved since browsers heard of them, at most once a second for each announcement."""
    untold = _UNTOLD.rows({"since": moment - TOLD_WITHIN, "before": moment - BETWEEN_PROGRESS})
    release_connection()
    for number, district_id in untold:
        with transaction() as events:
            told = db.session.scalar(
                update(Announcement)
                .where(Announcement.id == number, or_(Announcement.told_at.is_(None), Announcement.told_at <= moment - BETWEEN_PROGRESS))
                .values(told_at=now())
                .returning(Announcement.id)
                .execution_options(synchronize_session=False)
            )
            if told is not None:
                events.append(AnnouncementProgressed(district_id, number))


def is_idle() -> bool:
    """Whether nothing moves: for commands and tests."""
    return db.session.execute(_MOVING.where(Announcement.state != AnnouncementState.PAUSED)).first() is None


mover = Companion("announcements-runner", turn)
