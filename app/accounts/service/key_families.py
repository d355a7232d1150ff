"""Keys that were asked for by keys: how many, and that they end with the one that asked."""

from sqlalchemy import func, or_, select, update

from app.accounts.errors import TooManyKeys
from app.accounts.models import ApiKey, Bearer
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible

MOST_BY_API = 20
"""Live keys of one bearer that keys asked for."""


def check_may_ask(asking_id: int, bearer_id: int) -> None:
    """Whether this key still opens anything, and its wish is not one too many. Others wait. Raises NotVisible or TooManyKeys."""
    db.session.execute(select(Bearer.id).where(Bearer.id == bearer_id).with_for_update())
    moment = now()
    asking = db.session.scalar(select(ApiKey).where(ApiKey.id == asking_id).with_for_update().execution_options(populate_existing=True))
    if asking is None or not asking.holds_at(moment):
        raise NotVisible
    alive = select(func.count(ApiKey.id)).where(
        ApiKey.bearer_id == bearer_id,
        ApiKey.parent_id.is_not(None),
        ApiKey.revoked_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > moment),
    )
    if (db.session.scalar(alive) or 0) >= MOST_BY_API:
        raise TooManyKeys(MOST_BY_API)


def end(key_id: int) -> None:
    """Have a key, and all that came of it, open nothing from the next request on."""
    family = select(ApiKey.id).where(ApiKey.id == key_id).cte(recursive=True)
    family = family.union(select(ApiKey.id).join(family, ApiKey.parent_id == family.c.id))
    alive = select(ApiKey.id).where(ApiKey.id.in_(select(family.c.id)), ApiKey.revoked_at.is_(None))
    while numbers := db.session.scalars(alive).all():  # again, for one that was being made meanwhile
        ends = update(ApiKey).where(ApiKey.id.in_(numbers)).values(revoked_at=now())
        db.session.execute(ends.execution_options(synchronize_session=False))


def descends(key_id: int, ancestor_id: int) -> bool:
    """Whether the one came of the other."""
    line = select(ApiKey.id, ApiKey.parent_id).where(ApiKey.id == key_id).cte(recursive=True)
    line = line.union(select(ApiKey.id, ApiKey.parent_id).join(line, ApiKey.id == line.c.parent_id))
    return db.session.scalar(select(line.c.id).where(line.c.id == ancestor_id)) is not None


def succeed(heir_id: int, key_id: int) -> None:
    """Put one key in the place of another, whose others come after it from now on: who changes keys loses none."""
    parent = db.session.scalar(select(ApiKey.parent_id).where(ApiKey.id == key_id))
    for statement in (
        update(ApiKey).where(ApiKey.parent_id == key_id, ApiKey.id != heir_id).values(parent_id=heir_id),
        update(ApiKey).where(ApiKey.id == heir_id).values(parent_id=parent),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
