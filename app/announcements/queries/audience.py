"""What the composer asks while an audience is built: what can be chosen, and who is in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, or_, select, tuple_

from app.accounts.models import Staff
from app.announcements import planner
from app.announcements.models import Announcement, AnnouncementListRow
from app.announcements.people import GUARDIAN
from app.announcements.queries import announcement_visible_to
from app.announcements.queries.walking import Walk
from app.announcements.sight import is_of_theirs, sees_everybody
from app.announcements.verdicts import Question, has_chosen, has_guardians, verdicts
from app.core.database import db, release_connection
from app.core.errors import NotVisible
from app.core.search_text import fold
from app.directory.models import Enrollment, Guardian, Section, Student
from app.directory.queries.choosing import section_is_within_reach_of
from app.directory.queries.groups import GroupRow, groups_of
from app.directory.queries.reach import names_student_within_reach_of, schools_of, student_is_within_reach_of

PEOPLE = 50
GETS = "send"
"""In place of a reason: who gets it."""
READS = "reads:"
"""In place of a reason, before a language: who gets it in another one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tick, with how many students within reach it holds."""

    id: int
    name: str
    students: int
    school_id: int | None = None


@dataclass(frozen=True, slots=True)
class GradeChoice:
    """A grade of a school."""

    school_id: int
    grade: str
    students: int


@dataclass(frozen=True, slots=True)
class Choices:
    """All that this person may send to; five queries."""

    schools: list[Choice]
    grades: list[GradeChoice]
    sections: list[Choice]
    groups: list[GroupRow]


@dataclass(frozen=True, slots=True)
class Person:
    """One of the audience over one channel. `reason` says why nothing is sent."""

    source: int
    """0 staff, 1 a row of a list, 2 a guardian (or a recipient of before)."""
    person_id: int
    name: str
    student: str | None
    guardian_id: int | None
    student_id: int | None
    address: str | None
    language: str | None
    reason: str | None


def choices(staff: Staff) -> Choices:
    """Schools, grades and sections with students within reach, and saved groups."""
    grades = db.session.execute(
        select(Student.school_id, Student.grade, func.count())
        .where(student_is_within_reach_of(staff))
        .group_by(Student.school_id, Student.grade)
        .order_by(Student.school_id, Student.grade)
    ).all()
    schools = [Choice(school.id, school.name, sum(row[2] for row in grades if row[0] == school.id)) for school in schools_of(staff)]
    sections = db.session.execute(
        select(Section.id, Section.name, func.count(Enrollment.student_id), Section.school_id)
        .join(Enrollment, Enrollment.section_id == Section.id)
        .where(
            section_is_within_reach_of(staff), Enrollment.is_active.is_(True), names_student_within_reach_of(staff, Enrollment.student_id)
        )
        .group_by(Section.id, Section.name, Section.school_id)
        .order_by(Section.name, Section.id)
    )
    return Choices(
        [school for school in schools if school.students],
        [GradeChoice(row[0], row[1], row[2]) for row in grades if row[1]],
        [Choice(*row) for row in sections],
        groups_of(staff),
    )


def people(
    staff: Staff,
    announcement_id: int,
    *,
    channel: str,
    reason: str | None = None,
    words: str = "",
    after: tuple[int, int] | None = None,
) -> list[Person]:
    """Who is in the audience of a draft, PEOPLE at a time beyond `after` (source and person of the last one shown).

    `reason`: "send" for those who get it, READS and a language for those of them who read that one and get another, a SkipReason for
    those who do not; `words` are looked for in names. Raises NotVisible,
    also for a colleague's template: its words are shared, and not the people whom its author reaches.
    """
    announcement: Announcement = announcement_visible_to(staff, announcement_id)
    if announcement.is_template and announcement.author_id != staff.id:
        raise NotVisible
    author = db.session.get_one(Staff, announcement.author_id)
    question, _pool = planner.questions(announcement, author)[channel]
    conditions = _Conditions(None if sees_everybody(staff, announcement) else staff, reason, fold(words).split())
    if conditions.may_be_walked(question, after):

        def some(rows: FromClause, beyond: int, through: int) -> list[Person]:
            return _found(_listed(rows, conditions), {"after": beyond, "through": through})

        found = Walk(question).people(after[1] if after else 0, PEOPLE, some, only_first=reason == GETS)
        if found is not None:
            return found
        release_connection()  # what is asked now reads everybody, and not by an index
    rows = verdicts(question).subquery("rows")
    query = _listed(rows, conditions)
    if after is not None:
        query = query.where(tuple_(rows.c.source, rows.c.person_id) > tuple_(*after))
    return _found(query, {})


@dataclass(frozen=True, slots=True)
class _Conditions:
    """What is asked of the people of an audience. `within` somebody's sight, if they do not see everybody."""

    within: Staff | None
    reason: str | None
    words: list[str]

    def may_be_walked(self, question: Question, after: tuple[int, int] | None) -> bool:
        """Whether a few looks are likely to find a page of them: all are guardians, and not a rare few."""
        is_common = not self.words and self.reason in {None, GETS}
        return is_common and has_guardians(question) and not has_chosen(question) and (after is None or after[0] == GUARDIAN)

    def of(self, rows: FromClause) -> Iterator[ColumnElement[bool]]:
        """As SQL."""
        if self.within is not None:
            yield is_of_theirs(self.within, rows.c.guardian_id, rows.c.staff_id)
        if self.reason is not None and self.reason.startswith(READS):
            yield rows.c.unread == self.reason.removeprefix(READS)
        elif self.reason is not None:
            yield rows.c.reason.is_(None) if self.reason == GETS else rows.c.reason == self.reason
        for word in self.words:
            like = f"%{word.replace('%', '').replace('_', '')}%"
            yield or_(Guardian.search_text.like(like), Student.search_text.like(like), func.lower(Staff.name).like(like))


def _listed(rows: FromClause, conditions: _Conditions) -> Select[Any]:
    """The first of these rows, with the names that people know them by."""
    shown = func.coalesce(func.nullif(Student.preferred_name, ""), Student.given_name) + " " + Student.family_name
    name = func.coalesce(func.trim(Guardian.given_name + " " + Guardian.family_name), Staff.name, AnnouncementListRow.name, "")
    return (
        select(
            rows.c.source, rows.c.person_id, name, shown, rows.c.guardian_id, rows.c.student_id, rows.c.address, rows.c.language,
            rows.c.reason,
        )
        .select_from(rows)
        .outerjoin(Guardian, Guardian.id == rows.c.guardian_id)
        .outerjoin(Staff, Staff.id == rows.c.staff_id)
        .outerjoin(AnnouncementListRow, AnnouncementListRow.id == rows.c.list_row_id)
        .outerjoin(Student, Student.id == rows.c.student_id)
        .where(*conditions.of(rows))
        .order_by(rows.c.source, rows.c.person_id)
        .limit(PEOPLE)
    )  # fmt: skip


def _found(query: Select[Any], values: dict[str, int]) -> list[Person]:
    return [Person(*row) for row in db.session.execute(query, values)]
