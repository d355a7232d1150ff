"""How long faxes are kept, and what a legal hold keeps."""

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.service import audit
from app.core.clock import now
from app.core.database import db, transaction
from app.core.errors import NotVisible
from app.directory.models import District
from app.fax.errors import FaxesWouldGo
from app.fax.models import Fax
from app.fax.queries_retention import how_many_go
from app.fax.retention import BEGINS, DELETED_DAYS, HOLD, YEARS, Retention, retention_in
from app.fax.service.looks import hold, touch

NOTICE = timedelta(days=1)
"""So long a shorter time can be made longer again before it deletes anything."""


def save_retention(staff: Staff, rule: Retention, *, agreed: int = 0) -> None:
    """Change it for the whole district; what else the settings hold stays. A shorter time counts from tomorrow on.

    `agreed` is how many faxes somebody was told that it deletes. Raises FaxesWouldGo if it deletes more than that.
    """
    with transaction():
        district = db.session.get_one(District, staff.district_id, populate_existing=True, with_for_update=True)
        before, moment = retention_in(district.settings), now()
        was_held, begins = before.is_held, before.begins
        if rule.is_shorter_than(before):
            begins = moment + NOTICE
            if (many := how_many_go(district.id, rule, begins)) > agreed:
                raise FaxesWouldGo(many)
        kept = {**district.settings, YEARS: rule.years, DELETED_DAYS: rule.deleted_days, HOLD: rule.is_held}
        kept.pop(BEGINS, None)
        district.settings = kept | ({BEGINS: begins.isoformat()} if begins is not None and begins > moment else {})
        told = {"years": rule.years, "days": rule.deleted_days}
        audit("fax.retention_changed", district, told, by=staff, district_id=district.id)
        if rule.is_held != was_held:
            audit("fax.all_held" if rule.is_held else "fax.all_hold_lifted", district, {}, by=staff, district_id=district.id)


def hold_fax(staff: Staff, fax_id: int) -> Fax:
    """Keep it until somebody lifts the hold, whatever else would delete it. Twice is once. Raises NotVisible."""
    with transaction():
        fax = _of_district(staff, fax_id)
        if fax.held_at is None:
            fax.held_at, fax.held_by_id = now(), staff.id
            audit("fax.held", fax, {"name": fax.name or fax.address}, by=staff)
            touch(fax)
    return fax


def lift_hold(staff: Staff, fax_id: int) -> Fax:
    """Let its time go on as that of every other. Raises NotVisible."""
    with transaction():
        fax = _of_district(staff, fax_id)
        if fax.held_at is not None:
            fax.held_at = fax.held_by_id = None
            audit("fax.hold_lifted", fax, {"name": fax.name or fax.address}, by=staff)
            touch(fax)
    return fax


def _of_district(staff: Staff, fax_id: int) -> Fax:
    """Also one that somebody deleted a moment ago: that is when a hold is wanted most."""
    if db.session.scalar(select(Fax.id).where(Fax.id == fax_id, Fax.district_id == staff.district_id)) is None:
        raise NotVisible
    return hold(fax_id)
