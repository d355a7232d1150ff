"""Showing that the phone on one's profile is one's own, by a code that is texted to it. Tests go to no other phone."""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from flask import current_app
from sqlalchemy import func, or_, select

from app.accounts.models import Staff
from app.announcements.channels import adapter
from app.announcements.errors import CodeBlocked, NoOwnPhone, NoSender, TooManyCodes, WrongCode
from app.announcements.models import Announcement, Channel, OwnPhone
from app.announcements.service.files import own_draft
from app.config import Settings
from app.core.clock import now
from app.core.database import db, transaction
from app.core.presentation import gettext as _
from app.delivery.models import Delivery, DeliveryState, Priority
from app.delivery.service import EnqueueRequest, Recipient, enqueue

OWNER = "own_phone"
DIGITS = 6
LASTS, AGAIN_AFTER = timedelta(minutes=10), timedelta(minutes=1)
MOST_TRIES = 5
MOST_CODES, WITHIN = 5, timedelta(hours=1)
"""To one phone, whoever asks for them, and for one person, whatever the phone: nobody is rung at night for fun."""


def is_confirmed(staff: Staff) -> bool:
    """Whether the phone that is on the profile now was shown to be theirs."""
    known = db.session.get(OwnPhone, staff.id)
    return known is not None and known.confirmed_at is not None and known.phone == staff.phone


def awaits_code(staff: Staff) -> bool:
    """Whether a code was texted that still counts."""
    known = db.session.get(OwnPhone, staff.id, populate_existing=True)
    return known is not None and known.phone == staff.phone and _is_open(known, now())


def send_code(staff: Staff, announcement_id: int) -> None:
    """Text a code to the phone on the profile, from the numbers that the announcement would come from; the one before ends.

    Raises NoOwnPhone, TooManyCodes, NoSender, CodeBlocked (the phone wants no texts from there), NotADraft, NotVisible.
    """
    announcement: Announcement = own_draft(staff, announcement_id)
    if not staff.phone:
        raise NoOwnPhone
    pool = adapter(Channel.SMS).pool(announcement)
    if pool is None or not pool.number_ids:
        raise NoSender
    code, moment = "".join(secrets.choice("0123456789") for _digit in range(DIGITS)), now()
    with transaction():
        known = db.session.get(OwnPhone, staff.id, with_for_update=True, populate_existing=True)
        _may_ask(staff, known, moment)
        if known is None:
            known = OwnPhone(staff_id=staff.id)
            db.session.add(known)
        known.phone, known.code_seal, known.sent_at, known.tries = staff.phone, _seal(staff.id, staff.phone, code), moment, 0
        known.confirmed_at = None
        words = _("%(code)s is your code for Homeroom: it shows that this phone is yours. Tell it to nobody.", code=code)
        recipient = Recipient(staff.phone, pool.number_ids[0])
        (sent,) = enqueue(
            EnqueueRequest(staff.district_id, OWNER, staff.id, words, (recipient,), priority=Priority.HIGH, is_reply=True)
        )  # fmt: skip
        if sent.state == DeliveryState.BLOCKED:
            raise CodeBlocked


def confirm(staff: Staff, code: str) -> None:
    """Believe whoever tells the code. Raises WrongCode: another one, too late, or after too many tries."""
    with transaction():
        known = db.session.get(OwnPhone, staff.id, with_for_update=True, populate_existing=True)
        is_open = known is not None and known.phone == staff.phone and _is_open(known, now())
        if known is not None and is_open:
            known.tries += 1
            digits = "".join(character for character in code if character.isdigit())
            if known.code_seal and hmac.compare_digest(_seal(staff.id, known.phone, digits), known.code_seal):
                known.confirmed_at, known.code_seal = now(), None
                return
    raise WrongCode  # after the commit: the try counts


def _may_ask(staff: Staff, known: OwnPhone | None, moment: datetime) -> None:
    if known is not None and known.sent_at is not None and moment - known.sent_at < AGAIN_AFTER:
        raise TooManyCodes
    lately = select(func.count()).where(
        Delivery.owner_kind == OWNER,
        Delivery.district_id == staff.district_id,
        or_(Delivery.owner_id == staff.id, Delivery.address == staff.phone),
        Delivery.created_at > moment - WITHIN,
    )
    if (db.session.scalar(lately) or 0) >= MOST_CODES:
        raise TooManyCodes


def _is_open(known: OwnPhone, moment: datetime) -> bool:
    return known.code_seal is not None and known.sent_at is not None and moment - known.sent_at < LASTS and known.tries < MOST_TRIES


def _seal(staff_id: int, phone: str, code: str) -> str:
    settings: Settings = current_app.extensions["settings"]
    return hmac.new(settings.secret_key.encode(), f"own phone:{staff_id}:{phone}:{code}".encode(), sha256).hexdigest()
