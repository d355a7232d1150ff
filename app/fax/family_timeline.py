"""Faxes that were filed to a child, among everything else that was with the family."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.core.database import db
from app.core.phone_numbers import for_people
from app.core.presentation import gettext as _
from app.core.search_text import fold
from app.directory.models import Guardianship, Student
from app.directory.queries.reach import student_is_within_reach_of
from app.directory.timeline import Moment, MomentKind, Wanted
from app.fax.models import Direction, Fax
from app.fax.queries import is_visible_to


def moments(staff: Staff, wanted: Wanted) -> list[Moment]:
    """The newest that were filed to these adults' children; of what is restricted only that it is there. One query."""
    if wanted.kind not in {None, MomentKind.FAX} or not role_allows(staff.role, Permission.READ_FAXES):
        return []
    may_open = case((is_visible_to(staff), literal(1)), else_=literal(0)).label("may_open")
    child = func.coalesce(Student.preferred_name, Student.given_name).label("child")
    query = select(Fax.id, Fax.created_at, Fax.direction, Fax.name, Fax.address, Fax.subject, Fax.is_restricted, child, may_open)
    query = query.join(Student, Student.id == Fax.student_id).where(_is_of(staff, wanted.guardian_ids))
    if wanted.before_id is not None:
        query = query.where(Fax.id < wanted.before_id)
    pieces = fold(wanted.words).split()
    newest = _with_words(query, staff, pieces).order_by(Fax.id.desc())
    rows = db.session.execute(newest if pieces else newest.limit(wanted.limit))
    return [_moment(row) for row in islice((row for row in rows if row.may_open or _shows(row, pieces)), wanted.limit)]


def how_many(staff: Staff, guardian_ids: Collection[int]) -> tuple[int, datetime | None]:
    """How many there are, and when the first came."""
    if not role_allows(staff.role, Permission.READ_FAXES):
        return 0, None
    query = select(func.count(), func.min(Fax.created_at)).join(Student, Student.id == Fax.student_id)
    number, first = db.session.execute(query.where(_is_of(staff, guardian_ids))).one()
    return number, first


def _is_of(staff: Staff, guardian_ids: Collection[int]) -> ColumnElement[bool]:
    children = select(Guardianship.student_id).where(Guardianship.guardian_id.in_(list(guardian_ids)), Guardianship.is_active.is_(True))
    theirs = and_(Fax.district_id == staff.district_id, Fax.deleted_at.is_(None), Fax.hidden_at.is_(None))
    return and_(theirs, Fax.student_id.in_(children), student_is_within_reach_of(staff))


def _with_words(query: Select[Any], staff: Staff, pieces: Sequence[str]) -> Select[Any]:
    """What has these words somewhere; `_shows` looks again at what this person may not open."""
    if not pieces:
        return query
    named = [Fax.search_text.contains(piece, autoescape=True) for piece in pieces]
    return query.where(or_(is_visible_to(staff), Fax.is_restricted.is_(False)), *named)


def _shows(row: Any, pieces: Sequence[str]) -> bool:
    """Whether the words stand in what is shown of it: who cannot open a fax must not ask what stands on its pages either."""
    said = fold(f"{row.name} {row.subject} {for_people(row.address) if row.address and not row.name else ''}")
    return all(piece in said for piece in pieces)


def _moment(row: Any) -> Moment:
    if row.is_restricted and not row.may_open:
        said = _("A fax about %(child)s was filed. The office has it.", child=row.child)
        return Moment(row.id, row.created_at, MomentKind.FAX, "", said, "printer")
    name = row.name or (for_people(row.address) if row.address else _("an unknown sender"))
    said = _("Fax from %(name)s about %(child)s") if row.direction == Direction.IN else _("Fax to %(name)s about %(child)s")
    words = said % {"name": name, "child": row.child}
    href = f"/fax/{row.id}" if row.may_open else None
    return Moment(row.id, row.created_at, MomentKind.FAX, name, words, "printer", quote=row.subject, href=href)
