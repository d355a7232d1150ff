"""What waits for somebody's approval, for the badge of every page: that nothing does, which is usual, is remembered for a moment."""

import time

from flask import current_app
from sqlalchemy import func, select

from app.accounts.models import Staff
from app.accounts.permissions import Permission, role_allows
from app.announcements.events import AnnouncementChanged
from app.announcements.models import Announcement, AnnouncementState
from app.announcements.queries import announcement_is_visible_to
from app.core.database import db
from app.core.events import on

KEY = "announcements-nothing-to-approve"
FOR_SECONDS = 10.0
"""Another process hears of a change no later than this; this one at once."""


def waiting_for_approval(staff: Staff) -> int:
    """How many announcements wait for this person's word."""
    if not role_allows(staff.role, Permission.APPROVE_ANNOUNCEMENTS):
        return 0
    nothing: dict[int, float] = current_app.extensions.setdefault(KEY, {})
    if time.monotonic() - nothing.get(staff.id, -FOR_SECONDS) < FOR_SECONDS:
        return 0
    query = select(func.count()).where(
        announcement_is_visible_to(staff), Announcement.state == AnnouncementState.AWAITING_APPROVAL, Announcement.author_id != staff.id
    )
    found = db.session.scalar(query) or 0
    if not found:
        nothing[staff.id] = time.monotonic()
    return found


@on(AnnouncementChanged)
def forget(_fact: AnnouncementChanged) -> None:
    """Something may wait now."""
    current_app.extensions.get(KEY, {}).clear()
