"""The company's users: people of the staff whom the acting user may see. A fixed number of queries for a page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import selectinload

from app.accounts import authority
from app.accounts.models import Staff, StaffStatus, TokenPurpose, are_people
from app.accounts.queries import newest_links
from app.api.identifiers import id24, within_id24
from app.api.ringplan.models import Particulars, Subject
from app.api.ringplan.queries.places import said_of
from app.api.ringplan.shapes.users import Beside, user
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import District
from app.pbx.queries import numbers_of


def page_of(staff: Staff, *, first_name: str, email: str, page: int, size: int) -> tuple[list[dict[str, Any]], int]:
    """One page by name, and how many there are in all."""
    conditions = [_are_users_of(staff)]
    if first_name:
        conditions.append(func.lower(Staff.name).startswith(first_name.strip().lower(), autoescape=True))
    if email:
        conditions.append(Staff.email == email.strip().lower())
    total = db.session.scalar(select(func.count(Staff.id)).where(*conditions)) or 0
    order = (func.lower(Staff.name), Staff.id)
    found = select(Staff).options(selectinload(Staff.school_links)).where(*conditions).order_by(*order)
    return shown(staff, list(db.session.scalars(found.limit(size).offset((page - 1) * size)))), total


def user_named(staff: Staff, text: str) -> Staff:
    """Whom 24 digits name. Raises NotVisible."""
    found = db.session.scalar(
        select(Staff).options(selectinload(Staff.school_links)).where(within_id24(Staff.uuid, text), _are_users_of(staff))
    )
    if found is None:
        raise NotVisible
    return found


def shown(actor: Staff, people: Sequence[Staff]) -> list[dict[str, Any]]:
    """People as the contract writes them."""
    numbers = [person.id for person in people]
    district = db.session.get_one(District, actor.district_id)
    said, links = said_of(Subject.USER, numbers), newest_links(numbers, TokenPurpose.INVITATION)
    extensions = {
        staff_id: {"id": id24(each.uuid), "description": each.data.get("description"), "name": each.name, "number": each.number}
        for staff_id, each in numbers_of(numbers, actor.district_id).items()
    }
    return [
        user(
            person,
            Beside(
                company_id=id24(district.uuid),
                zone=district.time_zone,
                said=said[person.id].data if person.id in said else {},
                updated=said[person.id].updated_at if person.id in said else None,
                invitation=links.get(person.id),
                extension=extensions.get(person.id),
                shows_own_phone=person.id == actor.id or authority.may_manage(actor, person),
            ),
        )
        for person in people
    ]


def _are_users_of(staff: Staff) -> ColumnElement[bool]:
    """Colleagues within reach. Who was deleted by another system is gone for all of them, until somebody takes them back."""
    deleted = exists().where(
        Particulars.subject == Subject.USER,
        Particulars.subject_id == Staff.id,
        Particulars.removed_at.is_not(None),
        Staff.status == StaffStatus.DEACTIVATED,
    )
    return and_(Staff.district_id == staff.district_id, are_people(), authority.in_scope_of(staff), ~deleted)
