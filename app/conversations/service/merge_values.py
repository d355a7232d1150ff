"""What merge fields mean for one reader."""

from collections.abc import Iterable

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from sqlalchemy import select

from app.accounts.models import Staff
from app.conversations.models import Conversation
from app.conversations.queries_reach import children_of
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
    Student,
)


def values_for(conversation: Conversation, guardian: Guardian, writer: Staff, languages: Iterable[str]) -> dict[str, dict[str, str | None]]:
    """The reader's own values in each of `languages`. Of several children at the school all are named; with none there, those elsewhere."""
    school = db.session.get_one(School, conversation.school_id)
    district = db.session.get_one(District, conversation.district_id)
    all_children = [student for student, bond in children_of(guardian.id) if bond.may_contact]
    children = [child for child in all_children if child.school_id == school.id] or all_children
    several: dict[str, list[str]] = {
        MergeField.STUDENT_NAME: [child.full_name for child in children],
        MergeField.STUDENT_FIRST_NAME: [child.shown_name for child in children],
        MergeField.GRADE: _once(child.grade.lstrip("0") or child.grade for child in children if child.grade),
        MergeField.SECTION_NAME: _sections(children, writer),
    }
    single: dict[str, str | None] = {
        MergeField.FIRST_NAME: guardian.given_name,
        MergeField.LAST_NAME: guardian.family_name,
        MergeField.TEACHER_NAME: writer.shown_name,
        MergeField.SCHOOL_NAME: school.name,
        MergeField.SCHOOL_PHONE: for_people(school.phone) if school.phone else None,
        MergeField.DISTRICT_NAME: district.name,
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


def _sections(children: list[Student], writer: Staff) -> list[str]:
    rows = db.session.scalars(
        select(Section.name)
        .join(Enrollment, Enrollment.section_id == Section.id)
        .join(SectionTeacher, SectionTeacher.section_id == Section.id)
        .where(
            Enrollment.student_id.in_([child.id for child in children]),
            Enrollment.is_active.is_(True),
            SectionTeacher.staff_id == writer.id,
            SectionTeacher.is_active.is_(True),
            Section.is_active.is_(True),
        )
        .order_by(Section.name)
    )
    return _once(rows)


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
