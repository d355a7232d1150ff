"""Which calendars a person has connected. They are the person's own: no role sees those of others."""

from sqlalchemy import ColumnElement, select

from app.accounts.models import Staff
from app.calendars.models import CalendarGrant
from app.core.database import db


def is_visible_to(staff: Staff) -> ColumnElement[bool]:
    """The condition on `CalendarGrant`."""
    return (CalendarGrant.district_id == staff.district_id) & (CalendarGrant.staff_id == staff.id)


def grants_of(staff: Staff) -> list[CalendarGrant]:
    """In the order in which they were connected."""
    return list(db.session.scalars(select(CalendarGrant).where(is_visible_to(staff)).order_by(CalendarGrant.id)))


def grant_of(staff: Staff, provider: str, account: str) -> CalendarGrant | None:
    """The one of this address."""
    wanted = (CalendarGrant.provider == provider, CalendarGrant.account == account.strip().lower())
    return db.session.scalar(select(CalendarGrant).where(is_visible_to(staff), *wanted))
