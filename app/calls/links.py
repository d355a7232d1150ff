"""Addresses of recordings that open for 12 hours, for the person whose page shows them, or for a system that acts for somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, url_for

from app.accounts.models import Staff
from app.calls.models import Recording
from app.config import Settings
from app.core import signed_links
from app.core.clock import now
from app.core.errors import NotVisible
from app.core.ids import row_number

PURPOSE = "recording"
FOR_SYSTEMS = "recording.open"
FOR_PAGES = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Link:
    """An address, and when it ends."""

    url: str
    expires_at: datetime


def page_link(recording: Recording, staff: Staff) -> Link:
    """For this person's own session."""
    settings: Settings = current_app.extensions["settings"]
    expires_at = signed_links.steady_expiry(now(), FOR_PAGES)
    token = signed_links.sign(settings.secret_key, PURPOSE, f"{recording.id}/{staff.id}", expires_at)
    return Link(url_for("recordings.sound", token=token), expires_at)


def read(token: str, staff: Staff | None) -> int:
    """Which recording a link opens. Raises NotVisible for what is not one's own, ExpiredLink for one's own that is old."""
    settings: Settings = current_app.extensions["settings"]
    number, _slash, holder = signed_links.subject_of(settings.secret_key, PURPOSE, token).partition("/")
    if staff is None or holder != str(staff.id):
        raise NotVisible
    signed_links.read(settings.secret_key, PURPOSE, token, now())
    return row_number(number)


def open_link(recording_id: int, staff_id: int, lifetime: timedelta = FOR_PAGES) -> Link:
    """Without a session, for whoever has the address; it ends early with what `staff_id` may hear. Absolute."""
    settings: Settings = current_app.extensions["settings"]
    expires_at = signed_links.steady_expiry(now(), lifetime)
    token = signed_links.sign(settings.secret_key, FOR_SYSTEMS, f"{recording_id}/{staff_id}", expires_at)
    return Link(settings.public_url.rstrip("/") + url_for("recordings.opened", token=token), expires_at)


def read_open(token: str) -> tuple[int, int]:
    """Which recording such a link opens, and for whom. Raises BadLink, ExpiredLink."""
    settings: Settings = current_app.extensions["settings"]
    number, _slash, staff = signed_links.read(settings.secret_key, FOR_SYSTEMS, token, now()).partition("/")
    return row_number(number), row_number(staff)
