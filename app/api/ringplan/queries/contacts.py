"""Phones of people whom the acting user may write to: texting contacts. Two queries for a page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.api.identifiers import within_id24
from app.conversations.models import Participant
from app.conversations.queries_reach import point_of_number, stranger_of_number
from app.core.database import db
from app.core.errors import NotVisible
from app.core.search_text import fold
from app.directory.models import ContactKind, ContactPoint, Guardian, Guardianship
from app.directory.queries.reach import guardian_is_visible_to

MOST_WORDS = 8


def page_of(staff: Staff, search: str, *, page: int, size: int) -> tuple[list[dict[str, Any]], int]:
    """One page by name, and how many there are in all."""
    conditions = [_are_contacts_of(staff), *_found(search)]
    total = db.session.scalar(_points(func.count(ContactPoint.id)).where(*conditions)) or 0
    rows = db.session.execute(
        _points(ContactPoint.uuid, Guardian.given_name, Guardian.family_name, ContactPoint.address)
        .where(*conditions)
        .order_by(Guardian.family_name, Guardian.given_name, ContactPoint.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    return [dict(row._mapping) for row in rows], total  # noqa: SLF001  # SQLAlchemy's documented name


def named(staff: Staff, text: str) -> ContactPoint:
    """The contact that 24 digits name. Raises NotVisible."""
    query = select(ContactPoint).join(Guardian, Guardian.id == ContactPoint.guardian_id).options(selectinload(ContactPoint.guardian))
    found = db.session.scalar(query.where(within_id24(ContactPoint.uuid, text), _are_contacts_of(staff)))
    if found is None:
        raise NotVisible
    return found


def row_of(point: ContactPoint) -> dict[str, Any]:
    """The same columns of one that is at hand."""
    person = point.guardian
    return {"uuid": point.uuid, "given_name": person.given_name, "family_name": person.family_name, "address": point.address}


def _points(*columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns).select_from(ContactPoint).join(Guardian, Guardian.id == ContactPoint.guardian_id)


def _are_contacts_of(staff: Staff) -> ColumnElement[bool]:
    """Phones in use of guardians within reach, and, for who may add people, of newcomers with whom nobody speaks yet."""
    reach: ColumnElement[bool] = guardian_is_visible_to(staff)
    if role_allows(staff.role, Permission.EDIT_PEOPLE):
        bound = exists().where(Guardianship.guardian_id == Guardian.id)
        spoken_to = exists().where(Participant.guardian_id == Guardian.id)
        reach = or_(reach, and_(Guardian.district_id == staff.district_id, ~bound, ~spoken_to))
    return and_(
        ContactPoint.district_id == staff.district_id, ContactPoint.kind != ContactKind.EMAIL, ContactPoint.is_active.is_(True), reach
    )


def _found(search: str) -> Sequence[ColumnElement[bool]]:
    digits = "".join(filter(str.isdigit, search))
    if digits and not any(letter.isalpha() for letter in search):
        return [ContactPoint.address.contains(digits, autoescape=True)]
    return [Guardian.search_text.contains(word, autoescape=True) for word in fold(search).split()[:MOST_WORDS]]


def of_number(staff: Staff, address: str) -> ContactPoint | None:
    """Whose phone that is, a person of the records or somebody whom no record names; None where nobody within reach has it."""
    return point_of_number(staff, address) or stranger_of_number(staff, address)
