"""Saved groups: who sees and changes them, whom they hold, and how many families a text to them would reach."""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select, true, union

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.core.database import db
from app.core.errors import HomeroomError, NotVisible
from app.directory.models import (
    ContactKind,
    ContactPoint,
    Enrollment,
    Group,
    GroupMember,
    GroupSection,
    Guardian,
    Guardianship,
    School,
    Section,
    Student,
)
from app.directory.queries.reach import names_student_within_reach_of, students_within_reach

MOST_SHOWN = 200


class GroupOfSomebodyElse(HomeroomError):
    """Seen and used, but not changed."""

    code = "group_of_somebody_else"
    status = HTTPStatus.FORBIDDEN
    advice = _l("This group belongs to a colleague. Duplicate it to have one of your own.")


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of the list. `students` are those that the reader may see."""

    id: int
    name: str
    owner: str
    is_mine: bool
    is_shared: bool
    school: str | None
    students: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a text to the main contacts of some students would reach, and why not the others."""

    students: int
    without_contact: int
    adults: int
    opted_out: int
    no_texts: int
    """Landlines, and numbers that are known to be wrong or dead."""
    no_number: int

    @property
    def reached(self) -> int:
        """The adults who would get the text."""
        return self.adults - self.opted_out - self.no_texts - self.no_number


def group_is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Group`: one's own, or shared with one's school or with the whole district."""
    here: ColumnElement[bool] = (
        true() if staff.role == Role.DISTRICT_ADMIN else or_(Group.school_id.is_(None), Group.school_id.in_(staff.school_ids))
    )
    return and_(Group.district_id == staff.district_id, or_(Group.owner_id == staff.id, and_(Group.is_shared.is_(True), here)))


def may_change(staff: Staff, group: Group) -> bool:
    """The owner; a shared group also those who look after the school's people, so that it outlives its owner's stay."""
    if not role_allows(staff.role, Permission.WRITE_THREADS):
        return False
    if group.owner_id == staff.id:
        return True
    if not group.is_shared or not role_allows(staff.role, Permission.EDIT_PEOPLE):
        return False
    return staff.role == Role.DISTRICT_ADMIN or group.school_id in staff.school_ids


def group_visible_to(staff: Staff, group_id: int) -> Group:
    """The group. Raises NotVisible."""
    group = db.session.scalar(select(Group).where(Group.id == group_id, group_is_visible_to(staff)))
    if group is None:
        raise NotVisible
    return group


def group_changed_by(staff: Staff, group_id: int) -> Group:
    """The group, for somebody who may change it. Raises NotVisible or GroupOfSomebodyElse."""
    group = group_visible_to(staff, group_id)
    if not may_change(staff, group):
        raise GroupOfSomebodyElse
    return group


def groups_of(staff: Staff) -> list[GroupRow]:
    """The groups that this person may use, one's own first; two queries."""
    rows = db.session.execute(
        select(
            Group.id,
            Group.name,
            Group.owner_id,
            Group.is_shared,
            Staff.name.label("owner"),
            School.short_name,
            School.name.label("school"),
        )
        .join(Staff, Staff.id == Group.owner_id)
        .outerjoin(School, School.id == Group.school_id)
        .where(group_is_visible_to(staff))
        .order_by(Group.owner_id != staff.id, Group.name, Group.id)
        .limit(MOST_SHOWN)
    ).all()
    members = _members(GroupMember.group_id.in_([row.id for row in rows]), GroupSection.group_id.in_([row.id for row in rows]))
    counts = db.session.execute(
        select(members.c.group_id, func.count())
        .where(names_student_within_reach_of(staff, members.c.student_id))
        .group_by(members.c.group_id)
    )
    students = {row[0]: row[1] for row in counts}
    return [
        GroupRow(
            row.id, row.name, row.owner, row.owner_id == staff.id, row.is_shared, row.short_name or row.school, students.get(row.id, 0)
        )
        for row in rows
    ]


def members_of(group_id: int) -> Select[Any]:
    """The students of a group as the roster has its classes now, whoever asks; narrow it by what the reader may see."""
    return select(_members(GroupMember.group_id == group_id, GroupSection.group_id == group_id).c.student_id)


def chosen_in(group_id: int) -> tuple[set[int], set[int]]:
    """The students and the classes that were chosen for a group, whoever asks; two queries."""
    students = db.session.scalars(select(GroupMember.student_id).where(GroupMember.group_id == group_id))
    sections = db.session.scalars(select(GroupSection.section_id).where(GroupSection.group_id == group_id))
    return set(students), set(sections)


def _members(chosen: ColumnElement[bool], followed: ColumnElement[bool]) -> Subquery:
    """Each student of some groups once, by name or by class."""
    by_name = select(GroupMember.group_id, GroupMember.student_id).where(chosen)
    by_class = (
        select(GroupSection.group_id, Enrollment.student_id)
        .join(Section, Section.id == GroupSection.section_id)
        .join(Enrollment, Enrollment.section_id == Section.id)
        .where(followed, Section.is_active.is_(True), Enrollment.is_active.is_(True))
    )
    return union(by_name, by_class).subquery()


def reach_of(staff: Staff, student_ids: Collection[int] | Select[Any]) -> Reach:
    """Count the main contacts of students within reach, each adult once, by what a text to them would meet; three queries."""
    seen = students_within_reach(staff, student_ids)
    students = (
        select(Student.id, Guardian.id.label("guardian_id"))
        .outerjoin(Guardianship, main_contact_of_student())
        .outerjoin(Guardian, and_(Guardian.id == Guardianship.guardian_id, Guardian.is_active.is_(True)))
        .where(Student.id.in_(seen))
    )
    contacts: dict[int, set[int]] = {}
    for row in db.session.execute(students):
        contacts.setdefault(row.id, set()).update([row.guardian_id] if row.guardian_id is not None else [])
    adults = set().union(*contacts.values())
    met = dict.fromkeys(adults, "no_number")
    points = db.session.scalars(
        select(ContactPoint).where(
            ContactPoint.guardian_id.in_(adults), ContactPoint.is_active.is_(True), ContactPoint.kind != ContactKind.EMAIL
        )
    )
    for point in points:
        met[point.guardian_id] = max(met[point.guardian_id], _meets(point), key=FROM_WORST.index)
    verdicts = list(met.values())
    return Reach(
        students=len(contacts),
        without_contact=sum(not found for found in contacts.values()),
        adults=len(adults),
        opted_out=verdicts.count("opted_out"),
        no_texts=verdicts.count("no_texts"),
        no_number=verdicts.count("no_number"),
    )


FROM_WORST = ("no_number", "no_texts", "opted_out", "reached")
"""An adult with several numbers counts by the best of them."""


def _meets(point: ContactPoint) -> str:
    if not point.takes_texts:
        return "no_texts"
    return "reached" if point.opted_out_at is None else "opted_out"


def main_contact_of_student() -> ColumnElement[bool]:
    """The bond of a student to the adult who is written to first."""
    return and_(
        Guardianship.student_id == Student.id,
        Guardianship.is_active.is_(True),
        Guardianship.may_contact.is_(True),
        Guardianship.priority == 1,
    )
