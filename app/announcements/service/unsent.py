"""What other systems announce, ended: what has not begun never does, what goes on is halted, and no further step is taken."""

from sqlalchemy import select

from app.accounts.models import Bearer, Staff
from app.announcements.errors import NotMoving
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.queries.unsent import NOT_BEGUN, is_unsent
from app.announcements.service.escalating import stay
from app.announcements.service.running import halt
from app.announcements.service.sending import cancel
from app.core.database import db, transaction


def call_off(actor: Staff, bearer: Bearer, most: int) -> int:
    """So many; returns how many were ended."""
    with transaction():
        wanted = select(Announcement).where(is_unsent(bearer)).order_by(Announcement.id).limit(most)
        found = db.session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).all()
        return sum(_end(actor, one) for one in found)


def _end(actor: Staff, one: Announcement) -> bool:
    act = cancel if one.state in NOT_BEGUN else stay if one.state == AnnouncementState.FINISHED else halt
    try:
        act(actor, one.id)
    except NotMoving:  # with the one before it, of which it is a step
        return False
    return True
