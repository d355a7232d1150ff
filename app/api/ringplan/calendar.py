"""The video calls of one person as a calendar that programs subscribe to (RFC 5545), at an address that only they are given."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app, url_for
from sqlalchemy import ColumnElement, func, or_, select

from app.accounts.models import Staff
from app.accounts.permissions import public
from app.config import Settings
from app.core import signed_links
from app.core.clock import now
from app.core.database import db
from app.core.errors import NotVisible
from app.core.ids import row_number
from app.video.models import VideoCall, VideoParticipant, VideoState

calendars = Blueprint("calendars", __name__, url_prefix="/calendars")
PURPOSE = "calendar"
GOOD_FOR, STEADY_FOR = timedelta(days=366), timedelta(days=30)
"""Asked for within a month, the address is the same, and it is good for a year."""
BACK = timedelta(days=30)
MOST = 500
_LONGEST_LINE = 73
ENDED = frozenset({VideoState.ENDED, VideoState.EXPIRED})


def address_for(staff: Staff) -> str:
    """Where this person's calendar is. Absolute."""
    settings: Settings = current_app.extensions["settings"]
    until = signed_links.steady_expiry(now(), GOOD_FOR, STEADY_FOR)
    token = signed_links.sign(settings.secret_key, PURPOSE, str(staff.id), until)
    return settings.public_url.rstrip("/") + url_for("calendars.feed", token=token)


def changed_at(staff: Staff) -> datetime:
    """When something of it changed last; without any call, when the person came."""
    newest = db.session.scalar(select(func.max(VideoCall.updated_at)).where(*are_of(staff)))
    return newest or staff.created_at


def link_of(call_id: int) -> str:
    """The page of a call. Absolute."""
    settings: Settings = current_app.extensions["settings"]
    return f"{settings.public_url.rstrip('/')}/video/{call_id}"


@calendars.get("/<token>.ics")
@public
def feed(token: str) -> Response:
    """For whoever has the address, as long as the person is in office."""
    settings: Settings = current_app.extensions["settings"]
    number = row_number(signed_links.read(settings.secret_key, PURPOSE, token, now()))
    staff = db.session.get(Staff, number)
    if staff is None or not staff.is_active:
        raise NotVisible
    response = Response(written(staff), mimetype="text/calendar")
    response.cache_control.private = True
    response.cache_control.max_age = 300
    return response


def written(staff: Staff) -> str:
    """All of it; one query."""
    begins = func.coalesce(VideoCall.scheduled_at, VideoCall.created_at)
    mine = select(VideoCall).where(*are_of(staff), begins > now() - BACK).order_by(begins, VideoCall.id).limit(MOST)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Homeroom//Video calls//EN", "CALSCALE:GREGORIAN", "X-WR-CALNAME:Homeroom"]
    for call in db.session.scalars(mine):
        lines += _event(call)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(call: VideoCall) -> list[str]:
    begins = call.scheduled_at or call.created_at
    ends = call.ended_at or begins + timedelta(minutes=call.minutes)
    return [
        "BEGIN:VEVENT",
        f"UID:{call.uuid}@homeroom",
        f"DTSTAMP:{_moment(call.updated_at)}",
        f"DTSTART:{_moment(begins)}",
        f"DTEND:{_moment(max(ends, begins))}",
        f"SUMMARY:{_text(call.session_name or 'Video call')}",
        f"URL:{link_of(call.id)}",
        f"STATUS:{'CANCELLED' if call.state in ENDED and call.started_at is None else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def are_of(staff: Staff) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `VideoCall`: one's own, and those one is asked to."""
    asked = select(VideoParticipant.video_call_id).where(VideoParticipant.staff_id == staff.id, VideoParticipant.removed_at.is_(None))
    return VideoCall.district_id == staff.district_id, or_(VideoCall.staff_id == staff.id, VideoCall.id.in_(asked))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    plain = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(plain.split())


def _folded(line: str) -> list[str]:
    """Lines of at most 75 octets, the following ones begun with a space; no letter is cut in two."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > _LONGEST_LINE:
            parts.append(part)
            part = " "
        part += letter
    return [*parts, part]
