"""Bulk messages and multicasts that somebody sees: those of the announcements within their reach."""

from uuid import UUID

from sqlalchemy import Select, select

from app.accounts.models import Staff
from app.announcements.models import Announcement
from app.announcements.queries import announcement_is_visible_to
from app.api.courier.models import BulkMessage, Multicast
from app.core.database import db
from app.core.errors import NotVisible


def bulk_rows(staff: Staff) -> Select[BulkMessage, Announcement, Staff]:
    """Each with its announcement and its author, newest first."""
    return (
        select(BulkMessage, Announcement, Staff)
        .join(Announcement, Announcement.id == BulkMessage.announcement_id)
        .join(Staff, Staff.id == BulkMessage.created_by_id)
        .where(BulkMessage.district_id == staff.district_id, announcement_is_visible_to(staff))
        .order_by(BulkMessage.id.desc())
        .execution_options(populate_existing=True)
    )


def bulk_named(staff: Staff, uuid: UUID) -> tuple[BulkMessage, Announcement, Staff]:
    """One. Raises NotVisible."""
    found = db.session.execute(bulk_rows(staff).where(BulkMessage.uuid == uuid)).first()
    if found is None:
        raise NotVisible
    return found[0], found[1], found[2]


def multicast_rows(staff: Staff, *, is_personal: bool) -> Select[Multicast, Announcement, Staff]:
    """Each with its announcement and its author, newest first."""
    return (
        select(Multicast, Announcement, Staff)
        .join(Announcement, Announcement.id == Multicast.announcement_id)
        .join(Staff, Staff.id == Multicast.staff_id)
        .where(Multicast.district_id == staff.district_id, Multicast.is_personal.is_(is_personal), announcement_is_visible_to(staff))
        .order_by(Multicast.id.desc())
        .execution_options(populate_existing=True)
    )


def multicast_named(staff: Staff, uuid: UUID) -> tuple[Multicast, Announcement, Staff]:
    """One to a filtered audience. Raises NotVisible."""
    found = db.session.execute(multicast_rows(staff, is_personal=False).where(Multicast.uuid == uuid)).first()
    if found is None:
        raise NotVisible
    return found[0], found[1], found[2]
