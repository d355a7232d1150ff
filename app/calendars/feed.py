"""The video calls of one person as a calendar that programs subscribe to (RFC 5545), at an address that only they are given."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response
from sqlalchemy import func, select

from app.accounts.models import Staff
from app.accounts.permissions import public
from app.calendars.own import are_of, link_of, owner_of
from app.core.clock import now
from app.core.database import db
from app.video.models import VideoCall, VideoState

calendars = Blueprint("calendars", __name__, url_prefix="/calendars")
BACK = timedelta(days=30)
MOST = 500
_LONGEST_LINE = 73
ENDED = frozenset({VideoState.ENDED, VideoState.EXPIRED})


@calendars.get("/<token>.ics")
@public
def feed(token: str) -> Response:
    """For whoever has the address."""
    response = Response(written(owner_of(token)), mimetype="text/calendar")
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
