"""On which phone of their own somebody takes part in calls: read again, so that nobody types it twice."""

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.calls.models import Call, ConferenceParticipant, DirectCall, PartRole
from app.core.database import db

LOOKS_BACK = 50
"""Calls; whoever last used a phone of their own longer ago is asked once more."""


def own_phone_of(staff: Staff) -> str:
    """The one that rang for the newest call that they began; before any, the one in their profile. Empty for neither."""
    newest = select(Call.id).where(Call.staff_id == staff.id).order_by(Call.id.desc()).limit(LOOKS_BACK).subquery()
    leg = ConferenceParticipant
    moderator = (leg.call_id == newest.c.id) & (leg.role == PartRole.MODERATOR) & (leg.staff_id == staff.id)
    phone = func.coalesce(ConferenceParticipant.address, DirectCall.own_phone)
    found = db.session.scalar(
        select(phone)
        .select_from(newest)
        .outerjoin(ConferenceParticipant, moderator)
        .outerjoin(DirectCall, (DirectCall.call_id == newest.c.id) & DirectCall.is_inbound.is_(False))
        .where(phone.is_not(None))
        .order_by(newest.c.id.desc())
        .limit(1)
    )
    return found or staff.phone or ""
