"""Several announcements over the same numbers: which goes first, and what room each has in the outbox.

Emergencies go ahead of everything, and what is for a few goes ahead of what is for many: nobody waits minutes for three texts. The
large ones take turns. All of that is a question of when something says that it was due, which is how the outbox is read.
"""

from datetime import timedelta

from sqlalchemy import select

from app.announcements.counts import counts_of
from app.announcements.models import Announcement, AnnouncementState, Category
from app.core.database import db

FEW = 100
"""Copies left of an announcement. So few hold up nobody."""
FIRST, SOON = timedelta(hours=1), timedelta(minutes=10)
"""So much earlier they say that they were due: emergencies, and few. What waits longer than that is passed by no few any more."""


def is_few(announcement: Announcement) -> bool:
    """Whether little of it is left."""
    return counts_of(announcement.id).waiting <= FEW


def head_start(announcement: Announcement, *, is_few: bool) -> timedelta:
    """How much earlier than now what enters the outbox says that it was due."""
    if announcement.category == Category.EMERGENCY:
        return FIRST
    return SOON if is_few else timedelta()


def goes_ahead(announcement: Announcement, *, is_few: bool) -> bool:
    """Whether it does not wait for others."""
    return head_start(announcement, is_few=is_few) > timedelta()


def rivals(announcement: Announcement) -> list[int]:
    """The others that go out now over the same numbers, and have more to send. Who waits for news of the first few is none of these."""
    return list(
        db.session.scalars(
            select(Announcement.id).where(
                Announcement.state == AnnouncementState.SENDING,
                Announcement.district_id == announcement.district_id,
                Announcement.sender_scope == announcement.sender_scope,
                Announcement.is_fed.is_(False),
                Announcement.canary_until.is_(None),
                Announcement.id != announcement.id,
            )
        )
    )
