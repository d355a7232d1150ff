"""What was taken after an announcement where it did not arrive: its steps over other channels, and its letters."""

from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from app.announcements.models import Announcement, AnnouncementLetter, AnnouncementLetters
from app.core.database import db


class StepTaken(NamedTuple):
    """One step: the announcement that it is."""

    id: int
    channels: list[str]
    state: str


def steps_taken(announcement_id: int) -> list[StepTaken]:
    """In the order in which they were taken."""
    found = db.session.execute(
        select(Announcement.id, Announcement.channels, Announcement.state)
        .where(Announcement.escalation_of_id == announcement_id)
        .order_by(Announcement.id)
    )
    return [StepTaken(*row) for row in found]


def letters_ordered(announcement_id: int) -> list[tuple[AnnouncementLetters, int]]:
    """Each order, the newest first, with how many of its letters nobody said to be handed out."""
    letter = AnnouncementLetter
    left = func.count(case((letter.id.is_not(None) & letter.handed_out_at.is_(None), 1)))
    rows: Any = db.session.execute(
        select(AnnouncementLetters, left)
        .outerjoin(letter, letter.letters_id == AnnouncementLetters.id)
        .where(AnnouncementLetters.announcement_id == announcement_id)
        .group_by(AnnouncementLetters.id)
        .order_by(AnnouncementLetters.id.desc())
    )
    return [(row[0], row[1]) for row in rows]
