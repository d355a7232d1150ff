"""Children to whom a fax can be filed, and how their families are written to."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Staff
from app.core.database import db
from app.core.search_text import fold
from app.directory.models import ContactPoint, Guardian, Guardianship, School, Student
from app.directory.queries.reach import student_is_within_reach_of

MOST_FOUND, MOST_WORDS = 12, 6


@dataclass(frozen=True, slots=True)
class Found:
    """A child, with what tells two of the same name apart."""

    id: int
    name: str
    grade: str
    school: str
    number: str
    """Of the student, as the school counts."""
    adult: str
    """The main contact; empty where a court paper says to ask the office."""


def find_students(staff: Staff, words: str) -> list[Found]:
    """Those within reach whose name or number has every word; nobody without words."""
    pieces = fold(words).split()[:MOST_WORDS]
    if not pieces:
        return []
    named = [Student.search_text.contains(piece, autoescape=True) | (Student.student_number == piece) for piece in pieces]
    query = (
        select(
            Student.id, Student.given_name, Student.preferred_name, Student.family_name, Student.grade, Student.student_number,
            School.name.label("school"),
        )
        .join(School, School.id == Student.school_id)
        .where(student_is_within_reach_of(staff), *named)
        .order_by(Student.family_name, Student.given_name, Student.id)
        .limit(MOST_FOUND)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    adults = main_contacts(row.id for row in rows)
    return [
        Found(
            row.id, f"{row.preferred_name or row.given_name} {row.family_name}", row.grade or "", row.school, row.student_number or "",
            adults.get(row.id, ""),
        )
        for row in rows
    ]  # fmt: skip


def main_contacts(student_ids: Iterable[int]) -> dict[int, str]:
    """The name of each child's main contact, by the child: what tells two of one name apart. One query."""
    query = (
        select(Guardianship.student_id, Guardian.given_name, Guardian.family_name)
        .join(Guardian, Guardian.id == Guardianship.guardian_id)
        .join(Student, Student.id == Guardianship.student_id)
        .where(Guardianship.student_id.in_(list(student_ids)), Guardianship.is_active.is_(True), Student.ask_office.is_(False))
        .order_by(Guardianship.priority.desc(), Guardianship.id.desc())
    )
    return {row.student_id: f"{row.given_name} {row.family_name}".strip() for row in db.session.execute(query)}


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
