"""Which students, guardians and addresses a person may see; every query about people starts from these conditions."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.core.database import Model, db
from app.core.errors import NotVisible
from app.directory.models import ContactPoint, Enrollment, Guardian, Guardianship, School, Section, SectionTeacher, Student

Row = TypeVar("Row", bound=Model)
Condition = Callable[[Staff], ColumnElement[bool]]
_further: list[Condition] = []


def also_reaches(condition: Condition) -> None:
    """Let a later room open guardians for its own reasons, such as a conversation with them. Called from its init_app."""
    if condition not in _further:
        _further.append(condition)


def student_is_within_reach_of(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Student`: the district's, the schools', or those in the person's own sections."""
    if staff.role == Role.DISTRICT_ADMIN:
        reach: ColumnElement[bool] = true()
    elif role_allows(staff.role, Permission.READ_SCHOOL_PEOPLE):
        reach = Student.school_id.in_(staff.school_ids)
    elif role_allows(staff.role, Permission.READ_PEOPLE):
        reach = exists().where(Enrollment.student_id == Student.id, *_is_taught_by(staff))
    else:
        reach = false()
    return and_(Student.district_id == staff.district_id, Student.is_active.is_(True), reach)


def reaches_whole_schools(staff: Staff) -> bool:
    """Whether somebody's students are all of a school or a grade, and not only those of their own sections."""
    return staff.role == Role.DISTRICT_ADMIN or role_allows(staff.role, Permission.READ_SCHOOL_PEOPLE)


def students_taught_by(staff: Staff) -> Select[int]:
    """The students in a person's own sections. Beginning there is quicker than asking each student of a large district."""
    return select(Enrollment.student_id).where(*_is_taught_by(staff))


def _is_taught_by(staff: Staff) -> tuple[ColumnElement[bool], ...]:
    """Conditions on an enrollment, its section, and who teaches it."""
    return (
        Enrollment.is_active.is_(True),
        Section.id == Enrollment.section_id,
        Section.is_active.is_(True),
        SectionTeacher.section_id == Section.id,
        SectionTeacher.staff_id == staff.id,
        SectionTeacher.is_active.is_(True),
    )


def names_student_within_reach_of(staff: Staff, student_id: InstrumentedAttribute[int] | ColumnElement[int]) -> ColumnElement[bool]:
    """The condition on a column that names a student. For queries that begin elsewhere and have few rows: it asks row by row."""
    return exists().where(Student.id == student_id, student_is_within_reach_of(staff))


def students_within_reach(staff: Staff, student_ids: Collection[int] | Select[Any]) -> set[int]:
    """Those of the students whom this person may see; as quick in a large district as in a small one."""
    wanted = aliased(Student)
    query = select(wanted.id).where(wanted.id.in_(student_ids), names_student_within_reach_of(staff, wanted.id))
    return set(db.session.scalars(query))


def guardian_has_child_within_reach_of(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Guardian`: bound to a student within reach."""
    bound = exists().where(
        Guardianship.guardian_id == Guardian.id,
        Guardianship.is_active.is_(True),
        Student.id == Guardianship.student_id,
        student_is_within_reach_of(staff),
    )
    return and_(Guardian.district_id == staff.district_id, bound)


def guardian_is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Guardian`: bound to a student within reach, or opened by a later room."""
    further = (condition(staff) for condition in _further)
    return and_(Guardian.district_id == staff.district_id, or_(guardian_has_child_within_reach_of(staff), *further))


def student_visible_to(staff: Staff, student_id: int) -> Student:
    """The student. Raises NotVisible."""
    return _found(db.session.scalar(select(Student).where(Student.id == student_id, student_is_within_reach_of(staff))))


def guardian_visible_to(staff: Staff, guardian_id: int) -> Guardian:
    """The guardian. Raises NotVisible."""
    return _found(db.session.scalar(select(Guardian).where(Guardian.id == guardian_id, guardian_is_visible_to(staff))))


def contact_point_visible_to(staff: Staff, contact_point_id: int) -> ContactPoint:
    """The address, in force or not. Raises NotVisible."""
    query = select(ContactPoint).join(Guardian, Guardian.id == ContactPoint.guardian_id)
    return _found(db.session.scalar(query.where(ContactPoint.id == contact_point_id, guardian_is_visible_to(staff))))


def guardianship_visible_to(staff: Staff, guardianship_id: int) -> Guardianship:
    """What binds a guardian to a student within reach. Raises NotVisible."""
    query = select(Guardianship).join(Student, Student.id == Guardianship.student_id)
    return _found(db.session.scalar(query.where(Guardianship.id == guardianship_id, student_is_within_reach_of(staff))))


def schools_of(staff: Staff) -> list[School]:
    """The active schools that a person works for, by name."""
    query = select(School).where(School.district_id == staff.district_id, School.is_active.is_(True)).order_by(School.name)
    if staff.role != Role.DISTRICT_ADMIN:
        query = query.where(School.id.in_(staff.school_ids))
    return list(db.session.scalars(query))


def school_visible_to(staff: Staff, school_id: int) -> School:
    """One of the schools that a person works for. Raises NotVisible."""
    return _found(next((school for school in schools_of(staff) if school.id == school_id), None))


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotVisible
    return row
