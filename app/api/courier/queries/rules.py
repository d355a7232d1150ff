"""Rules that somebody sees: those of the district, and those of the schools that they work for."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, true

from app.accounts.models import Role, Staff
from app.api.courier.models import Announcer, MessagingOperation, Plugin, Responder
from app.core.database import db
from app.core.errors import NotVisible

AnyRule = TypeVar("AnyRule", Plugin, Responder, Announcer, MessagingOperation)


def rule_rows(kind: type[AnyRule], staff: Staff) -> Select[AnyRule]:
    """All of one kind, as a query to be narrowed and ordered."""
    return select(kind).where(kind.district_id == staff.district_id, _is_here(kind, staff)).execution_options(populate_existing=True)


def rule_named(kind: type[AnyRule], staff: Staff, uuid: UUID) -> AnyRule:
    """One. Raises NotVisible."""
    found = db.session.scalar(rule_rows(kind, staff).where(kind.uuid == uuid))
    if found is None:
        raise NotVisible
    return found


def responders_at(district_id: int, school_id: int, moment: datetime) -> list[Responder]:
    """Those that may answer now, the most particular first: of a class, of a group, of the school, of the district."""
    query = select(Responder).where(
        Responder.district_id == district_id,
        Responder.is_enabled.is_(True),
        or_(Responder.school_id.is_(None), Responder.school_id == school_id),
        or_(Responder.start_at.is_(None), Responder.start_at <= moment),
        or_(Responder.end_at.is_(None), Responder.end_at > moment),
    )
    order: tuple[ColumnElement[Any], ...] = (
        Responder.section_id.is_(None), Responder.group_id.is_(None), Responder.school_id.is_(None), Responder.id.expression,
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(*order)))


def announcers_of(district_id: int, school_id: int | None, event: str) -> list[Announcer]:
    """Those that tell somebody of an event at a school; of one that belongs to no school, those of the district."""
    query = select(Announcer).where(
        Announcer.district_id == district_id,
        Announcer.event == event,
        or_(Announcer.school_id.is_(None), Announcer.school_id == (school_id or 0)),
    )
    return list(db.session.scalars(query.order_by(Announcer.id)))


def _is_here(kind: type[AnyRule], staff: Staff) -> ColumnElement[bool]:
    if staff.role == Role.DISTRICT_ADMIN:
        return true()
    return or_(kind.school_id.is_(None), kind.school_id.in_(staff.school_ids))
