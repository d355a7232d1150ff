"""Who reads the answers to an announcement, and who could."""

from sqlalchemy import exists, or_, select

from app.accounts.models import Role, Staff, StaffSchool, StaffStatus
from app.accounts.permissions import PERMISSIONS, Permission
from app.announcements.models import Announcement, RepliesTo
from app.core.database import db
from app.core.errors import NotVisible

MOST = 200
WRITERS = tuple(str(role) for role, permissions in PERMISSIONS.items() if Permission.WRITE_THREADS in permissions)


def repliers(staff: Staff, *, besides: int | None = None) -> list[tuple[int, str, str]]:
    """Colleagues who could read the answers: number, name, what they do. `besides` is in it whatever happened since."""
    here = exists().where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id.in_(staff.school_ids))
    reach = Staff.id.is_not(None) if staff.role == Role.DISTRICT_ADMIN else or_(here, Staff.role == Role.DISTRICT_ADMIN)
    rows = db.session.execute(
        select(Staff.id, Staff.name, Staff.job_title)
        .where(
            Staff.district_id == staff.district_id,
            Staff.id != staff.id,
            or_(Staff.id == (besides or 0), (Staff.status == StaffStatus.ACTIVE) & Staff.role.in_(WRITERS) & reach),
        )
        .order_by(Staff.name, Staff.id)
        .limit(MOST)
    )
    return [(row[0], row[1], row[2] or "") for row in rows]


def may_answer(staff: Staff, staff_id: int | None) -> None:
    """Whether the answers may go to this colleague. Raises NotVisible."""
    if staff_id not in {number for number, _name, _job in repliers(staff)}:
        raise NotVisible


def replier_of(announcement: Announcement) -> Staff | None:
    """Who reads the answers now; None for the school's office line: wished so, or because the person is not there any more."""
    if announcement.replies_to == RepliesTo.OFFICE:
        return None
    number = announcement.replies_to_id if announcement.replies_to == RepliesTo.PERSON else announcement.author_id
    person = db.session.get(Staff, number) if number is not None else None
    if person is None or person.district_id != announcement.district_id:
        return None
    return person if person.status == StaffStatus.ACTIVE and person.role in WRITERS else None
