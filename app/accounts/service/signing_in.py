"""Coming in and leaving."""

from sqlalchemy import select

from app.accounts import passwords, sessions, throttle
from app.accounts.errors import SignInRefused
from app.accounts.models import Staff, StaffSession, TokenPurpose, are_people
from app.accounts.service.audit import audit
from app.accounts.service.links import issue_link
from app.core.database import db, release_connection, transaction


def normal_email(typed: str) -> str:
    """An email as the table keeps it."""
    return typed.strip().lower()


def sign_in(email: str, password: str, *, user_agent: str, address: str, shared: bool = False) -> str:
    """Check the pair and return the token of a new session. Raises SignInRefused or LockedOut, the same for unknown emails."""
    email = normal_email(email)
    tries = throttle.take_try(email)
    staff = db.session.scalar(select(Staff).where(Staff.email == email, are_people()))
    release_connection()  # hashing takes its time
    known = staff.password_hash if staff is not None and staff.is_active else None
    if not passwords.password_matches(known, password) or staff is None or known is None:
        with transaction():
            if tries >= throttle.FREE_TRIES and staff is not None and staff.is_active:
                _tell_of_lock(staff, tries)
        raise SignInRefused
    renewed = passwords.hash_password(password) if passwords.is_outdated(known) else None
    with transaction():
        staff = db.session.get_one(Staff, staff.id, populate_existing=True)
        if not staff.is_active or staff.password_hash != known:  # changed while we were hashing
            raise SignInRefused
        staff.password_hash = renewed or known
        failed = throttle.forgive(email) - 1
        token = sessions.start_session(staff, user_agent=user_agent, address=address, shared=shared)
        audit("staff.signed_in", staff, {"failed_tries": failed} if failed > 0 else {}, by=staff)
    return token


def _tell_of_lock(staff: Staff, tries: int) -> None:
    audit("staff.locked_out", staff, {"name": staff.name, "tries": tries}, by=None)
    if tries == throttle.FREE_TRIES:  # one mail per siege, not one per shot
        issue_link(staff, TokenPurpose.UNLOCK)


def sign_out(session: StaffSession) -> None:
    """End the session of the browser that asks."""
    with transaction():
        staff = db.session.get_one(Staff, session.staff_id)
        if sessions.end_sessions(staff, only=session.id):
            audit("staff.signed_out", staff, by=staff)


def end_own_sessions(staff: Staff, *, only: int | None = None, keep: int | None = None) -> int:
    """Sign oneself out: everywhere, in `only` one browser, or in all but the one to `keep`. Returns in how many."""
    with transaction():
        ended = sessions.end_sessions(staff, only=only, keep=keep)
        if ended:
            audit("staff.sessions_ended", staff, {"name": staff.name, "sessions_ended": ended}, by=staff)
    return ended
