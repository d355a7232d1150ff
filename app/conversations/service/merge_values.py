"""What merge fields mean for each reader."""

from collections.abc import Collection, Iterable

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations.models import Conversation
from app.conversations.queries_reach import bonds_of_each
from app.core.database import db
from app.core.merge_fields import MergeField
from app.core.phone_numbers import for_people
from app.directory.models import (
    District,
    Enrollment,
    Guardian,
    School,
    Section,
    SectionTeacher,
)

Values = dict[str, str | None]


class ReaderValues:
    """The values of some readers, read together."""

    def __init__(self, conversation: Conversation, guardian_ids: Collection[int], writer: Staff) -> None:
        """Four queries, however many they are."""
        self._school = db.session.get_one(School, conversation.school_id)
        self._district = db.session.get_one(District, conversation.district_id)
        self._writer = writer
        self._children = {
            number: [student for student, bond in bonds if bond.may_contact] for number, bonds in bonds_of_each(guardian_ids).items()
        }
        self._sections = _sections({child.id for children in self._children.values() for child in children}, writer)

    def of(self, guardian: Guardian, languages: Iterable[str]) -> dict[str, Values]:
        """One reader's own, in each of `languages`. Of several children at the school all are named; with none there, those elsewhere."""
        all_children = self._children.get(guardian.id, [])
        children = [child for child in all_children if child.school_id == self._school.id] or all_children
        several: dict[str, list[str]] = {
            MergeField.STUDENT_NAME: [child.full_name for child in children],
            MergeField.STUDENT_FIRST_NAME: [child.shown_name for child in children],
            MergeField.GRADE: _once(child.grade.lstrip("0") or child.grade for child in children if child.grade),
            MergeField.SECTION_NAME: _once(sorted(name for child in children for name in self._sections.get(child.id, ()))),
        }
        single: Values = {
            MergeField.FIRST_NAME: guardian.given_name,
            MergeField.LAST_NAME: guardian.family_name,
            MergeField.TEACHER_NAME: self._writer.shown_name,
            MergeField.SCHOOL_NAME: self._school.name,
            MergeField.SCHOOL_PHONE: for_people(self._school.phone) if self._school.phone else None,
            MergeField.DISTRICT_NAME: self._district.name,
        }
        return {
            language: single | {field: joined(names, language) for field, names in several.items()} for language in dict.fromkeys(languages)
        }


def joined(names: list[str], language: str) -> str | None:
    """``Mateo and Sofía`` or ``Mateo y Sofía``, in the manner of a language; of one that nobody knows, in English."""
    if not names:
        return None
    try:
        return format_list(names, locale=Locale.parse(language, sep="-"))
    except (UnknownLocaleError, ValueError):
        return format_list(names, locale="en")


def _sections(student_ids: Collection[int], writer: Staff) -> dict[int, list[str]]:
    """The writer's own classes of each student."""
    rows = db.session.execute(
        select(Enrollment.student_id, Section.name)
        .join(Section, Section.id == Enrollment.section_id)
        .join(SectionTeacher, SectionTeacher.section_id == Section.id)
        .where(
            Enrollment.student_id.in_(student_ids),
            Enrollment.is_active.is_(True),
            SectionTeacher.staff_id == writer.id,
            SectionTeacher.is_active.is_(True),
            Section.is_active.is_(True),
        )
    )
    names: dict[int, list[str]] = {}
    for student_id, name in rows:
        names.setdefault(student_id, []).append(name)
    return names


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
