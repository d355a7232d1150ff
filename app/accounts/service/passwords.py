"""Setting passwords: by invitation, by a mailed link, or by whoever knows the old one."""

from sqlalchemy import select

from app.accounts import passwords, sessions, throttle
from app.accounts.errors import WrongCurrentPassword
from app.accounts.events import StaffStatusChanged
from app.accounts.models import Staff, StaffStatus, TokenPurpose
from app.accounts.service.audit import audit
from app.accounts.service.links import issue_link, person_of, redeem, withdraw_links
from app.accounts.service.signing_in import normal_email
from app.core.database import db, open_events, release_connection, transaction


def request_reset(email: str) -> None:
    """Mail a link, if there is somebody to mail it to. The asker is told the same either way.

    An invited person gets the invitation again: there is no password to reset yet.
    """
    with transaction():
        staff = db.session.scalar(select(Staff).where(Staff.email == normal_email(email)))
        if staff is None or not staff.is_person or staff.status == StaffStatus.DEACTIVATED:
            return
        purpose = TokenPurpose.INVITATION if staff.status == StaffStatus.INVITED else TokenPurpose.RESET
        issue_link(staff, purpose)
        audit("staff.reset_requested", staff, {"name": staff.name})


def accept_invitation(token: str, password: str, *, user_agent: str, address: str) -> str:
    """Give an invited person their password and sign them in; returns the session's token. Raises LinkUnusable or WeakPassword."""
    password_hash = _judged(person_of(TokenPurpose.INVITATION, token), password)
    with transaction():
        staff = redeem(TokenPurpose.INVITATION, token)
        staff.status = StaffStatus.ACTIVE
        staff.password_hash = password_hash
        withdraw_links(staff)
        throttle.forgive(staff.email)
        open_events().append(StaffStatusChanged(staff.district_id, staff.id, staff.status, "joined"))
        audit("staff.joined", staff, {"name": staff.name, "role": staff.role}, by=staff)
        return sessions.start_session(staff, user_agent=user_agent, address=address)


def reset_password(token: str, password: str) -> None:
    """Set a new password by a mailed link, and sign every browser out. Raises LinkUnusable or WeakPassword."""
    password_hash = _judged(person_of(TokenPurpose.RESET, token), password)
    with transaction():
        staff = redeem(TokenPurpose.RESET, token)
        staff.password_hash = password_hash
        withdraw_links(staff)
        throttle.forgive(staff.email)
        ended = sessions.end_sessions(staff)
        audit("staff.password_reset", staff, {"name": staff.name, "sessions_ended": ended}, by=staff)


def change_password(staff: Staff, current: str, new: str, *, session_id: int) -> int:
    """Set a new password; the browser that asks stays signed in, all others do not. Returns how many others there were.

    Raises LockedOut (too many wrong current passwords count as failed sign-ins), WrongCurrentPassword or WeakPassword.
    """
    passwords.check_strength(new, email=staff.email, name=staff.name)
    throttle.take_try(staff.email)
    release_connection()
    if not passwords.password_matches(staff.password_hash, current):
        raise WrongCurrentPassword
    password_hash = passwords.hash_password(new)
    with transaction():
        person = db.session.get_one(Staff, staff.id, populate_existing=True)
        person.password_hash = password_hash
        throttle.forgive(person.email)
        withdraw_links(person)
        ended = sessions.end_sessions(person, keep=session_id)
        audit("staff.password_changed", person, {"name": person.name, "sessions_ended": ended}, by=person)
    return ended


def unlock_by_link(token: str) -> None:
    """Let the owner of a mailbox try again at once. Raises LinkUnusable."""
    with transaction():
        staff = redeem(TokenPurpose.UNLOCK, token)
        throttle.forgive(staff.email)
        audit("staff.unlocked", staff, {"name": staff.name}, by=staff)


def _judged(staff: Staff, password: str) -> str:
    """Check and hash outside of any transaction: it takes a quarter of a second."""
    passwords.check_strength(password, email=staff.email, name=staff.name)
    release_connection()
    return passwords.hash_password(password)
