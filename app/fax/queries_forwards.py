"""Where faxes are sent on to: what is offered, and what became of one."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select, true

from app.accounts.models import Role, Staff
from app.core.database import db
from app.directory.models import PhoneNumber
from app.fax.models import Fax, FaxDestination, FaxForward
from app.fax.queries import is_visible_to

MOST_OFFERED, MOST_RECENT = 40, 5


@dataclass(frozen=True, slots=True)
class Offered:
    """An address that somebody may mean."""

    address: str
    name: str
    way: str | None
    """How it goes there usually."""


def offered_to(staff: Staff) -> list[Offered]:
    """The saved destinations, then addresses to which faxes within this person's sight were sent on lately. Two queries."""
    reach = (
        true() if staff.role == Role.DISTRICT_ADMIN else or_(PhoneNumber.school_id.is_(None), PhoneNumber.school_id.in_(staff.school_ids))
    )
    saved = db.session.execute(
        select(FaxDestination.address, FaxDestination.name, FaxDestination.way)
        .outerjoin(PhoneNumber, PhoneNumber.id == FaxDestination.phone_number_id)
        .where(FaxDestination.district_id == staff.district_id, FaxDestination.is_active.is_(True), reach)
        .order_by(FaxDestination.phone_number_id.is_not(None), func.lower(FaxDestination.name), FaxDestination.id)
        .limit(MOST_OFFERED)
    ).all()
    found = {row.address: Offered(row.address, row.name, row.way) for row in reversed(saved)}
    found = dict(reversed(found.items()))
    newest = func.max(FaxForward.id)
    recent = db.session.scalars(
        select(FaxForward.address)
        .join(Fax, Fax.id == FaxForward.fax_id)
        .where(FaxForward.district_id == staff.district_id, FaxForward.staff_id.is_not(None), is_visible_to(staff))
        .group_by(FaxForward.address)
        .order_by(newest.desc())
        .limit(MOST_RECENT + len(found))
    )
    fresh = [address for address in recent if address not in found][:MOST_RECENT]
    return [*found.values(), *(Offered(address, "", None) for address in fresh)]


def forwards_of(fax_id: int) -> list[tuple[FaxForward, str]]:
    """To whom a fax was sent on, newest first, and by whom; "" where it went by itself. The caller asked who may see the fax."""
    rows = db.session.execute(
        select(FaxForward, Staff.name).outerjoin(Staff, Staff.id == FaxForward.staff_id).where(FaxForward.fax_id == fax_id)
        .order_by(FaxForward.id.desc())
    )  # fmt: skip
    return [(forward, name or "") for forward, name in rows]
