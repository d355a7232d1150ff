"""Days on which nobody is at school."""

from datetime import date

from sqlalchemy import select

from app.core.database import db
from app.directory.models import School, SchoolClosure


def closure_on(day: date, school_id: int | None, district_id: int) -> str | None:
    """What a day is called on which the school is closed; for a whole district, on which any of its schools is."""
    found = (
        select(SchoolClosure.name)
        .join(School, School.id == SchoolClosure.school_id)
        .where(SchoolClosure.day == day, School.district_id == district_id, School.is_active.is_(True))
        .order_by(SchoolClosure.id)
        .limit(1)
    )
    if school_id is not None:
        found = found.where(SchoolClosure.school_id == school_id)
    return db.session.scalar(found)
