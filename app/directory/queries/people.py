"""The list of people: students with their adults, searched and narrowed, page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from app.accounts.models import Staff
from app.core.database import db
from app.core.keyset import Page, page_of_rows
from app.core.search_text import fold
from app.directory.models import Enrollment, Guardian, Guardianship, School, Section, SectionTeacher, Student
from app.directory.queries.groups import members_of
from app.directory.queries.reach import student_is_within_reach_of, students_within_reach

ROWS = 40


@dataclass(frozen=True, slots=True)
class Person:
    """A student of the list, with the names and languages of the adults."""

    id: int
    name: str
    grade: str | None
    school: str
    adults: list[tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the list is narrowed to."""

    words: str = ""
    school_id: int | None = None
    grade: str | None = None
    section_id: int | None = None
    group_id: int | None = None


def people(staff: Staff, narrowed: Narrowed, cursor: str | None) -> Page[Person]:
    """One page of students by family name; two queries, or three within a group."""
    if narrowed.group_id is not None:
        begin = _students().where(Student.id.in_(students_within_reach(staff, members_of(narrowed.group_id))))
    else:
        begin = _students().where(student_is_within_reach_of(staff))
    page = page_of_rows(
        db.session(),
        _narrow(begin, narrowed),
        [Student.family_name, Student.given_name, Student.id],
        limit=ROWS,
        cursor=cursor,
        descending=False,
    )
    return Page(_with_adults(page.rows), page.next_cursor, page.previous_cursor)


def persons(staff: Staff, student_ids: Collection[int]) -> list[Person]:
    """Those of the students whom this person may see, by family name; three queries."""
    query = _students().where(Student.id.in_(students_within_reach(staff, student_ids)))
    rows = db.session.execute(query.order_by(Student.family_name, Student.given_name, Student.id)).all()
    return _with_adults(rows)


def named(query: Select[*tuple[Any, ...]], words: str) -> Select[*tuple[Any, ...]]:
    """Narrow a query on `Student` to those whose name, or an adult's, has every word."""
    for word in fold(words).split():
        like = f"%{word.replace('%', '').replace('_', '')}%"
        of_adult = (
            select(Guardianship.student_id)
            .join(Guardian, Guardian.id == Guardianship.guardian_id)
            .where(Guardianship.is_active.is_(True), Guardian.search_text.like(like))
        )
        query = query.where(or_(Student.search_text.like(like), Student.id.in_(of_adult)))
    return query


def own_names_first(words: str) -> ColumnElement[int]:
    """To order those of `named`: whose own name has every word before those of whom an adult's has one."""
    likes = [f"%{word.replace('%', '').replace('_', '')}%" for word in fold(words).split()]
    return case((and_(*(Student.search_text.like(like) for like in likes)), 0), else_=1)


def _students() -> Select[*tuple[Any, ...]]:
    return select(
        Student.family_name,
        Student.given_name,
        Student.id,
        Student.preferred_name,
        Student.grade,
        School.short_name,
        School.name.label("school"),
    ).join(School, School.id == Student.school_id)


def _with_adults(rows: Sequence[Any]) -> list[Person]:
    adults = adults_of([row.id for row in rows])
    return [
        Person(
            row.id,
            f"{row.preferred_name or row.given_name} {row.family_name}",
            row.grade,
            row.short_name or row.school,
            adults.get(row.id, []),
        )
        for row in rows
    ]


def _narrow(query: Select[*tuple[Any, ...]], narrowed: Narrowed) -> Select[*tuple[Any, ...]]:
    if narrowed.school_id is not None:
        query = query.where(Student.school_id == narrowed.school_id)
    if narrowed.grade is not None:
        query = query.where(Student.grade == narrowed.grade)
    if narrowed.section_id is not None:
        enrolled = select(Enrollment.student_id).where(Enrollment.section_id == narrowed.section_id, Enrollment.is_active.is_(True))
        query = query.where(Student.id.in_(enrolled))
    return named(query, narrowed.words)


def adults_of(student_ids: Sequence[int]) -> dict[int, list[tuple[int, str, str]]]:
    """Number, name and language of each student's adults, by student, in their order."""
    rows = db.session.execute(
        select(Guardianship.student_id, Guardian.id, Guardian.given_name, Guardian.family_name, Guardian.language)
        .join(Guardian, Guardian.id == Guardianship.guardian_id)
        .where(Guardianship.student_id.in_(student_ids), Guardianship.is_active.is_(True), Guardian.is_active.is_(True))
        .order_by(Guardianship.priority, Guardianship.id)
    )
    found: dict[int, list[tuple[int, str, str]]] = {}
    for student_id, guardian_id, given, family, language in rows:
        found.setdefault(student_id, []).append((guardian_id, f"{given} {family}".strip(), language))
    return found


def sections_of(staff: Staff) -> list[tuple[int, str]]:
    """The classes that this person can narrow the list to: one's own for a teacher, those of the schools otherwise."""
    query = select(Section.id, Section.name).where(Section.district_id == staff.district_id, Section.is_active.is_(True))
    own = select(SectionTeacher.section_id).where(SectionTeacher.staff_id == staff.id, SectionTeacher.is_active.is_(True))
    mine = db.session.execute(query.where(Section.id.in_(own)).order_by(Section.name)).all()
    return [(row.id, row.name) for row in mine]
