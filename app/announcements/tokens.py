"""Fields of an announcement, ``$FirstName$``: which nobody can fill, who has no value for one, and what each reader's are."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, union

from app.accounts.models import Staff
from app.announcements import audience as audiences
from app.announcements.models import Announcement, AnnouncementListRow
from app.announcements.verdicts import Question, verdicts
from app.conversations.service.merge_values import joined
from app.core.database import db
from app.core.merge_fields import MergeField, fields_in
from app.core.phone_numbers import for_people
from app.directory.models import District, Enrollment, Guardian, Guardianship, School, Section, SectionTeacher, Student

Values = dict[str, str | None]


def used(bodies: Iterable[str]) -> set[MergeField]:
    """The known fields in `bodies`."""
    written = {one.name.lower() for body in bodies for one in fields_in(body)}
    return {one for one in MergeField if one.lower() in written}


def required(bodies: Iterable[str]) -> set[MergeField]:
    """The known fields that stand somewhere without a fallback."""
    written = {one.name.lower() for body in bodies for one in fields_in(body) if one.fallback is None}
    return {one for one in MergeField if one.lower() in written}


def has_fields(body: str) -> bool:
    """Whether readers get different words."""
    return bool(fields_in(body))


def needed(announcement: Announcement) -> tuple[tuple[MergeField, str, str], ...]:
    """The fields without a fallback, each with the channel and the language of a text in which it stands."""
    found = {(one, text.channel, text.language) for text in announcement.texts for one in required([text.subject + text.whole])}
    return tuple(sorted(found))


def unresolved(announcement: Announcement, author: Staff, questions: list[Question]) -> dict[str, int]:
    """The fields without a fallback that some readers of the very texts in which they stand have no value for.

    And how many people these are, each once over all channels.
    """
    wanted: dict[MergeField, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one, channel, language in needed(announcement):
        wanted[one][channel].append(language)
    missing: dict[str, int] = {}
    for one, spoken in wanted.items():
        lacks = _lacks(one, announcement, author)
        if lacks is None:
            continue
        without: list[Select[Any]] = []
        for question in questions:
            if languages := spoken.get(question.channel.name):
                rows = verdicts(question).subquery()
                is_reader = rows.c.reason.is_(None) & rows.c.language.in_(languages)
                without.append(select(rows.c.source, rows.c.person_id).where(is_reader, lacks(rows.c)))
        number = db.session.scalar(select(func.count()).select_from(union(*without).subquery())) if without else 0
        if number:
            missing[str(one)] = number
    return missing


def _lacks(one: MergeField, announcement: Announcement, author: Staff) -> Any:
    """The condition on a row of `verdicts` that it has no value for a field; None when every reader has the same."""
    if one in {MergeField.FIRST_NAME, MergeField.LAST_NAME}:
        return lambda row: _no_name(row, one)
    if one in {MergeField.STUDENT_NAME, MergeField.STUDENT_FIRST_NAME}:
        return lambda row: row.student_id.is_(None)
    if one == MergeField.GRADE:
        return lambda row: ~exists().where(Student.id == row.student_id, func.coalesce(Student.grade, "") != "")
    if one == MergeField.SECTION_NAME:
        return lambda row: ~exists().where(*_taught(row.student_id, author))
    if _common(announcement, author).get(one):
        return None
    return lambda row: row.person_id.is_not(None)


def _no_name(row: Any, one: MergeField) -> ColumnElement[bool]:
    column, of_staff = (Guardian.given_name, Staff.name) if one == MergeField.FIRST_NAME else (Guardian.family_name, Staff.name)
    return ~(
        exists().where(Guardian.id == row.guardian_id, func.trim(column) != "")
        | exists().where(Staff.id == row.staff_id, of_staff != "")
        | exists().where(AnnouncementListRow.id == row.list_row_id, row.guardian_id.is_(None), AnnouncementListRow.name != "")
    )


def _taught(student_id: Any, author: Staff) -> tuple[ColumnElement[bool], ...]:
    """The sections of a student: of the author's own, if the author teaches; otherwise any."""
    teaches = exists().where(SectionTeacher.staff_id == author.id, SectionTeacher.is_active.is_(True))
    own = exists().where(SectionTeacher.section_id == Section.id, SectionTeacher.staff_id == author.id, SectionTeacher.is_active.is_(True))
    return (
        Enrollment.student_id == student_id,
        Enrollment.is_active.is_(True),
        Section.id == Enrollment.section_id,
        Section.is_active.is_(True),
        own | ~teaches,
    )


