"""Addresses of somebody who is to be forgotten; what was said to all stays."""

from sqlalchemy import update

from app.announcements.models import AnnouncementRecipient
from app.core.database import db


def erase_guardian(contact_point_ids: list[int]) -> None:
    """Belongs into a transaction."""
    theirs = AnnouncementRecipient.contact_point_id.in_(contact_point_ids)
    db.session.execute(update(AnnouncementRecipient).where(theirs).values(address=None).execution_options(synchronize_session=False))
