"""Accounts of the staff, their devices, notifications and emails."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, cast, func, select
from sqlalchemy.orm import aliased, selectinload

from app.accounts import authority
from app.accounts.models import Role, Staff, are_people
from app.accounts.permissions import Permission, role_allows
from app.api.courier.models import UserDevice, UserEmail, UserNotification
from app.core.database import db
from app.core.errors import NotVisible
from app.core.json_lists import lists

Writer = aliased(Staff)


def user_rows(staff: Staff) -> Select[Staff]:
    """The people of the staff whom somebody works with, by name."""
    visible = (Staff.district_id == staff.district_id, are_people(), authority.in_scope_of(staff))
    return select(Staff).where(*visible).order_by(Staff.name, Staff.id).options(selectinload(Staff.school_links))


def user_named(staff: Staff, uuid: UUID) -> Staff:
    """One of them, or oneself. Raises NotVisible."""
    found = db.session.scalar(user_rows(staff).where(Staff.uuid == uuid))
    if found is None:
        raise NotVisible
    return found


def looks_after(staff: Staff) -> bool:
    """Whether somebody may see what others are told."""
    return role_allows(staff.role, Permission.MANAGE_STAFF)


def device_rows(staff: Staff, *, of_all: bool) -> Select[UserDevice]:
    """One's own devices, or those of the people whom one looks after."""
    query = select(UserDevice).where(UserDevice.district_id == staff.district_id).order_by(UserDevice.id)
    if not of_all:
        return query.where(UserDevice.staff_id == staff.id)
    if staff.role == Role.DISTRICT_ADMIN:
        return query
    mine = select(Staff.id).where(Staff.district_id == staff.district_id, authority.in_scope_of(staff))
    return query.where(UserDevice.staff_id.in_(mine) if looks_after(staff) else UserDevice.staff_id == staff.id)


def device_named(staff: Staff, uuid: UUID) -> UserDevice:
    """One of these. Raises NotVisible."""
    found = db.session.scalar(device_rows(staff, of_all=True).where(UserDevice.uuid == uuid))
    if found is None:
        raise NotVisible
    return found


def pushed_to(device: UserDevice) -> Select[UserNotification]:
    """What a device was told, newest first."""
    told = (UserNotification.staff_id == device.staff_id, UserNotification.created_at >= device.created_at)
    return select(UserNotification).where(*told, lists(UserNotification.device_ids, device.id)).order_by(UserNotification.id.desc())


def notification_rows(staff: Staff) -> Select[UserNotification]:
    """One's own, newest first."""
    query = select(UserNotification).where(UserNotification.staff_id == staff.id)
    return query.order_by(UserNotification.id.desc()).execution_options(populate_existing=True)


def notification_anywhere(staff: Staff, uuid: UUID) -> UserNotification:
    """A notification of the district: ask who may act as its owner. Raises NotVisible."""
    found = db.session.scalar(
        select(UserNotification).where(UserNotification.uuid == uuid, UserNotification.district_id == staff.district_id)
    )
    if found is None:
        raise NotVisible
    return found


def counts_of(staff: Staff, conditions: Sequence[Any], *, limit: int, offset: int) -> tuple[list[tuple[UUID, date, int]], int]:
    """A page of the notifications of each person and day (UTC), newest day first, and how many such days there are."""
    day = func.date(UserNotification.created_at) if db.engine.dialect.name == "sqlite" else cast(UserNotification.created_at, Date)
    query = (
        select(Staff.uuid, day.label("day"), func.count(), func.count().over())
        .join(Staff, Staff.id == UserNotification.staff_id)
        .where(UserNotification.district_id == staff.district_id, *conditions)
        .group_by(Staff.uuid, day)
        .order_by(day.desc(), Staff.uuid)
    )
    query = query.where(authority.in_scope_of(staff) if looks_after(staff) else Staff.id == staff.id)
    rows: list[Any] = list(db.session.execute(query.limit(limit).offset(offset)))
    if not rows and offset:  # beyond the last page nothing says how many there are
        total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    else:
        total = rows[0][3] if rows else 0
    return [(uuid, when if isinstance(when, date) else date.fromisoformat(str(when)), number) for uuid, when, number, _all in rows], total


def email_rows(staff: Staff) -> Select[*tuple[Any, ...]]:
    """One's own emails, with who had them written, newest first."""
    query = select(UserEmail, Writer).join(Writer, Writer.id == UserEmail.created_by_id).where(UserEmail.staff_id == staff.id)
    return query.order_by(UserEmail.id.desc()).execution_options(populate_existing=True)


def email_anywhere(staff: Staff, uuid: UUID) -> UserEmail:
    """An email of the district: ask who may act as its author. Raises NotVisible."""
    found = db.session.scalar(select(UserEmail).where(UserEmail.uuid == uuid, UserEmail.district_id == staff.district_id))
    if found is None:
        raise NotVisible
    return found
