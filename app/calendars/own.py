"""A person's own calendar, their video calls: what is in it, and the address at which programs read it.

The address is signed and needs no table, until its owner wants another one: then the edition in the signature counts, and every address
of an earlier one opens nothing.
"""

from datetime import datetime, timedelta

from flask import current_app, url_for
from sqlalchemy import ColumnElement, func, or_, select

from app.accounts.models import Staff
from app.calendars.models import CalendarAddress
from app.config import Settings
from app.core import signed_links
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible
from app.core.ids import row_number
from app.video.models import VideoCall, VideoParticipant

PURPOSE = "calendar"
GOOD_FOR, STEADY_FOR = timedelta(days=366), timedelta(days=30)
"""Asked for within a month, the address is the same, and it is good for a year."""


def address_for(staff: Staff) -> str:
    """Where this person's calendar is. Absolute."""
    edition = edition_of(staff.id)
    until = signed_links.steady_expiry(now(), GOOD_FOR, STEADY_FOR)
    subject = f"{staff.id}.{edition}" if edition else str(staff.id)
    token = signed_links.sign(_settings().secret_key, PURPOSE, subject, until)
    return _settings().public_url.rstrip("/") + url_for("calendars.feed", token=token)


def owner_of(token: str) -> Staff:
    """Whose calendar it is, as long as they are in office and want it at this address. Raises NotVisible, BadLink, ExpiredLink."""
    subject, _dot, edition = signed_links.read(_settings().secret_key, PURPOSE, token, now()).partition(".")
    staff = db.session.get(Staff, row_number(subject))
    if staff is None or not staff.is_active or (edition or "0") != str(edition_of(staff.id)):
        raise NotVisible
    return staff


def edition_of(staff_id: int) -> int:
    """Which address counts."""
    return db.session.scalar(select(CalendarAddress.edition).where(CalendarAddress.staff_id == staff_id)) or 0


def changed_at(staff: Staff) -> datetime:
    """When something of it changed last; without any call, when the person came."""
    newest = db.session.scalar(select(func.max(VideoCall.updated_at)).where(*are_of(staff)))
    return newest or staff.created_at


def link_of(call_id: int) -> str:
    """The page of a call. Absolute."""
    return f"{_settings().public_url.rstrip('/')}/video/{call_id}"


def are_of(staff: Staff) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `VideoCall`: one's own, and those one is asked to."""
    asked = select(VideoParticipant.video_call_id).where(VideoParticipant.staff_id == staff.id, VideoParticipant.removed_at.is_(None))
    return VideoCall.district_id == staff.district_id, or_(VideoCall.staff_id == staff.id, VideoCall.id.in_(asked))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
