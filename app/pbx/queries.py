"""Telephone systems and extensions, always of one district."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select

from app.accounts.models import Staff
from app.core.database import db
from app.core.errors import NotVisible
from app.directory.models import District
from app.pbx.models import PbxExtension, PbxInstance, Purpose

_ESCAPE = str.maketrans({"/": "//", "%": "/%", "_": "/_"})


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list of extensions is narrowed to, and how it is sorted."""

    purpose: str | None = None
    search: str = ""
    by_user: bool = False


def instance_of(district_id: int) -> PbxInstance | None:
    """The telephone system of a district, once it was asked for."""
    return db.session.scalar(select(PbxInstance).where(PbxInstance.district_id == district_id))


def instance_visible_to(staff: Staff, uuid: UUID) -> PbxInstance:
    """The telephone system. Raises NotVisible."""
    found = db.session.scalar(select(PbxInstance).where(PbxInstance.uuid == uuid, PbxInstance.district_id == staff.district_id))
    if found is None:
        raise NotVisible
    return found


def extension_visible_to(staff: Staff, which: ColumnElement[bool], instance: PbxInstance | None = None) -> PbxExtension:
    """The extension for which `which` holds. Raises NotVisible."""
    query = select(PbxExtension).where(PbxExtension.district_id == staff.district_id, PbxExtension.is_written.is_(True), which)
    if instance is not None:
        query = query.where(PbxExtension.instance_id == instance.id)
    found = db.session.scalar(query)
    if found is None:
        raise NotVisible
    return found


def listed(instance_id: int, narrowed: Narrowed, *, page: int, size: int) -> tuple[list[Any], int]:
    """A page of extensions, each row with whose it is, and how many there are in all; two queries."""
    wanted = _narrowed(instance_id, narrowed)
    total = db.session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    order = [Staff.name.is_(None), Staff.name] if narrowed.by_user else []
    rows = db.session.execute(wanted.order_by(*order, PbxExtension.number).limit(size).offset((page - 1) * size))
    return list(rows), total


def rings_for(staff_id: Any) -> ColumnElement[bool]:
    """The condition on `PbxExtension`. What the telephone system was not told of yet rings for nobody."""
    return and_(PbxExtension.staff_id == staff_id, PbxExtension.is_written.is_(True))


def of_person(staff_id: int, district_id: int, purpose: str | None) -> list[Any]:
    """The extensions of a member of staff, as rows of `listed`."""
    query = _rows().where(PbxExtension.district_id == district_id, rings_for(staff_id))
    if purpose is not None:
        query = query.where(PbxExtension.purpose == purpose)
    return list(db.session.execute(query.order_by(PbxExtension.number)))


def row_of(extension: PbxExtension) -> Any:
    """One as a row of `listed`."""
    return db.session.execute(_rows().where(PbxExtension.id == extension.id)).one()


def numbers_of(staff_ids: Collection[int], district_id: int) -> dict[int, PbxExtension]:
    """The extensions of several people, by their ids; one query."""
    mine = (PbxExtension.district_id == district_id, PbxExtension.is_written.is_(True), PbxExtension.staff_id.in_(staff_ids))
    return {one.staff_id: one for one in db.session.scalars(select(PbxExtension).where(*mine)) if one.staff_id is not None}


def is_taken(instance_id: int, number: int, *, besides: int | None = None) -> bool:
    """Whether another extension has this number."""
    same = select(PbxExtension.id).where(PbxExtension.instance_id == instance_id, PbxExtension.number == number)
    return db.session.scalar(same.where(PbxExtension.id != (besides or 0))) is not None


def owner_of(district_id: int, email: str | None) -> Staff | None:
    """Whose address this is."""
    if not email:
        return None
    return db.session.scalar(select(Staff).where(Staff.district_id == district_id, func.lower(Staff.email) == email.lower()))


def has_one(staff_id: int, *, besides: int | None = None) -> bool:
    """Whether a person has another extension."""
    theirs = select(PbxExtension.id).where(PbxExtension.staff_id == staff_id, PbxExtension.id != (besides or 0))
    return db.session.scalar(theirs) is not None


def first_district() -> int | None:
    """The one that a telephone system belongs to, where nobody says."""
    return db.session.scalar(select(func.min(District.id)))


def _rows() -> Select[PbxExtension, Staff]:
    return select(PbxExtension, Staff).outerjoin(Staff, Staff.id == PbxExtension.staff_id)


def _narrowed(instance_id: int, narrowed: Narrowed) -> Select[PbxExtension, Staff]:
    wanted = _rows().where(PbxExtension.instance_id == instance_id, PbxExtension.is_written.is_(True))
    if narrowed.purpose == Purpose.UNASSIGNED:
        wanted = wanted.where(or_(PbxExtension.purpose == Purpose.UNASSIGNED, PbxExtension.staff_id.is_(None)))
    elif narrowed.purpose is not None:
        wanted = wanted.where(PbxExtension.purpose == narrowed.purpose)
    words = narrowed.search.lower().split()
    for word in words:
        like = f"%{word.translate(_ESCAPE)}%"
        columns = (func.lower(PbxExtension.name), func.lower(Staff.name), cast(PbxExtension.number, String))
        wanted = wanted.where(or_(*(column.like(like, escape="/") for column in columns)))
    return wanted
