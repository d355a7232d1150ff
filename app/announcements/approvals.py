"""What waits for somebody's word, for the badge of every page: that nothing does, which is usual, is remembered for a moment."""

import time

from flask import current_app
from sqlalchemy import bindparam, func, select, text

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.announcements.events import AnnouncementChanged
from app.announcements.models import RETURNED, Announcement, AnnouncementState
from app.announcements.queries import announcement_is_visible_to
from app.core.database import db
from app.core.events import on
from app.core.prepared import Prepared

KEY = "announcements-nothing-to-approve"
FOR_SECONDS = 10.0
"""Another process hears of a change no later than this; this one at once."""
_GIVEN_BACK = Prepared(
    select(func.count()).where(Announcement.author_id == bindparam("me"), Announcement.state == AnnouncementState.DRAFT, text(RETURNED))
)


def waiting_for(staff: Staff) -> int:
    """How many announcements wait for this person: others' for approval, and own ones that were given back."""
    nothing: dict[int, float] = current_app.extensions.setdefault(KEY, {})
    if time.monotonic() - nothing.get(staff.id, -FOR_SECONDS) < FOR_SECONDS:
        return 0
    found = waiting_for_approval(staff) + int(_GIVEN_BACK.rows({"me": staff.id})[0][0])
    if not found:
        nothing[staff.id] = time.monotonic()
    return found


def waiting_for_approval(staff: Staff) -> int:
    """How many announcements of others this person may let go."""
    if not role_allows(staff.role, Permission.APPROVE_ANNOUNCEMENTS):
        return 0
    query = select(func.count()).where(
        announcement_is_visible_to(staff), Announcement.state == AnnouncementState.AWAITING_APPROVAL, Announcement.author_id != staff.id
    )
    return db.session.scalar(query) or 0


@on(AnnouncementChanged)
def forget(_fact: AnnouncementChanged) -> None:
    """Something may wait now."""
    current_app.extensions.get(KEY, {}).clear()
