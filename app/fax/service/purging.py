"""Deleting what is over: rows in one commit, and what lies outside of the database afterwards, from a list of that commit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, delete, select, update

from app.accounts.service import audit
from app.config import Settings
from app.core.clock import now
from app.core.database import db, open_events, transaction
from app.core.events import within
from app.core.rows import add_each
from app.delivery.events import DeliveryChanged
from app.delivery.fax.models import PlacedFax
from app.delivery.models import Delivery, DeliveryState
from app.delivery.service import forget_words
from app.fax.events import FaxReady
from app.fax.models import Fax, FaxForward, FaxLeftover, FaxPage, FaxPart, LeftoverKind
from app.fax.queries_retention import is_over, retention_of
from app.fax.service.looks import changed
from app.fax.service.preparing import OWNER as FORWARDS

FAXES = "fax"
"""How the outbox names what is sent."""
AT_ONCE = 50
"""Faxes of one commit: others wait for it."""
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


def purge_some(district_id: int) -> int:
    """Delete what is over of a district, as many as fit into one commit; returns how many that were."""
    with transaction():
        moment, rule = now(), retention_of(district_id)
        if rule.is_held:
            return 0
        found = select(Fax).where(is_over(district_id, rule, moment)).order_by(Fax.id).limit(AT_ONCE)
        faxes = [one for one in db.session.scalars(found.with_for_update(skip_locked=True)) if is_due(rule.kept_until(one), moment)]
        ids = [one.id for one in faxes]
        if not ids:
            return 0
        leave(LeftoverKind.FILE, _files_of(faxes, ids))
        sent = select(Delivery.id).where(Delivery.owner_kind == FAXES, Delivery.owner_id.in_(ids))
        tries = _placed(PlacedFax.delivery_id.in_(sent))
        leave(LeftoverKind.CARRIER, [*(one.provider_id for one in faxes if one.provider_id), *tries])
        forwards = list(db.session.scalars(select(FaxForward.id).where(FaxForward.fax_id.in_(ids))))
        forget_words(FORWARDS, forwards)
        forget_words(FAXES, ids)
        for one in faxes:
            audit("fax.purged", one, {"name": one.name or one.address, "day": one.created_at.date().isoformat()})
            open_events().append(changed(one))
        db.session.execute(update(Fax).where(Fax.copy_of_id.in_(ids)).values(copy_of_id=None))
        for table in (FaxForward, FaxPage, FaxPart):
            db.session.execute(delete(table).where(table.fax_id.in_(ids)))
        db.session.execute(delete(Fax).where(Fax.id.in_(ids)))
        db.session.expunge_all()
    return len(ids)


@within(FaxReady)
def carrier_needs_no_copy(fact: FaxReady) -> None:
    """The house has its own by now: after some days the carrier deletes its copy."""
    settings: Settings = current_app.extensions["settings"]
    provider_id = db.session.scalar(select(Fax.provider_id).where(Fax.id == fact.fax_id))
    if provider_id:
        leave(LeftoverKind.CARRIER, [provider_id], now() + timedelta(days=settings.carrier_keeps_days))


@within(DeliveryChanged)
def carrier_needs_nothing_sent(fact: DeliveryChanged) -> None:
    """A fax of ours is over, one way or the other: after some days the carrier deletes what it has of each try."""
    if fact.owner_kind == FAXES and DeliveryState(fact.state).is_final:
        settings: Settings = current_app.extensions["settings"]
        leave(LeftoverKind.CARRIER, _placed(PlacedFax.delivery_id == fact.delivery_id), now() + timedelta(days=settings.carrier_keeps_days))


def is_due(end: datetime | None, at: datetime) -> bool:
    """Whether a fax that is kept until `end` is over."""
    return end is not None and end <= at


def leave(kind: LeftoverKind, keys: Iterable[str], due_at: datetime | None = None) -> None:
    """Have these be deleted, now or later; told twice it is once, at the earlier moment. Belongs into a transaction."""
    wanted = list(dict.fromkeys(keys))
    moment = due_at or now()
    same = FaxLeftover.kind == kind, FaxLeftover.key.in_(wanted)
    known = set(db.session.scalars(select(FaxLeftover.key).where(*same)))
    db.session.execute(update(FaxLeftover).where(*same, FaxLeftover.due_at > moment).values(due_at=moment))
    add_each(FaxLeftover, [{"kind": kind, "key": key, "due_at": moment, "tries": 0} for key in wanted if key not in known])


def take_up(kind: LeftoverKind) -> Leftover | None:
    """The next one of its kind; nobody else gets it meanwhile."""
    with transaction():
        due = select(FaxLeftover).where(FaxLeftover.kind == kind, FaxLeftover.due_at <= now()).order_by(FaxLeftover.due_at).limit(1)
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
    """It could not be deleted now. False where that was tried so often that nobody asks any more."""
    goes_on = leftover.tries < MOST_TRIES
    with transaction():
        mine = FaxLeftover.id == leftover.id
        if goes_on:
            db.session.execute(update(FaxLeftover).where(mine).values(due_at=now() + AGAIN_AFTER))
        else:
            db.session.execute(delete(FaxLeftover).where(mine))
    return goes_on


def _placed(which: ColumnElement[bool]) -> list[str]:
    """The carrier's ids of tries."""
    return list(db.session.scalars(select(PlacedFax.provider_id).where(which, PlacedFax.provider_id.is_not(None))))


def _files_of(faxes: list[Fax], ids: list[int]) -> list[str]:
    """Every file that only these faxes have."""
    keys = {key for one in faxes for key in (one.source_key, one.document_key, one.thumb_key)}
    for row in db.session.execute(select(FaxPage.image_key, FaxPage.screen_key, FaxPage.thumb_key).where(FaxPage.fax_id.in_(ids))):
        keys |= set(row)
    keys |= set(db.session.scalars(select(FaxPart.source_key).where(FaxPart.fax_id.in_(ids))))
    keys |= set(db.session.scalars(select(FaxForward.document_key).where(FaxForward.fax_id.in_(ids))))
    return sorted(_without_shared({key for key in keys if key}, ids))


def _without_shared(keys: set[str], ids: list[int]) -> set[str]:
    """A copy of a fax ("resend to another number") has the files of the first: they go with the last of both."""
    others = [
        select(FaxPart.source_key).where(FaxPart.source_key.in_(keys), FaxPart.fax_id.not_in(ids)),
        select(Fax.source_key).where(Fax.source_key.in_(keys), Fax.id.not_in(ids)),
        select(Fax.document_key).where(Fax.document_key.in_(keys), Fax.id.not_in(ids)),
        *(
            select(column).where(column.in_(keys), FaxPage.fax_id.not_in(ids))
            for column in (FaxPage.image_key, FaxPage.screen_key, FaxPage.thumb_key)
        ),
    ]
    return keys - {key for query in others for key in db.session.scalars(query)}
