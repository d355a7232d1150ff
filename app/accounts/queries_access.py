"""Bearers and keys, as the pages and the faces list them."""

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from app.accounts.errors import BearerClosed
from app.accounts.models import ApiKey, Bearer, Staff
from app.accounts.scope_rules import within_role
from app.accounts.scopes import Scope
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible


def bearer_of_district(district_id: int, bearer_id: int) -> Bearer:
    """A bearer that was not deleted. Raises NotVisible."""
    bearer = db.session.scalar(
        select(Bearer)
        .where(Bearer.id == bearer_id, Bearer.district_id == district_id, Bearer.deleted_at.is_(None))
        .options(selectinload(Bearer.staff))
        .execution_options(populate_existing=True)
    )
    if bearer is None:
        raise NotVisible
    return bearer


def still_acting(bearer_id: int) -> tuple[Bearer, Staff]:
    """A system and who acts for it when what it asked for earlier comes due. Raises BearerClosed where nobody does any more."""
    found = db.session.execute(
        select(Bearer, Staff)
        .join(Staff, Staff.id == Bearer.staff_id)
        .where(Bearer.id == bearer_id)
        .execution_options(populate_existing=True)
    ).first()
    if found is None or not found[0].may_act or not found[1].is_active:
        raise BearerClosed
    return found[0], found[1]


def may_begin(bearer_id: int | None) -> bool:
    """Whether what was planned may begin: what a system planned that was removed, or is being removed, may not."""
    ended = or_(Bearer.deleted_at.is_not(None), Bearer.ending_at.is_not(None))
    return bearer_id is None or db.session.scalar(select(Bearer.id).where(Bearer.id == bearer_id, ended)) is None


def hears_as(bearer_id: int) -> tuple[Staff, frozenset[Scope]]:
    """Who acts for a system, and what all its keys together open now: news tell no more than that, whoever's address they go to."""
    staff = db.session.scalars(select(Staff).join(Bearer, Bearer.staff_id == Staff.id).where(Bearer.id == bearer_id)).one()
    keys = db.session.scalars(select(ApiKey).where(ApiKey.bearer_id == bearer_id, _opens()))
    return staff, within_role({scope for key in keys for scope in key.scopes}, staff.role)


def bearers_of(district_id: int, *, after: int = 0, limit: int = 200) -> list[Bearer]:
    """Those of a district in the order in which they came. `after` is the id of the last one already shown."""
    wanted = select(Bearer).where(Bearer.district_id == district_id, Bearer.deleted_at.is_(None), Bearer.id > after)
    return list(db.session.scalars(wanted.order_by(Bearer.id).options(selectinload(Bearer.staff)).limit(limit)))


def is_named(district_id: int, name: str, *, but: int = 0) -> bool:
    """Whether a system other than `but` has this name, whatever its letters' case: people know it by that alone."""
    same = func.lower(Bearer.name) == func.lower(name.strip())
    theirs = (Bearer.district_id == district_id, Bearer.deleted_at.is_(None), Bearer.id != but)
    return db.session.scalar(select(Bearer.id).where(*theirs, same).limit(1)) is not None


def bearers_without_key(district_id: int) -> list[Bearer]:
    """Those of which no key opens anything now; news may still go to their addresses."""
    opens = select(ApiKey.id).where(ApiKey.bearer_id == Bearer.id, _opens())
    wanted = select(Bearer).where(Bearer.district_id == district_id, Bearer.deleted_at.is_(None), ~opens.exists())
    return list(db.session.scalars(wanted.order_by(Bearer.id).options(selectinload(Bearer.staff)).limit(200)))


def key_of_district(district_id: int, key_id: int) -> ApiKey:
    """A key that was not revoked, of a bearer that was not deleted. Raises NotVisible."""
    key = db.session.scalar(
        select(ApiKey)
        .join(Bearer, Bearer.id == ApiKey.bearer_id)
        .where(ApiKey.id == key_id, Bearer.district_id == district_id, ApiKey.revoked_at.is_(None), Bearer.deleted_at.is_(None))
        .options(contains_eager(ApiKey.bearer))
        .execution_options(populate_existing=True)
    )
    if key is None:
        raise NotVisible
    return key


def system_of_revoked_key(district_id: int, key_id: int) -> int | None:
    """Whose a key was that was revoked; None for any other, and where the system was removed."""
    ended = select(ApiKey.bearer_id).join(Bearer, Bearer.id == ApiKey.bearer_id)
    return db.session.scalar(
        ended.where(ApiKey.id == key_id, Bearer.district_id == district_id, ApiKey.revoked_at.is_not(None), Bearer.deleted_at.is_(None))
    )


def keys_of(district_id: int, *, bearer_id: int | None = None, after: int = 0, limit: int = 200) -> list[ApiKey]:
    """Keys that open something now, oldest first, each with its bearer and whom that acts as."""
    wanted = (
        select(ApiKey)
        .join(Bearer, Bearer.id == ApiKey.bearer_id)
        .where(
            Bearer.district_id == district_id,
            Bearer.deleted_at.is_(None),
            _opens(),
            ApiKey.id > after,
        )
        .options(contains_eager(ApiKey.bearer).selectinload(Bearer.staff))
    )
    if bearer_id is not None:
        wanted = wanted.where(ApiKey.bearer_id == bearer_id)
    return list(db.session.scalars(wanted.order_by(ApiKey.id).limit(limit)))


def _opens() -> ColumnElement[bool]:
    return and_(ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now()))
