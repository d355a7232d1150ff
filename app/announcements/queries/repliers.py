"""Who reads the answers to an announcement, and who could."""

from itertools import islice
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select

from app.accounts.models import Role, Staff, StaffSchool, StaffStatus, are_people
from app.accounts.permissions import PERMISSIONS, Permission
from app.announcements.models import Announcement, RepliesTo
from app.core.database import db
from app.core.errors import NotVisible
from app.core.search_text import fold

MOST_FOUND = 10
"""At a time: more letters find the others."""
WRITERS = tuple(str(role) for role, permissions in PERMISSIONS.items() if Permission.WRITE_THREADS in permissions)


class Replier(NamedTuple):
    """A colleague, as lists show them."""

    id: int
    name: str
    job: str


def repliers(staff: Staff, words: str = "") -> list[Replier]:
    """The first few colleagues who could read the answers, by parts of their names and of what they do, accents or not."""
    wanted = fold(words).split()
    rows = db.session.execute(
        select(Staff.id, Staff.name, func.coalesce(Staff.job_title, "")).where(*_could_read(staff)).order_by(Staff.name, Staff.id)
    ).all()
    return list(islice((Replier(*row) for row in rows if all(word in fold(f"{row[1]} {row[2]}") for word in wanted)), MOST_FOUND))


def replier_named(staff: Staff, staff_id: int | None) -> Replier | None:
    """A colleague who was chosen once, whatever happened since."""
    row = db.session.execute(
        select(Staff.id, Staff.name, func.coalesce(Staff.job_title, "")).where(
            Staff.id == (staff_id or 0), Staff.district_id == staff.district_id
        )
    ).first()
    return Replier(*row) if row is not None else None


def may_answer(staff: Staff, staff_id: int | None) -> None:
    """Whether the answers may go to this colleague. Raises NotVisible."""
    if db.session.scalar(select(Staff.id).where(Staff.id == (staff_id or 0), *_could_read(staff))) is None:
        raise NotVisible


def _could_read(staff: Staff) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `Staff`: others who are there, who may write to families, and who work where one works or everywhere."""
    here = exists().where(StaffSchool.staff_id == Staff.id, StaffSchool.school_id.in_(staff.school_ids))
    there = are_people(), Staff.status == StaffStatus.ACTIVE
    can = *there, Staff.role.in_(WRITERS), Staff.district_id == staff.district_id, Staff.id != staff.id
    return can if staff.role == Role.DISTRICT_ADMIN else (*can, or_(here, Staff.role == Role.DISTRICT_ADMIN))


def replier_of(announcement: Announcement) -> Staff | None:
    """Who reads the answers now; None for the school's office line: wished so, or because the person is not there any more."""
    if announcement.replies_to == RepliesTo.OFFICE:
        return None
    number = announcement.replies_to_id if announcement.replies_to == RepliesTo.PERSON else announcement.author_id
    person = db.session.get(Staff, number) if number is not None else None
    if person is None or person.district_id != announcement.district_id:
        return None
    return person if person.is_person and person.is_active and person.role in WRITERS else None
