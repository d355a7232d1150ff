"""Counting failed tries per email: some are free, then each doubles the wait. Whether the email exists plays no part."""

import hashlib
import hmac
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.accounts.errors import LockedOut
from app.accounts.models import SignInThrottle
from app.core.clock import now
from app.core.database import db, transaction

FREE_TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)


def email_key(email: str) -> str:
    """What stands for an email in tables and counters: it says nothing about whom."""
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.new(secret, b"throttle:" + email.encode(), hashlib.sha256).hexdigest()


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failed tries in a row: nothing, then 1, 2, 4 … minutes."""
    over = failures - FREE_TRIES
    if over < 0:
        return timedelta(0)
    return min(FIRST_WAIT * (1 << min(over, 12)), LONGEST_WAIT)


def take_try(email: str) -> int:
    """Count one try as failed before it is judged, so that tries made at the same time all count. Raises LockedOut.

    Returns how many there were in a row, this one included. A right password clears them with `forgive`.
    """
    moment = now()
    with transaction():
        row = _row(email_key(email), moment)
        if row.locked_until is not None and row.locked_until > moment:
            raise LockedOut(row.locked_until)
        row.failures = 1 if moment - row.last_failed_at > FORGOTTEN_AFTER else row.failures + 1
        row.last_failed_at = moment
        wait = wait_after(row.failures)
        row.locked_until = moment + wait if wait else None
        return row.failures


def _row(key: str, moment: datetime) -> SignInThrottle:
    row = db.session.get(SignInThrottle, key, with_for_update=True, populate_existing=True)
    if row is not None:
        return row
    try:
        with db.session.begin_nested():
            db.session.add(SignInThrottle(email_hash=key, failures=0, last_failed_at=moment))
    except IntegrityError:  # another process counted the same email's first failure just now
        pass
    return db.session.get_one(SignInThrottle, key, with_for_update=True, populate_existing=True)


def forgive(email: str) -> int:
    """Forget the failed tries of an email. Returns how many there were. Inside a transaction."""
    row = db.session.get(SignInThrottle, email_key(email), populate_existing=True)
    if row is None:
        return 0
    db.session.delete(row)
    return row.failures


def locked_among(emails: list[str]) -> dict[str, datetime]:
    """Which of these emails must wait, and until when."""
    keys = {email_key(email): email for email in emails}
    rows = db.session.query(SignInThrottle).filter(SignInThrottle.email_hash.in_(keys), SignInThrottle.locked_until > now())
    return {keys[row.email_hash]: row.locked_until for row in rows if row.locked_until is not None}


def forget_old() -> None:
    """Drop counts that no longer count."""
    with transaction():
        db.session.execute(delete(SignInThrottle).where(SignInThrottle.last_failed_at < now() - FORGOTTEN_AFTER))
