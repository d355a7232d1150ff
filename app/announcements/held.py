"""The announcement that this process works on, while no other does."""

from sqlalchemy import select

from app.announcements.models import Announcement, AnnouncementState
from app.core.database import db


def held_announcement(announcement_id: int, *states: AnnouncementState) -> Announcement | None:
    """The row, ours until the commit; None when another worker has it, or it is in none of `states` any more."""
    return db.session.scalar(
        select(Announcement)
        .where(Announcement.id == announcement_id, Announcement.state.in_(states))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
