"""Addresses of recordings that open for a while: 12 hours for pages, whose reader must be signed in, and 24 hours for webhooks."""

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
FOR_PAGES = timedelta(hours=12)
FOR_WEBHOOKS = timedelta(hours=24)
ANYBODY = "anybody"


@dataclass(frozen=True, slots=True)
class Link:
    """An address, and when it ends."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link names: a recording, and for whom; None for whoever holds it."""

    recording_id: int
    staff_id: int | None


def page_link(recording: Recording, staff: Staff) -> Link:
    """For this person's own session."""
    return _link(recording, str(staff.id), signed_links.steady_expiry(now(), FOR_PAGES))


def webhook_link(recording: Recording) -> Link:
    """For a server that was told of the recording: it has no session."""
    settings: Settings = current_app.extensions["settings"]
    made = _link(recording, ANYBODY, now() + FOR_WEBHOOKS)
    return Link(settings.public_url.rstrip("/") + made.url, made.expires_at)


def api_link(recording: Recording) -> Link:
    """The same for what a program asked for: 12 hours."""
    settings: Settings = current_app.extensions["settings"]
    made = _link(recording, ANYBODY, now() + FOR_PAGES)
    return Link(settings.public_url.rstrip("/") + made.url, made.expires_at)


def read(token: str, staff: Staff | None) -> Opened:
    """What a link names. Raises NotVisible for one that is somebody else's or damaged, and ExpiredLink for one's own that is old."""
    settings: Settings = current_app.extensions["settings"]
    subject = signed_links.subject_of(settings.secret_key, PURPOSE, token)
    number, _slash, holder = subject.partition("/")
    if holder != ANYBODY and (staff is None or holder != str(staff.id)):
        raise NotVisible
    signed_links.read(settings.secret_key, PURPOSE, token, now())
    return Opened(row_number(number), None if holder == ANYBODY else int(holder))


def _link(recording: Recording, holder: str, expires_at: datetime) -> Link:
    settings: Settings = current_app.extensions["settings"]
    token = signed_links.sign(settings.secret_key, PURPOSE, f"{recording.id}/{holder}", expires_at)
    return Link(url_for("recordings.sound", token=token), expires_at)
