"""What is left to delete outside of the database: written down in the commit that made it needless, deleted afterwards, again and again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, or_, select, update

from app.core.clock import now
from app.core.database import db, transaction
from app.core.rows import add_each
from app.delivery.fax.models import PlacedFax
from app.delivery.models import Delivery
from app.directory.models import District
from app.fax.models import Fax, FaxLeftover, LeftoverKind
from app.fax.models.faxes import NEVER_ARRIVED
from app.fax.retention import retention_in

FAXES = "fax"
"""How the outbox names what is sent."""
LEASE = timedelta(minutes=10)
AGAIN_AFTER = timedelta(hours=1)
MOST_TRIES = 400
"""At the carrier; an hour between them makes two weeks."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """One thing to delete."""

    id: int
    kind: str
    key: str
    tries: int


def leave(kind: LeftoverKind, keys: Iterable[str], due_at: datetime | None = None) -> None:
    """Have these be deleted, now or later; told twice it is once, at the earlier moment. Belongs into a transaction."""
    wanted = list(dict.fromkeys(keys))
    moment = due_at or now()
    same = FaxLeftover.kind == kind, FaxLeftover.key.in_(wanted)
    known = set(db.session.scalars(select(FaxLeftover.key).where(*same)))
    db.session.execute(update(FaxLeftover).where(*same, FaxLeftover.due_at > moment).values(due_at=moment))
    add_each(FaxLeftover, [{"kind": kind, "key": key, "due_at": moment, "tries": 0} for key in wanted if key not in known])


def take_up(kind: LeftoverKind) -> Leftover | None:
    """The next one of its kind that nobody needs; nobody else gets it meanwhile."""
    with transaction():
        due = select(FaxLeftover).where(FaxLeftover.kind == kind, FaxLeftover.due_at <= now()).order_by(FaxLeftover.due_at).limit(1)
        if kind == LeftoverKind.CARRIER:
            due = due.where(~_is_needed())
        row = db.session.scalars(due.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        row.due_at, row.tries = now() + LEASE, row.tries + 1
        return Leftover(row.id, row.kind, row.key, row.tries)


def is_gone(leftover: Leftover) -> None:
    """It was deleted."""
    with transaction():
        db.session.execute(delete(FaxLeftover).where(FaxLeftover.id == leftover.id))


def ask_again_later(leftover: Leftover) -> bool:
    """It could not be deleted now. False where a carrier was asked so often that nobody asks any more; a file of ours is never given up."""
    goes_on = leftover.kind == LeftoverKind.FILE or leftover.tries < MOST_TRIES
    with transaction():
        mine = FaxLeftover.id == leftover.id
        if goes_on:
            db.session.execute(update(FaxLeftover).where(mine).values(due_at=now() + AGAIN_AFTER))
        else:
            db.session.execute(delete(FaxLeftover).where(mine))
    return goes_on


def _is_needed() -> ColumnElement[bool]:
    """Of what lies at the carrier: the house has no copy of its own, or a legal hold keeps the fax. Asked when it is to be deleted."""
    rules = db.session.execute(select(District.id, District.settings))
    held = or_(Fax.held_at.is_not(None), Fax.district_id.in_([number for number, settings in rules if retention_in(settings).is_held]))
    is_only_copy = or_(Fax.source_key.is_(None), Fax.problem == NEVER_ARRIVED)
    received = exists().where(Fax.provider_id == FaxLeftover.key, or_(is_only_copy, held))
    tried = exists().where(
        PlacedFax.provider_id == FaxLeftover.key, Delivery.id == PlacedFax.delivery_id, Delivery.owner_kind == FAXES,
        Fax.id == Delivery.owner_id, held,
    )  # fmt: skip
    return or_(received.correlate(FaxLeftover), tried.correlate(FaxLeftover))
