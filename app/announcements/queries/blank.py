"""Drafts that were begun by pressing something, and in which nobody wrote or chose anything."""

from sqlalchemy import ColumnElement, Text, and_, cast, exists, or_

from app.announcements.models import Announcement, AnnouncementFile, AnnouncementState, AnnouncementText

NOBODY_YET = "{}"


def is_blank() -> ColumnElement[bool]:
    """The condition on `Announcement`."""
    said = exists().where(
        AnnouncementText.announcement_id == Announcement.id, or_(AnnouncementText.body != "", AnnouncementText.subject != "")
    )
    return and_(
        Announcement.state == AnnouncementState.DRAFT,
        Announcement.title == "",
        cast(Announcement.audience, Text) == NOBODY_YET,
        Announcement.asks.is_(None),
        Announcement.is_template.is_(False),
        Announcement.returned_because.is_(None),
        ~said,
        ~exists().where(AnnouncementFile.announcement_id == Announcement.id),
    )
