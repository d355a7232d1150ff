"""To whom an announcement goes: what a person chose, and the SELECTs that find these people. Tenancy comes first in each of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true, union

from app.accounts import authority
from app.accounts.models import Staff, StaffStatus, are_people
from app.announcements.models import AnnouncementList, AnnouncementListRow
from app.core.ids import LARGEST_NUMBER
from app.directory.models import Enrollment, Group, GroupMember, GroupSection, Section, Student
from app.directory.queries.choosing import section_is_within_reach_of
from app.directory.queries.groups import group_is_visible_to
from app.directory.queries.reach import student_is_within_reach_of

MOST_CHOSEN = 5_000
"""Of people picked one by one; more are a group, a class or a list."""


ANY = "any"
"""In place of a channel: whichever it was."""


class Again(StrEnum):
    """Which recipients of an earlier announcement another one is for."""

    REACHED = "reached"
    """Those it was handed over to, at the very same addresses."""
    CORRECTED = "corrected"
    """These, and at their addresses those for whom it was to leave and was stopped before."""
    LEFT_OUT = "left_out"
    """Those for whom it was stopped before it left."""
    FAILED = "failed"
    UNREACHED = "unreached"
    """Whom it did not arrive at over any channel, or not yet; also those whom it could not be sent to."""
    SILENT = "silent"
    """Who got it and has not written since."""
    UNCONFIRMED = "unconfirmed"
    """Whom it was sent to, without any word whether it arrived."""
    UNANSWERED = "unanswered"
    """Whom it did not arrive at, or who has not written since."""


@dataclass(frozen=True, slots=True)
class Audience:
    """A document: what was chosen, and who was taken out again. Everything in it is read within its author's reach."""

    schools: tuple[int, ...] = ()
    grades: tuple[tuple[int, str], ...] = ()
    """School and grade."""
    sections: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    students: tuple[int, ...] = ()
    staff: tuple[int, ...] = ()
    list_id: int | None = None
    without_students: tuple[int, ...] = ()
    without_guardians: tuple[int, ...] = ()
    without_grades: tuple[tuple[int, str], ...] = ()
    without_sections: tuple[int, ...] = ()
    without_groups: tuple[int, ...] = ()
    again_of: int | None = None
    """An earlier announcement. Then nothing else is chosen; people may still be taken out."""
    again: str | None = None
    again_channel: str | None = None
    again_by: str | None = None
    """Of a step over `again_channel`: only those for whom everything was handed over by this moment, in ISO text."""
    again_after: str | None = None
    """And who came through the step over this channel."""

    @property
    def names_students(self) -> bool:
        """Whether any student may be in it."""
        return bool(self.schools or self.grades or self.sections or self.groups or self.students or self.list_id)

    @property
    def is_empty(self) -> bool:
        """Whether nobody was chosen at all."""
        return not (self.names_students or self.staff or self.again_of)

    def document(self) -> dict[str, Any]:
        """As the announcement keeps it: only what was chosen."""
        return {name: value for name, value in asdict(self).items() if value not in ((), None)}


def read(document: Mapping[str, Any]) -> Audience:
    """An audience from its document or from a page. Raises ValueError for what cannot be one."""
    known = {field.name for field in fields(Audience)}
    if unknown := set(document) - known:
        raise ValueError(f"an audience has no {sorted(unknown)}")
    values: dict[str, Any] = {}
    for name, value in document.items():
        if name in {"grades", "without_grades"}:
            values[name] = tuple(sorted({(_number(school), _grade(grade)) for school, grade in value}))
        elif name in {"list_id", "again_of"}:
            values[name] = None if value is None else _number(value)
        elif name == "again":
            values[name] = None if value is None else str(Again(value))
        elif name in {"again_channel", "again_after"}:
            values[name] = None if value is None else str(value)[:8]
        elif name == "again_by":
            values[name] = None if value is None else datetime.fromisoformat(value).isoformat()
        else:
            values[name] = tuple(sorted({_number(one) for one in value}))
    if any(isinstance(value, tuple) and len(value) > MOST_CHOSEN for value in values.values()):
        raise ValueError("too many were picked one by one")
    return Audience(**values)


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST_NUMBER:
        raise ValueError("not the number of a row")
    return value


