"""Children to whom a fax can be filed, and how their families are written to."""

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Staff
from app.core.database import db
from app.core.search_text import fold
from app.directory.models import ContactPoint, Guardianship, School, Student
from app.directory.queries.reach import student_is_within_reach_of

MOST_FOUND, MOST_WORDS = 12, 6


@dataclass(frozen=True, slots=True)
class Found:
    """A child, with what tells two of the same name apart."""

    id: int
    name: str
    grade: str
    school: str


def find_students(staff: Staff, words: str) -> list[Found]:
    """Those within reach whose name or number has every word; nobody without words."""
    pieces = fold(words).split()[:MOST_WORDS]
    if not pieces:
        return []
    named = [Student.search_text.contains(piece, autoescape=True) | (Student.student_number == piece) for piece in pieces]
    query = (
        select(Student.id, Student.given_name, Student.preferred_name, Student.family_name, Student.grade, School.name)
        .join(School, School.id == Student.school_id)
        .where(student_is_within_reach_of(staff), *named)
        .order_by(Student.family_name, Student.given_name, Student.id)
        .limit(MOST_FOUND)
    )
    return [
        Found(row.id, f"{row.preferred_name or row.given_name} {row.family_name}", row.grade or "", row.name)
        for row in db.session.execute(query)
    ]


def way_to_family(student: Student) -> int | None:
    """The phone to which the main contact who may be written to gets texts."""
    points = (
        select(ContactPoint)
        .join(Guardianship, Guardianship.guardian_id == ContactPoint.guardian_id)
        .where(
            Guardianship.student_id == student.id, Guardianship.is_active.is_(True), Guardianship.may_contact.is_(True),
            ContactPoint.is_active.is_(True), ContactPoint.opted_out_at.is_(None),
        )
        .order_by(Guardianship.priority, ContactPoint.priority, ContactPoint.id)
    )  # fmt: skip
    return next((point.id for point in db.session.scalars(points) if point.takes_texts), None)
