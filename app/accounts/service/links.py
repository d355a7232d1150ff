"""Emailed links that work once: made, mailed, redeemed, withdrawn. The row is the truth; the mail is an errand of its own."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import cast

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import CursorResult, select, update

from app.accounts import mails
from app.accounts.errors import LinkUnusable
from app.accounts.events import LinkIssued
from app.accounts.models import OneTimeToken, Staff, StaffStatus, TokenPurpose
from app.accounts.sessions import hashed
from app.config import Settings
from app.core import mail
from app.core.clock import now
from app.core.database import db, open_events, release_connection, transaction

LIFETIMES = {
    TokenPurpose.INVITATION: timedelta(days=7),
    TokenPurpose.RESET: timedelta(hours=1),
    TokenPurpose.UNLOCK: timedelta(hours=1),
}
PATHS = {
    TokenPurpose.INVITATION: "/invitation/",
    TokenPurpose.RESET: "/password/reset/",
    TokenPurpose.UNLOCK: "/unlock/",
}
MAY_USE = {
    TokenPurpose.INVITATION: StaffStatus.INVITED,
    TokenPurpose.RESET: StaffStatus.ACTIVE,
    TokenPurpose.UNLOCK: StaffStatus.ACTIVE,
}
MOST_MAIL_ATTEMPTS = 6


def issue_link(staff: Staff, purpose: TokenPurpose, *, by_mail: bool = True) -> OneTimeToken:
    """Make a new link of this kind; older ones of the kind stop working. Mailed after the commit, unless told otherwise."""
    moment, seed = now(), secrets.token_hex(16)
    with transaction():
        withdraw_links(staff, purpose)
        link = OneTimeToken(
            staff_id=staff.id,
            purpose=purpose,
            seed=seed,
            token_hash=hashed(_token(purpose, seed)),
            created_at=moment,
            expires_at=moment + LIFETIMES[purpose],
            mail_due_at=moment if by_mail else None,
        )
        db.session.add(link)
        db.session.flush()
        if by_mail:
            open_events().append(LinkIssued(link.id))
    return link


def withdraw_links(staff: Staff, *purposes: TokenPurpose) -> None:
    """Let the open links of these kinds (of all, if none is named) work no more. Inside a transaction."""
    db.session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.staff_id == staff.id, OneTimeToken.used_at.is_(None), OneTimeToken.purpose.in_(purposes or tuple(TokenPurpose)))
        .values(used_at=now(), mail_due_at=None)
    )


def address_of(link: OneTimeToken) -> str:
    """The whole address to mail or to copy. Whoever has it can act for the person: it is never logged."""
    settings: Settings = current_app.extensions["settings"]
    purpose = TokenPurpose(link.purpose)
    return settings.public_url.rstrip("/") + PATHS[purpose] + _token(purpose, link.seed)


def person_of(purpose: TokenPurpose, token: str) -> Staff:
    """Whom a link is for, without using it up: mail scanners open links too. Raises LinkUnusable."""
    found = db.session.execute(
        select(OneTimeToken, Staff).join(Staff, Staff.id == OneTimeToken.staff_id).where(OneTimeToken.token_hash == hashed(token))
    ).first()
    if found is None:
        raise LinkUnusable
    link, staff = cast("tuple[OneTimeToken, Staff]", found)
    still_works = link.purpose == purpose and link.used_at is None and link.expires_at > now()
    if not still_works or not staff.is_person or staff.status != MAY_USE[purpose]:
        raise LinkUnusable
    return staff


def redeem(purpose: TokenPurpose, token: str) -> Staff:
    """Use a link up. Of two at the same time one gets LinkUnusable. Inside the transaction of what it allows."""
    staff = person_of(purpose, token)
    used = db.session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.token_hash == hashed(token), OneTimeToken.used_at.is_(None))
        .values(used_at=now(), mail_due_at=None)
    )
    if cast("CursorResult[object]", used).rowcount != 1:
        raise LinkUnusable
    return staff


def due_links(moment: datetime) -> list[int]:
    """The links whose mail should go out now."""
    return list(
        db.session.scalars(
            select(OneTimeToken.id)
            .where(OneTimeToken.mail_due_at <= moment, OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > moment)
            .order_by(OneTimeToken.mail_due_at)
            .limit(100)
        )
    )


def mail_link(link_id: int) -> None:
    """Mail one link, if it is due. Safe to call twice and at the same time; a failure comes due again later, six times in all."""
    moment = now()
    with transaction():
        link = db.session.get(OneTimeToken, link_id, with_for_update=True, populate_existing=True)
        if link is None or link.used_at or link.expires_at <= moment or link.mail_due_at is None or link.mail_due_at > moment:
            return
        staff = db.session.get_one(Staff, link.staff_id)
        link.mail_attempts += 1
        gives_up = link.mail_attempts >= MOST_MAIL_ATTEMPTS
        link.mail_due_at = None if gives_up else moment + timedelta(minutes=2**link.mail_attempts)
        with force_locale(staff.language):
            letter = mails.letter_for(TokenPurpose(link.purpose), staff, address_of(link))
    release_connection()
    mail.send(letter)
    with transaction():
        db.session.execute(update(OneTimeToken).where(OneTimeToken.id == link_id).values(mailed_at=now(), mail_due_at=None))


def _token(purpose: TokenPurpose, seed: str) -> str:
    """The secret of a link: it needs both the table's seed and the installation's secret, so neither leak alone opens a door."""
    secret = current_app.config["SECRET_KEY"].encode()
    digest = hmac.new(secret, f"link:{purpose}:{seed}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
