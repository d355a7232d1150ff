"""What callers hear before the beep: whose greetings a person may change, and which one is the best for a caller."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, case, or_, select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import School
from app.directory.queries.reach import schools_of
from app.voicemail.models import Greeting


def schools_greeted_by(staff: Staff) -> list[School]:
    """Those whose own box this person speaks for."""
    return schools_of(staff) if role_allows(staff.role, Permission.TRIAGE) else []


def greetings_of(staff: Staff, schools: Sequence[School]) -> list[Greeting]:
    """A person's own, and those of the schools' own boxes, by language; one query for all."""
    return list(db.session.scalars(select(Greeting).where(_is_of(staff, schools)).order_by(Greeting.language)))


def greeting_visible_to(staff: Staff, greeting_id: int) -> Greeting:
    """One that this person may change. Raises NotVisible."""
    found = db.session.scalar(select(Greeting).where(Greeting.id == greeting_id, _is_of(staff, schools_greeted_by(staff))))
    if found is None:
        raise NotVisible
    return found


def _is_of(staff: Staff, schools: Sequence[School]) -> ColumnElement[bool]:
    theirs = and_(Greeting.staff_id.is_(None), Greeting.school_id.in_([school.id for school in schools]))
    return or_(Greeting.staff_id == staff.id, theirs)


def best_greeting(school_id: int, staff_id: int | None, language: str) -> Greeting | None:
    """What a caller hears: the caller's language before English before any, and there the person's own before the school's. One query."""
    home = and_(Greeting.staff_id.is_(None), Greeting.school_id == school_id)
    theirs = or_(Greeting.staff_id == staff_id, home) if staff_id is not None else home
    whose = case((Greeting.staff_id.is_not(None), 0), else_=1)
    fits = case((Greeting.language == language, 0), (Greeting.language == "en", 1), else_=2)
    return db.session.scalar(select(Greeting).where(theirs).order_by(fits, whose, Greeting.id).limit(1))
