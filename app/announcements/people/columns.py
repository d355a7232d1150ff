"""What every source says of a person, and of an address that was known before."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, and_, cast, literal, null, or_

from app.announcements.ranks import Rank
from app.directory.models import ContactHealth, ContactPoint, Guardian
from app.directory.queries import is_off_limits

GUARDIAN = 2
"""The source of adults of students; 0 and 1 are colleagues and rows of lists, 3 those of them who got an earlier announcement."""


def as_columns(
    source: int | ColumnElement[int],
    person: ColumnElement[Any],
    *,
    guardian: Any = None,
    staff: Any = None,
    list_row: Any = None,
    student: Any = None,
    family: Any = None,
    point: Any = None,
    spoken: Any,
    address: Any,
    quality: Any,
    zone: Any = None,
    postal_code: Any = None,
) -> list[Any]:
    """The columns that every source of people has, in their order."""

    def number(value: Any) -> ColumnElement[Any]:
        return cast(null() if value is None else value, BigInteger)

    def words(value: Any) -> ColumnElement[Any]:
        return cast(null(), String) if value is None else value

    return [
        (literal(source, literal_execute=True) if isinstance(source, int) else source).label("source"),
        person.label("person_id"),
        number(guardian).label("guardian_id"),
        number(staff).label("staff_id"),
        number(list_row).label("list_row_id"),
        number(student).label("student_id"),
        number(family).label("family_id"),
        number(point).label("contact_point_id"),
        words(spoken).label("spoken"),
        words(address).label("address"),
        quality.label("quality"),
        words(zone).label("zone"),
        words(postal_code).label("postal_code"),
    ]


def not_any_more(address: Any) -> list[tuple[ColumnElement[bool], int]]:
    """Why nobody writes to an address that was known before, as the gate of the outbox says it when it is handed over."""
    gone = or_(Guardian.is_active.is_(False), ContactPoint.is_active.is_(False))
    return [
        (and_(Guardian.id.is_not(None), gone), int(Rank.OFF_RECORD)),
        (and_(Guardian.id.is_not(None), is_off_limits()), int(Rank.NOT_PERMITTED)),
        (and_(ContactPoint.id.is_not(None), ContactPoint.address != address), int(Rank.CHANGED)),
        (and_(ContactPoint.id.is_not(None), ContactPoint.health == ContactHealth.WRONG), int(Rank.WRONG)),
    ]
