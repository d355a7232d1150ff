"""Building an audience by a search: what can be included or left out, under the names that people know."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, func, select

from app.accounts import authority
from app.accounts.models import Staff, StaffStatus, are_people
from app.announcements.audience import Audience
from app.announcements.models import AnnouncementList
from app.core.database import db
from app.core.presentation import ngettext
from app.core.search_text import fold
from app.directory.models import Enrollment, Guardian, School, Section, Student
from app.directory.queries.choosing import section_is_within_reach_of
from app.directory.queries.groups import groups_of
from app.directory.queries.people import adults_of, named, own_names_first
from app.directory.queries.reach import (
    guardian_is_visible_to,
    names_student_within_reach_of,
    reaches_whole_schools,
    schools_of,
    student_is_within_reach_of,
)
from app.directory.words import grade_long

MOST_OF_A_KIND = 6
IN_PART = ("school", "grade")
MOST_CHIPS = 200
"""Of one kind: people picked one by one are rarely more, and more would not be read."""


@dataclass(frozen=True, slots=True)
class Chip:
    """Something chosen, or to be chosen. `key` is what a form sends: ``grade:3:05``."""

    key: str
    kind: str
    """school, grade, section, group, student, guardian, staff, list."""
    name: str
    students: int | None = None
    detail: str = ""
    is_part: bool = False
    """Of a school or a grade only the students whom its author teaches."""


def chips_of(staff: Staff, audience: Audience, *, counted: bool = True) -> tuple[list[Chip], list[Chip]]:
    """What an audience includes and what it leaves out; a query or two for each kind that is used.

    `counted`: with the students of schools, grades and classes, which is for who chooses. Pages that are looked at again and again
    only name them, which takes no longer for a large district.
    """
    grades = _grades if counted else _named_grades
    included = [
        *_schools(staff, audience.schools, counted=counted),
        *grades(staff, audience.grades),
        *_sections(staff, Section.id.in_(audience.sections) if audience.sections else None, counted=counted),
        *_groups(staff, ids=audience.groups),
        *_students(staff, Student.id.in_(audience.students) if audience.students else None, most=MOST_CHIPS),
        *_colleagues(staff, Staff.id.in_(audience.staff) if audience.staff else None, most=MOST_CHIPS),
        *_lists(staff, audience.list_id),
    ]
    left_out = [
        *grades(staff, audience.without_grades),
        *_sections(staff, Section.id.in_(audience.without_sections) if audience.without_sections else None, counted=counted),
        *_groups(staff, ids=audience.without_groups),
        *_students(staff, Student.id.in_(audience.without_students) if audience.without_students else None, most=MOST_CHIPS),
        *_guardians(staff, audience.without_guardians),
    ]
    return _in_part(staff, included), _in_part(staff, left_out)


def _in_part(staff: Staff, chips: list[Chip]) -> list[Chip]:
    if reaches_whole_schools(staff):
        return chips
    return [replace(chip, is_part=chip.kind in IN_PART) for chip in chips]


def find(staff: Staff, words: str, *, leaving_out: bool, besides: Iterable[str] = ()) -> list[Chip]:
    """What a few letters find; without letters the schools and the grades, with which most announcements begin."""
    wanted = fold(words).split()
    chosen = set(besides)
    found: list[Chip] = []
    if not leaving_out:
        schools = [school for school in schools_of(staff) if all(word in fold(school.name) for word in wanted)]
        found += _schools(staff, [school.id for school in schools[:MOST_OF_A_KIND]])
    grades = [chip for chip in _grades(staff, None) if all(word in fold(f"{chip.name} {chip.detail}") for word in wanted)]
    found += grades[: MOST_OF_A_KIND * (1 if wanted else 3)]
    if wanted:
        found += _sections(staff, _like(Section.name, wanted), most=MOST_OF_A_KIND)
        found += _groups(staff, words=wanted)
        found += _students(staff, None, words=words, most=MOST_OF_A_KIND)
        if leaving_out:
            found += _guardians(staff, (), words=wanted)
        else:
            found += _colleagues(staff, _like(Staff.name, wanted), most=MOST_OF_A_KIND)
    return _in_part(staff, [chip for chip in found if chip.key not in chosen])


def _like(column: ColumnElement[str] | object, wanted: list[str]) -> ColumnElement[bool]:
    patterns = [f"%{word.replace('%', '').replace('_', '')}%" for word in wanted]
    return and_(*(func.lower(column).like(pattern) for pattern in patterns))


def _schools(staff: Staff, ids: Iterable[int], *, counted: bool = True) -> list[Chip]:
    numbers = set(ids)
    if not numbers:
        return []
    if not counted:
        return [Chip(f"school:{school.id}", "school", school.name) for school in schools_of(staff) if school.id in numbers]
    rows = db.session.execute(
        select(School.id, School.name, func.count(Student.id))
        .outerjoin(Student, (Student.school_id == School.id) & student_is_within_reach_of(staff))
        .where(School.id.in_(numbers), School.id.in_([school.id for school in schools_of(staff)]))
        .group_by(School.id, School.name)
        .order_by(School.name)
    )
    return [Chip(f"school:{row[0]}", "school", row[1], row[2]) for row in rows]


def _grades(staff: Staff, chosen: Iterable[tuple[int, str]] | None) -> list[Chip]:
    wanted = None if chosen is None else set(chosen)
    if wanted is not None and not wanted:
        return []
    rows = db.session.execute(
        select(Student.school_id, func.coalesce(School.short_name, School.name), Student.grade, func.count())
        .join(School, School.id == Student.school_id)
        .where(student_is_within_reach_of(staff), Student.grade.is_not(None), Student.grade != "")
        .group_by(Student.school_id, School.short_name, School.name, Student.grade)
        .order_by(School.name, Student.grade)
    ).all()
    several = len({row[0] for row in rows}) > 1
    return [
        Chip(f"grade:{row[0]}:{row[2]}", "grade", grade_long(row[2]), row[3], row[1] if several else "")
        for row in rows
        if wanted is None or (row[0], row[2]) in wanted
    ]


def _named_grades(staff: Staff, chosen: Iterable[tuple[int, str]]) -> list[Chip]:
    wanted = set(chosen)
    schools = schools_of(staff) if wanted else []
    return [
        Chip(f"grade:{school.id}:{grade}", "grade", grade_long(grade), None, school.short_name or school.name if len(schools) > 1 else "")
        for school in schools
        for number, grade in sorted(wanted)
        if number == school.id
    ]


def _sections(staff: Staff, condition: ColumnElement[bool] | None, most: int = MOST_CHIPS, *, counted: bool = True) -> list[Chip]:
    if condition is None:
        return []
    found = db.session.execute(
        select(Section.id, Section.name).where(section_is_within_reach_of(staff), condition).order_by(Section.name).limit(most)
    ).all()
    if not counted:
        return [Chip(f"section:{row[0]}", "section", row[1]) for row in found]
    counts = db.session.execute(
        select(Enrollment.section_id, func.count())
        .where(
            Enrollment.section_id.in_([row[0] for row in found]),
            Enrollment.is_active.is_(True),
            names_student_within_reach_of(staff, Enrollment.student_id),
        )
        .group_by(Enrollment.section_id)
    )
    students = {row[0]: row[1] for row in counts}
    return [Chip(f"section:{row[0]}", "section", row[1], students.get(row[0], 0)) for row in found]


def _groups(staff: Staff, *, ids: Iterable[int] = (), words: list[str] | None = None) -> list[Chip]:
    chosen = set(ids)
    if not chosen and not words:
        return []
    rows = [row for row in groups_of(staff) if (all(word in fold(row.name) for word in words) if words else row.id in chosen)]
    return [Chip(f"group:{row.id}", "group", row.name, row.students) for row in rows[: MOST_OF_A_KIND if words else MOST_CHIPS]]


def _students(staff: Staff, condition: ColumnElement[bool] | None, *, words: str = "", most: int) -> list[Chip]:
    if condition is None and not words:
        return []
    shown = func.coalesce(func.nullif(Student.preferred_name, ""), Student.given_name)
    query = select(Student.id, shown, Student.family_name, Student.grade).where(student_is_within_reach_of(staff))
    query = named(query, words).order_by(own_names_first(words)) if condition is None else query.where(condition)
    rows = db.session.execute(query.order_by(Student.family_name, Student.given_name, Student.id).limit(most)).all()
    alike = Counter(row[1:] for row in rows)
    adults = adults_of([row[0] for row in rows if alike[row[1:]] > 1]) if len(alike) < len(rows) else {}
    details = [_told_apart(grade_long(row[3]), adults.get(row[0], [])) for row in rows]
    return [Chip(f"student:{row[0]}", "student", f"{row[1]} {row[2]}", None, detail) for row, detail in zip(rows, details, strict=True)]


def _told_apart(grade: str, adults: list[tuple[int, str, str]]) -> str:
    """Of two students of one name in one grade, whose child each is."""
    return ", ".join(filter(None, [grade, *(name for _number, name, _language in adults[:2])]))


def _guardians(staff: Staff, ids: Iterable[int], *, words: list[str] | None = None) -> list[Chip]:
    numbers = list(ids)
    if not numbers and not words:
        return []
    query = select(Guardian.id, Guardian.given_name, Guardian.family_name).where(guardian_is_visible_to(staff))
    query = query.where(_like(Guardian.search_text, words)) if words else query.where(Guardian.id.in_(numbers))
    query = query.order_by(Guardian.family_name, Guardian.id).limit(MOST_OF_A_KIND if words else MOST_CHIPS)
    return [Chip(f"guardian:{row[0]}", "guardian", f"{row[1]} {row[2]}".strip()) for row in db.session.execute(query)]


def _colleagues(staff: Staff, condition: ColumnElement[bool] | None, most: int) -> list[Chip]:
    if condition is None:
        return []
    query = select(Staff.id, Staff.name).where(
        Staff.district_id == staff.district_id, are_people(), Staff.status == StaffStatus.ACTIVE, authority.in_scope_of(staff), condition
    )
    return [Chip(f"staff:{row[0]}", "staff", row[1]) for row in db.session.execute(query.order_by(Staff.name).limit(most))]


def _lists(staff: Staff, list_id: int | None) -> list[Chip]:
    if list_id is None:
        return []
    rows = db.session.execute(
        select(AnnouncementList.id, AnnouncementList.name, AnnouncementList.good_rows, AnnouncementList.numbers_given()).where(
            AnnouncementList.id == list_id, AnnouncementList.author_id == staff.id
        )
    )
    return [Chip(f"list:{row[0]}", "list", list_named(row[1], row[3] or 0), row[2]) for row in rows]


def list_named(name: str, lines: int) -> str:
    """What a list is called: as its file, or by the numbers that a program gave."""
    return name or ngettext("%(num)s phone number", "%(num)s phone numbers", lines)
