"""Faxes that nobody wants to see: hidden, with all that a sender of junk sends, or deleted for as long as that can be taken back."""

from collections.abc import Collection

from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.service.audit import audit
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.fax.errors import UnderHold
from app.fax.errors_triage import NoNumberToBlock, StillOnItsWay
from app.fax.models import Direction, Fax, FaxStatus
from app.fax.queries import is_visible_to, may_see_deleted
from app.fax.service.looks import hold, touch
from app.fax.service.triage import called, contact_of, held_by_worker

ON_ITS_WAY = frozenset({FaxStatus.SCHEDULED, FaxStatus.QUEUED, FaxStatus.SENDING})


def hide(staff: Staff, fax_id: int) -> Fax:
    """Out of the lists. Raises NotVisible, StillOnItsWay."""
    with transaction():
        fax = held_by_worker(staff, fax_id)
        _refuse_on_its_way(fax)
        if fax.hidden_at is None:
            fax.hidden_at = now()
            audit("fax.hidden", fax, {"fax": called(fax)}, by=staff)
            touch(fax)
    return fax


def show(staff: Staff, fax_id: int) -> Fax:
    """Back into the lists. Raises NotVisible."""
    with transaction():
        fax = held_by_worker(staff, fax_id)
        if fax.hidden_at is not None:
            fax.hidden_at = None
            audit("fax.shown", fax, {"fax": called(fax)}, by=staff)
            touch(fax)
    return fax


def junk(staff: Staff, fax_id: int) -> list[int]:
    """What this number sends is hidden from now on, and so is what nobody filed or took of it until now: the ids of these.

    Raises NoNumberToBlock, NotVisible.
    """
    with transaction():
        fax = held_by_worker(staff, fax_id)
        if not fax.address or not fax.is_inbound:
            raise NoNumberToBlock
        contact_of(fax).is_junk = True
        moment, hidden = now(), _of_same_number(staff, fax)
        for one in hidden:
            one.hidden_at = moment
            touch(one)
            if one.id != fax.id:
                audit("fax.hidden", one, {"fax": called(one)}, by=staff)
        audit("fax.junk", fax, {"fax": called(fax), "number": fax.address}, by=staff)
    return [one.id for one in hidden]


def not_junk(staff: Staff, fax_id: int, *, also: Collection[int] = ()) -> Fax:
    """Its number is no sender of junk after all: this one is shown again, and those of `also`. Raises NotVisible."""
    with transaction():
        fax = held_by_worker(staff, fax_id)
        if fax.address and contact_of(fax).is_junk:
            contact_of(fax).is_junk = False
            audit("fax.not_junk", fax, {"fax": called(fax), "number": fax.address}, by=staff)
        same = select(Fax).where(Fax.id.in_({fax_id, *also}), Fax.address == fax.address, Fax.hidden_at.is_not(None), is_visible_to(staff))
        for one in db.session.scalars(same.order_by(Fax.id).with_for_update().execution_options(populate_existing=True)):
            one.hidden_at = None
            touch(one)
            audit("fax.shown", one, {"fax": called(one)}, by=staff)
    return fax


def delete(staff: Staff, fax_id: int) -> Fax:
    """Gone from everywhere; its files go later, so that it can be taken back. Raises NotVisible, StillOnItsWay, UnderHold."""
    with transaction():
        fax = held_by_worker(staff, fax_id)
        _refuse_on_its_way(fax)
        if fax.held_at is not None:
            raise UnderHold
        fax.deleted_at, fax.deleted_by_id = now(), staff.id
        audit("fax.deleted", fax, {"fax": called(fax)}, by=staff)
        touch(fax)
    return fax


def restore(staff: Staff, fax_id: int) -> Fax:
    """Take a deletion back, as long as nothing was thrown away. Raises NotVisible."""
    with transaction():
        if db.session.scalar(select(Fax.id).where(Fax.id == fax_id, may_see_deleted(staff))) is None:
            raise NotVisible
        fax = hold(fax_id)
        if fax.deleted_at is not None:
            fax.deleted_at = fax.deleted_by_id = None
            audit("fax.restored", fax, {"fax": called(fax)}, by=staff)
            touch(fax)
    return fax


def _refuse_on_its_way(fax: Fax) -> None:
    if fax.status in ON_ITS_WAY:
        raise StillOnItsWay


def _of_same_number(staff: Staff, fax: Fax) -> list[Fax]:
    """This one, and what else lies there from this number and nobody filed or took."""
    lies = (Fax.hidden_at.is_(None), Fax.filed_at.is_(None), Fax.assignee_id.is_(None), Fax.direction == Direction.IN)
    same = select(Fax).where(Fax.address == fax.address, is_visible_to(staff), *lies).order_by(Fax.id)
    others = db.session.scalars(same.with_for_update().execution_options(populate_existing=True)).all()
    return list({one.id: one for one in [*others, *([fax] if fax.hidden_at is None else [])]}.values())
