"""Choosing students for a group: by their names, by the names of their adults, or a class at a time."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select, true

from app.accounts.models import Role, Staff
from app.accounts.permissions import Permission, role_allows
from app.core.database import db
from app.core.search_text import fold
from app.directory.models import Enrollment, Section, SectionTeacher, Student
from app.directory.queries.people import Person, named, persons
from app.directory.queries.reach import names_student_within_reach_of, student_is_within_reach_of

MOST_CLASSES = 8
MOST_STUDENTS = 12


@dataclass(frozen=True, slots=True)
class ClassFound:
    """A class, and how many of its students are not chosen yet."""

    id: int
    name: str
    students: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a few letters found; `more` if there are students beyond those shown."""

    classes: list[ClassFound]
    students: list[Person]
    more: bool


def section_is_within_reach_of(staff: Staff) -> ColumnElement[bool]:
    """The condition on `Section`: the district's, the schools', or the person's own."""
    if staff.role == Role.DISTRICT_ADMIN:
        reach: ColumnElement[bool] = true()
    elif role_allows(staff.role, Permission.READ_SCHOOL_PEOPLE):
        reach = Section.school_id.in_(staff.school_ids)
    else:
        reach = _taught_by(staff)
    return and_(Section.district_id == staff.district_id, Section.is_active.is_(True), reach)


def find(staff: Staff, words: str, *, besides: Collection[int], besides_sections: Collection[int] = ()) -> Found:
    """Classes and students within reach, without those chosen already. Without words: the person's own classes."""
    sections = select(Section.id, Section.name).where(section_is_within_reach_of(staff), Section.id.not_in(besides_sections))
    if not words.strip():
        own = db.session.execute(sections.where(_taught_by(staff)).order_by(Section.name).limit(MOST_CLASSES))
        return Found(_with_students(staff, [(row.id, row.name) for row in own], besides), [], more=False)
    wanted = fold(words).split()
    classes = [
        (row.id, row.name) for row in db.session.execute(sections.order_by(Section.name)) if all(word in fold(row.name) for word in wanted)
    ]
    query = named(select(Student.id).where(student_is_within_reach_of(staff), Student.id.not_in(besides)), words)
    ids = list(db.session.scalars(query.order_by(Student.family_name, Student.given_name, Student.id).limit(MOST_STUDENTS + 1)))
    return Found(_with_students(staff, classes[:MOST_CLASSES], besides), persons(staff, ids[:MOST_STUDENTS]), more=len(ids) > MOST_STUDENTS)


def classes(staff: Staff, section_ids: Collection[int]) -> list[ClassFound]:
    """Those of the classes within reach, by name, with all their students."""
    query = select(Section.id, Section.name).where(Section.id.in_(section_ids), section_is_within_reach_of(staff))
    found = [(row.id, row.name) for row in db.session.execute(query.order_by(Section.name, Section.id))]
    counted = {each.id: each for each in _with_students(staff, found, besides=())}
    return [counted.get(number) or ClassFound(number, name, 0) for number, name in found]


def students_of_sections(staff: Staff, section_ids: Collection[int]) -> set[int]:
    """The students of classes within reach."""
    if not section_ids:
        return set()
    return set(
        db.session.scalars(
            select(Enrollment.student_id)
            .join(Section, Section.id == Enrollment.section_id)
            .where(
                Enrollment.section_id.in_(section_ids),
                Enrollment.is_active.is_(True),
                section_is_within_reach_of(staff),
                names_student_within_reach_of(staff, Enrollment.student_id),
            )
        )
    )


def _taught_by(staff: Staff) -> ColumnElement[bool]:
    return exists().where(SectionTeacher.section_id == Section.id, SectionTeacher.staff_id == staff.id, SectionTeacher.is_active.is_(True))


def _with_students(staff: Staff, classes: list[tuple[int, str]], besides: Collection[int]) -> list[ClassFound]:
    counts = db.session.execute(
        select(Enrollment.section_id, func.count())
        .where(
            Enrollment.section_id.in_([number for number, _name in classes]),
            Enrollment.is_active.is_(True),
            Enrollment.student_id.not_in(besides),
            names_student_within_reach_of(staff, Enrollment.student_id),
        )
        .group_by(Enrollment.section_id)
    )
    students = {row[0]: row[1] for row in counts}
    return [ClassFound(number, name, students[number]) for number, name in classes if number in students]
