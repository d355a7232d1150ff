"""Whom the records let the school write to."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, select

from app.core.database import db
from app.directory.models import Guardian, Guardianship, Student


def is_off_limits() -> ColumnElement[bool]:
    """The condition on `Guardian`: records bind them to children, and none that is in force lets the school write.

    A guardian whom no record ever named, such as an unknown sender who was matched, may be written to.
    """
    named = exists().where(Guardianship.guardian_id == Guardian.id)
    allowed = exists().where(
        Guardianship.guardian_id == Guardian.id,
        Guardianship.is_active.is_(True),
        Guardianship.may_contact.is_(True),
        Student.id == Guardianship.student_id,
        Student.is_active.is_(True),
    )
    return and_(named, ~allowed)


def may_be_contacted(guardian_id: int) -> bool:
    """Whether at least one child's record lets the school write, or no record ever named the guardian."""
    return not off_limits_among([guardian_id])


def off_limits_among(guardian_ids: Collection[int]) -> set[int]:
    """Those of these guardians whom the school must not write to."""
    return set(db.session.scalars(select(Guardian.id).where(Guardian.id.in_(guardian_ids), is_off_limits())))