def _common(announcement: Announcement, author: Staff) -> Values:
    """What is the same for every reader."""
    district = db.session.get_one(District, announcement.district_id)
    school = db.session.get(School, announcement.school_id) if announcement.school_id else None
    phone = school.phone if school else None
    return {
        MergeField.TEACHER_NAME: author.shown_name,
        MergeField.SCHOOL_NAME: school.name if school else district.name,
        MergeField.SCHOOL_PHONE: for_people(phone) if phone else None,
        MergeField.DISTRICT_NAME: district.name,
    }


def _first_of(announcement: Announcement) -> Announcement:
    """The one whose audience somebody chose."""
    while (earlier := audiences.read(announcement.audience).again_of) is not None:
        announcement = db.session.get_one(Announcement, earlier)
    return announcement


class Reader:
    """Values for batches of recipients, with a fixed number of queries for each batch."""

    def __init__(self, announcement: Announcement, author: Staff) -> None:
        """Read what is the same for everybody. Children are those whom the first was about, however often it was sent on."""
        self._author = author
        self._about = _first_of(announcement)
        self._common = _common(announcement, author)

    def values(self, recipients: Collection[Any]) -> dict[int, Values]:
        """By recipient. Of several children in the audience all are named; text in the recipient's language."""
        guardians = self._names(Guardian, {one.guardian_id for one in recipients if one.guardian_id})
        staff = self._names(Staff, {one.staff_id for one in recipients if one.staff_id})
        rows = self._names(AnnouncementListRow, {one.list_row_id for one in recipients if one.list_row_id})
        children = self._children(recipients)
        sections = self._sections({child.id for found in children.values() for child in found})
        found = {}
        for one in recipients:
            name = guardians.get(one.guardian_id) or staff.get(one.staff_id) or rows.get(one.list_row_id) or ("", "")
            mine = children.get(one.guardian_id) or children.get(-(one.student_id or 0)) or []
            found[one.id] = self._common | {
                MergeField.FIRST_NAME: name[0],
                MergeField.LAST_NAME: name[1],
                MergeField.STUDENT_NAME: joined([f"{child.shown} {child.family_name}" for child in mine], one.language or "en"),
                MergeField.STUDENT_FIRST_NAME: joined([child.shown for child in mine], one.language or "en"),
                MergeField.GRADE: joined(
                    _once(child.grade.lstrip("0") or child.grade for child in mine if child.grade), one.language or "en"
                ),
                MergeField.SECTION_NAME: joined(_once(word for child in mine for word in sections.get(child.id, [])), one.language or "en"),
            }
        return found

    def _names(self, kind: Any, ids: set[int]) -> dict[int | None, tuple[str, str]]:
        if not ids:
            return {}
        columns = (kind.given_name, kind.family_name) if kind is Guardian else (kind.name, kind.name)
        rows = db.session.execute(select(kind.id, *columns).where(kind.id.in_(ids)))
        if kind is Guardian:
            return {row[0]: (row[1], row[2]) for row in rows}
        return {row[0]: (row[1].split(" ")[0], row[1].rpartition(" ")[2]) for row in rows}

    def _children(self, recipients: Collection[Any]) -> dict[int, list[Any]]:
        """The children in the audience by guardian.

        Of whom it names none, the student for whom they were written down, by minus the student's number: it names no students, or
        the roster has changed since, or who chose it reaches them no more.
        """
        audience = audiences.read(self._about.audience)
        shown = func.coalesce(func.nullif(Student.preferred_name, ""), Student.given_name).label("shown")
        columns = (Student.id, shown, Student.family_name, Student.grade)
        found: dict[int, list[Any]] = defaultdict(list)
        if audience.names_students:
            chooser = db.session.get_one(Staff, self._about.author_id) if self._about.author_id != self._author.id else self._author
            query = (
                select(Guardianship.guardian_id, *columns)
                .join(Student, Student.id == Guardianship.student_id)
                .where(
                    Guardianship.guardian_id.in_({one.guardian_id for one in recipients if one.guardian_id}),
                    Guardianship.is_active.is_(True),
                    Guardianship.may_contact.is_(True),
                    audiences.student_is_in(chooser, audience),
                )
                .order_by(Student.id)
            )
            for row in db.session.execute(query):
                found[row[0]].append(row)
        if own := {one.student_id for one in recipients if one.student_id and one.guardian_id not in found}:
            for row in db.session.execute(select(*columns).where(Student.id.in_(own))):
                found[-row.id].append(row)
        return found

    def _sections(self, student_ids: set[int]) -> dict[int, list[str]]:
        if not student_ids:
            return {}
        found: dict[int, list[str]] = defaultdict(list)
        query = (
            select(Enrollment.student_id, Section.name)
            .join(Section, Section.id == Enrollment.section_id)
            .where(*_taught(Student.id, self._author), Enrollment.student_id.in_(student_ids))
            .join(Student, Student.id == Enrollment.student_id)
            .order_by(Section.name)
        )
        for student_id, name in db.session.execute(query):
            found[student_id].append(name)
        return found


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