def _grade(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 10:  # noqa: PLR2004  # as long as the column
        raise ValueError("not a grade")
    return value


def student_ids(author: Staff, audience: Audience) -> Select[Any]:
    """The students of an audience, as a query to begin from: each part of it finds its rows by an index."""
    reach = [student_is_within_reach_of(author), *_kept(author, audience)]
    parts = [select(Student.id).where(*reach, part) for part in _parts(author, audience)]
    if not parts:
        return select(Student.id).where(false())
    found = union(*parts).subquery()
    return select(found.c.id)


def student_is_in(author: Staff, audience: Audience) -> ColumnElement[bool]:
    """The same as a condition on `Student`, for queries that begin elsewhere and ask row by row."""
    return and_(student_is_within_reach_of(author), or_(false(), *_parts(author, audience)), *_kept(author, audience))


def staff_is_in(author: Staff, audience: Audience) -> ColumnElement[bool]:
    """The condition on `Staff`: chosen colleagues within the author's scope."""
    return and_(
        Staff.id.in_(audience.staff),
        Staff.district_id == author.district_id,
        are_people(),
        Staff.status == StaffStatus.ACTIVE,
        authority.in_scope_of(author),
    )


def list_row_is_in(author: Staff, audience: Audience) -> ColumnElement[bool]:
    """The condition on `AnnouncementListRow`: an address of the author's own list."""
    mine = exists().where(
        AnnouncementList.id == AnnouncementListRow.list_id,
        AnnouncementList.district_id == author.district_id,
        AnnouncementList.author_id == author.id,
    )
    return and_(AnnouncementListRow.list_id == (audience.list_id or 0), AnnouncementListRow.address.is_not(None), mine)


def _kept(author: Staff, audience: Audience) -> list[ColumnElement[bool]]:
    """Who is left out: students one by one, and all who are in a grade, a class or a group on the day it is sent."""
    kept = [Student.id.not_in(audience.without_students)] if audience.without_students else []
    whole = Audience(grades=audience.without_grades, sections=audience.without_sections, groups=audience.without_groups)
    return kept + [func.coalesce(~part, true()) for part in _parts(author, whole)]


def _parts(author: Staff, audience: Audience) -> list[ColumnElement[bool]]:
    parts: list[ColumnElement[bool]] = []
    if audience.schools:
        parts.append(Student.school_id.in_(audience.schools))
    if audience.grades:
        parts.append(or_(*(and_(Student.school_id == school, Student.grade == grade) for school, grade in audience.grades)))
    if audience.sections:
        parts.append(
            Student.id.in_(
                select(Enrollment.student_id)
                .join(Section, Section.id == Enrollment.section_id)
                .where(Enrollment.section_id.in_(audience.sections), Enrollment.is_active.is_(True), section_is_within_reach_of(author))
            )
        )
    if audience.groups:
        usable = select(Group.id).where(Group.id.in_(audience.groups), group_is_visible_to(author))
        by_class = (
            select(Enrollment.student_id)
            .join(Section, Section.id == Enrollment.section_id)
            .join(GroupSection, GroupSection.section_id == Section.id)
            .where(GroupSection.group_id.in_(usable), Section.is_active.is_(True), Enrollment.is_active.is_(True))
        )
        parts.append(Student.id.in_(select(GroupMember.student_id).where(GroupMember.group_id.in_(usable))))
        parts.append(Student.id.in_(by_class))
    if audience.students:
        parts.append(Student.id.in_(audience.students))
    if audience.list_id:
        parts.append(
            Student.id.in_(
                select(AnnouncementListRow.student_id)
                .join(AnnouncementList, AnnouncementList.id == AnnouncementListRow.list_id)
                .where(
                    AnnouncementListRow.list_id == audience.list_id,
                    AnnouncementListRow.student_id.is_not(None),
                    AnnouncementList.district_id == author.district_id,
                    AnnouncementList.author_id == author.id,
                )
            )
        )
    return parts
