"""What was put right since in an announcement that another is sent on from: whoever sends it on sends the corrected words."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.announcements.further import BEGUN
from app.announcements.models import Announcement, AnnouncementState
from app.core.database import db

STANDS = (AnnouncementState.SCHEDULED, *BEGUN)
"""A correction that somebody confirmed."""
LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class PutRight:
    """Which announcements say the mistake, the first of them first, and what says it right."""

    mistaken: tuple[int, ...]
    by: Announcement | None
    """The newest correction; None while it is being written."""


def put_right(announcement: Announcement) -> PutRight | None:
    """For a draft that goes to recipients of another; None where that one, and what it was sent on from, still says what it said."""
    earlier: int | None = announcement.audience.get("again_of")
    if earlier is None or announcement.correction_of_id is not None:
        return None
    for _ in range(LONGEST_CHAIN):
        found = _corrected(earlier)
        if found is not None:
            return found
        earlier = db.session.scalar(select(Announcement.follow_up_of_id).where(Announcement.id == earlier))
        if earlier is None:
            break
    return None


def _corrected(first_id: int) -> PutRight | None:
    newest = _newest(first_id)
    if newest is None:
        return PutRight((first_id,), None) if _newest(first_id, AnnouncementState.DRAFT) is not None else None
    mistaken = [first_id]
    while (later := _newest(newest.id)) is not None and len(mistaken) < LONGEST_CHAIN:
        mistaken.append(newest.id)
        newest = later
    return PutRight(tuple(mistaken), newest)


def _newest(first_id: int, *states: str) -> Announcement | None:
    corrects = Announcement.id > first_id, Announcement.correction_of_id == first_id, Announcement.state.in_(states or STANDS)
    return db.session.scalar(
        select(Announcement).where(*corrects).options(selectinload(Announcement.texts)).order_by(Announcement.id.desc()).limit(1)
    )
