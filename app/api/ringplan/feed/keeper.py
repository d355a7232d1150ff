"""Looks after who listens: whose key was revoked, or whose user was let go, is hung up on, as is who never says who they are."""

import time
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import or_, select

from app.accounts.models import ApiKey, Bearer, Staff, StaffStatus
from app.core.clock import now
from app.core.database import db, leave_database

if TYPE_CHECKING:
    from app.api.ringplan.feed.server import Feed

log = structlog.get_logger()

LOOK_EVERY = 2.0
"""Seconds that a revoked key may go on listening."""
SILENT_SECONDS = 15.0
ENDED = {"detail": "The API key no longer holds, or its user was let go. Authenticate with another one."}


def keep(feed: "Feed") -> None:
    """As long as somebody is there. One thread of each process with listeners; the next one that comes starts it anew."""
    while feed.listeners:
        time.sleep(LOOK_EVERY)
        try:
            look_round(feed)
        except Exception:
            log.exception("ringplan.keeper_failed")


def look_round(feed: "Feed") -> None:
    """Hang up on those who may not be here. Two queries, whoever is there."""
    silent = time.monotonic() - SILENT_SECONDS
    for listener in feed.listeners.everybody():
        if listener.caller is None and listener.since < silent:
            feed.hang_up(listener, {"detail": "Nobody authenticated in time."})
    known = feed.listeners.known()
    if not known:
        return
    with feed.app.app_context():
        try:
            keys = _holding({caller.key.id for _listener, caller in known})
            staff = _in_office({caller.staff.id for _listener, caller in known})
        finally:
            leave_database()
    for listener, caller in known:
        if caller.key.id not in keys or caller.staff.id not in staff:
            feed.hang_up(listener, ENDED)


def _holding(keys: set[int]) -> set[int]:
    lasts = or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now())
    query = select(ApiKey.id).join(Bearer, Bearer.id == ApiKey.bearer_id)
    return set(db.session.scalars(query.where(ApiKey.id.in_(keys), ApiKey.revoked_at.is_(None), lasts, Bearer.deleted_at.is_(None))))


def _in_office(staff_ids: set[int]) -> set[int]:
    return set(db.session.scalars(select(Staff.id).where(Staff.id.in_(staff_ids), Staff.status == StaffStatus.ACTIVE)))
