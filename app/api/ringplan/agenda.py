"""The events of some days: the meetings of one person here, and those of the calendars that they connected."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Staff
from app.api.refusals import Refused, Why
from app.api.ringplan.company import company_of
from app.calendars.entries import Entry, Span
from app.calendars.feed import ENDED, MOST
from app.calendars.own import are_of, link_of
from app.calendars.reading import Reading, read_all
from app.core.clock import now
from app.core.database import db
from app.video.models import VideoCall

LONGEST = timedelta(days=31)
LONGEST_CALL = timedelta(days=2)
"""No meeting that began earlier goes on."""


def days_asked(staff: Staff, first: str | None, last: str | None) -> Span:
    """By the company's clock. Raises Refused (INVALID)."""
    zone = company_of(staff).zone
    begins = date.fromisoformat(first) if first else now().astimezone(zone).date()
    ends = date.fromisoformat(last) if last else begins
    if not begins <= ends < begins + LONGEST:
        sentence = "“to” is before “from”, or more than 31 days are asked for. Ask for fewer days."
        raise Refused(Why.INVALID, sentence, code="days", field="query/to")
    try:
        midnight = datetime(begins.year, begins.month, begins.day, tzinfo=zone)
        after = ends + timedelta(days=1)
        return Span(midnight.astimezone(UTC), datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC), zone)
    except OverflowError as error:
        raise Refused(Why.INVALID, "There is no calendar of these days.", code="days", field="query/from") from error


def agenda(staff: Staff, span: Span) -> dict[str, Any]:
    """`events` and `connections` as the contract has them."""
    events = _meetings(staff, span)
    readings = read_all(staff, span)
    events += [event for reading in readings for event in _events(reading, span)]
    events.sort(key=lambda event: (event["starts_at"], event["ends_at"]))
    return {"events": events, "connections": [_connection(reading) for reading in readings]}


def _meetings(staff: Staff, span: Span) -> list[dict[str, Any]]:
    begins = func.coalesce(VideoCall.scheduled_at, VideoCall.created_at)
    mine = select(VideoCall).where(*are_of(staff), begins < span.end, begins > span.start - LONGEST_CALL)
    found = []
    for call in db.session.scalars(mine.order_by(begins, VideoCall.id).limit(MOST)):
        starts = call.scheduled_at or call.created_at
        entry = Entry(
            call.session_name or "Video call",
            starts,
            max(call.ended_at or starts + timedelta(minutes=call.minutes), starts),
            is_all_day=False,
            link=link_of(call.id),
        )
        was_called_off = call.state in ENDED and call.started_at is None
        if not was_called_off and _falls_into(entry, span):
            found.append(_event(entry, "homeroom", meeting=str(call.id)))
    return found


def _falls_into(entry: Entry, span: Span) -> bool:
    """What ends at the first midnight belongs to the day before."""
    return entry.starts_at < span.end and (entry.ends_at > span.start or entry.starts_at >= span.start)


def _events(reading: Reading, span: Span) -> list[dict[str, Any]]:
    return [_event(each, reading.provider, calendar=reading.account) for each in reading.entries if _falls_into(each, span)]


def _event(entry: Entry, source: str, *, calendar: str | None = None, meeting: str | None = None) -> dict[str, Any]:
    return {
        "source": source,
        "calendar": calendar,
        "meeting_id": meeting,
        "title": entry.title,
        "starts_at": _moment(entry.starts_at),
        "ends_at": _moment(entry.ends_at),
        "is_all_day": entry.is_all_day,
        "link": entry.link,
    }


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _connection(reading: Reading) -> dict[str, Any]:
    return {"provider": reading.provider, "calendar": reading.account, "state": reading.state, "problem": reading.problem}
