"""Browsers in which people take calls."""

from sqlalchemy import delete

from app.accounts.models import Staff, StaffSession
from app.calls.models import Softphone
from app.core.clock import now
from app.core.database import db, transaction


def here(staff: Staff, session: StaffSession) -> None:
    """This browser takes calls, and is there now."""
    with transaction():
        known = db.session.query(Softphone).filter_by(session_id=session.id).with_for_update().one_or_none()
        if known is None:
            db.session.add(Softphone(staff_id=staff.id, session_id=session.id))
        else:
            known.heard_at = now()


def gone(session: StaffSession) -> None:
    """It takes none any more."""
    with transaction():
        db.session.execute(delete(Softphone).where(Softphone.session_id == session.id))
