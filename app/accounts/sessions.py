"""Browsers that are signed in. The cookie holds a random token, the table its hash, and one query per request joins them."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from flask import current_app, g
from sqlalchemy import CursorResult, delete, select, update

from app.accounts.acquaintance import WHO_ASKS, Known, acquainted
from app.accounts.events import SessionsEnded
from app.accounts.models import SHARED_IDLE, Staff, StaffSession
from app.config import Settings
from app.core.clock import now
from app.core.database import db, transaction

SEEN_EVERY = timedelta(minutes=1)
KEPT_AFTER_END = timedelta(days=30)


def hashed(token: str) -> str:
    """What the table keeps of a token. A fast hash will do: the token itself is 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def start_session(staff: Staff, *, user_agent: str, address: str, shared: bool = False) -> str:
    """Write down that a browser is signed in, and return the token for its cookie. `shared`: it ends after minutes of silence."""
    settings: Settings = current_app.extensions["settings"]
    token, moment = secrets.token_urlsafe(32), now()
    idle = SHARED_IDLE if shared else timedelta(hours=settings.session_idle_hours)
    with transaction():
        db.session.add(
            StaffSession(
                staff_id=staff.id,
                token_hash=hashed(token),
                user_agent=user_agent[:300],
                address=address[:45],
                created_at=moment,
                last_seen_at=moment,
                idle_seconds=int(idle.total_seconds()),
                expires_at=moment + timedelta(days=settings.session_days),
            )
        )
        db.session.execute(update(Staff).where(Staff.id == staff.id).values(last_seen_at=moment))
    return token


def staff_of_session(token: str) -> Staff | None:
    """Who is signed in with this token, if that still holds. One query, whatever the page."""
    known = _known(hashed(token))
    if known is None:
        return None
    g.workplace = known.workplace
    return known.staff


def holder(token_hash: str) -> Staff | None:
    """The same for the hash of a token, of somebody else than who asks."""
    known = _known(token_hash)
    return None if known is None else known.staff


def _known(token_hash: str) -> Known | None:
    rows = WHO_ASKS.rows({"token": token_hash})
    known = acquainted(rows[0]) if rows else None
    return known if known is not None and known.staff.is_active and known.session.holds_at(now()) else None


def note_seen(session_id: int, staff_id: int, moment: datetime) -> None:
    """Remember that a browser is in use. A no-op within a minute of the last time, whoever wrote it."""
    with transaction():
        fresh = db.session.execute(
            update(StaffSession)
            .where(StaffSession.id == session_id, StaffSession.last_seen_at < moment - SEEN_EVERY)
            .values(last_seen_at=moment)
        )
        if isinstance(fresh, CursorResult) and fresh.rowcount:
            db.session.execute(update(Staff).where(Staff.id == staff_id).values(last_seen_at=moment))


def sessions_of(staff: Staff) -> list[StaffSession]:
    """The browsers in which a person is signed in now, the one used last first."""
    rows = db.session.scalars(
        select(StaffSession)
        .where(StaffSession.staff_id == staff.id, StaffSession.ended_at.is_(None), StaffSession.expires_at > now())
        .order_by(StaffSession.last_seen_at.desc(), StaffSession.id.desc())
    )
    return [row for row in rows if row.holds_at(now())]


def end_sessions(staff: Staff, *, only: int | None = None, keep: int | None = None) -> int:
    """End sessions of one person: all, `only` one, or all but the one to `keep`. Returns how many were open."""
    conditions = [StaffSession.staff_id == staff.id, StaffSession.ended_at.is_(None)]
    if only is not None:
        conditions.append(StaffSession.id == only)
    if keep is not None:
        conditions.append(StaffSession.id != keep)
    with transaction() as events:
        ended = tuple(db.session.scalars(select(StaffSession.id).where(*conditions)))
        if ended:
            db.session.execute(update(StaffSession).where(StaffSession.id.in_(ended)).values(ended_at=now()))
            events.append(SessionsEnded(staff.id, ended))
    return len(ended)


def ended_among(session_ids: Collection[int]) -> set[int]:
    """Those of `session_ids` that let nobody in any more: ended, run out, or of an account that is closed."""
    if not session_ids:
        return set()
    rows = db.session.execute(
        select(StaffSession, Staff).join(Staff, Staff.id == StaffSession.staff_id).where(StaffSession.id.in_(session_ids))
    )
    return set(session_ids) - {session.id for session, staff in rows if staff.is_active and session.holds_at(now())}


def forget_ended() -> None:
    """Drop sessions that ended or ran out long ago."""
    limit = now() - KEPT_AFTER_END
    with transaction():
        db.session.execute(delete(StaffSession).where((StaffSession.ended_at < limit) | (StaffSession.expires_at < limit)))
