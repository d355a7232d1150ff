"""Whom of an announcement somebody sees by name, and writes to in their turn.

Its author, and who works for the whole district: everybody. A school's staff, where somebody of the district wrote in the
school's name to other families besides: only who belongs to their own schools. Numbers are of everybody for all of them.
"""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, true

from app.accounts import authority
from app.accounts.models import Staff
from app.announcements.models import Announcement, AnnouncementRecipient
from app.directory.models import Guardianship, Student
from app.directory.queries.reach import student_is_within_reach_of


def sees_everybody(staff: Staff, announcement: Announcement) -> bool:
    """Whether nobody of it is out of sight."""
    return announcement.author_id == staff.id or authority.is_district_wide(staff)


def in_sight_of(staff: Staff, announcement: Announcement) -> ColumnElement[bool]:
    """The condition on `AnnouncementRecipient`, for an announcement that was fetched as visible."""
    if sees_everybody(staff, announcement):
        return true()
    return is_of_theirs(staff, AnnouncementRecipient.guardian_id, AnnouncementRecipient.staff_id)


def in_reach_of(author: Staff, announcement_id: int) -> ColumnElement[bool]:
    """The same for an announcement known by its number."""
    if authority.is_district_wide(author):
        return true()
    own = exists().where(Announcement.id == announcement_id, Announcement.author_id == author.id)
    return or_(own, is_of_theirs(author, AnnouncementRecipient.guardian_id, AnnouncementRecipient.staff_id))


def is_of_theirs(staff: Staff, guardian_id: Any, staff_id: Any) -> ColumnElement[bool]:
    """Whether a guardian has a child within reach, or a colleague works at the same school. A phone of somebody's list is theirs alone."""
    families = (
        select(Guardianship.guardian_id)
        .join(Student, Student.id == Guardianship.student_id)
        .where(Guardianship.is_active.is_(True), student_is_within_reach_of(staff))
        .correlate(None)
    )
    colleagues = select(Staff.id).where(Staff.district_id == staff.district_id, authority.in_scope_of(staff)).correlate(None)
    return or_(guardian_id.in_(families), staff_id.in_(colleagues))
