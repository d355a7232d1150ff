"""Microsoft Graph: the calendar view of a person's default calendar."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from app.calendars.entries import Entry, Found, Span, web_address
from app.calendars.errors import GrantLapsed, ProviderAway
from app.calendars.outside import ask

PAGE, MOST_PAGES = 250, 4
OK, UNAUTHORIZED = 200, 401
_FIELDS = "subject,start,end,isAllDay,isCancelled,onlineMeeting,webLink"
_SECONDS = len("2026-11-22T12:00:00")


def read(base: str, token: str, span: Span) -> Found:
    """GET /me/calendarView, with each occurrence of a series by itself. Raises GrantLapsed (401), ProviderAway."""
    query = {
        "startDateTime": span.start.astimezone(UTC).isoformat(),
        "endDateTime": span.end.astimezone(UTC).isoformat(),
        "$select": _FIELDS,
        "$orderby": "start/dateTime",
        "$top": str(PAGE),
    }
    url = f"{base}/me/calendarView?{urlencode(query)}"
    headers = {"Authorization": f"Bearer {token}", "Prefer": 'outlook.timezone="UTC"'}
    entries: list[Entry] = []
    for _page in range(MOST_PAGES):
        answer = ask("GET", url, headers=headers)
        if answer.status == UNAUTHORIZED:
            raise GrantLapsed
        if answer.status != OK:
            raise ProviderAway
        try:
            entries += [_entry(item, span) for item in answer.body.get("value", []) if not item.get("isCancelled")]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProviderAway from error
        following = answer.body.get("@odata.nextLink")
        if not following:
            return Found(entries, is_complete=True)
        url = _at_same_place(base, str(following))
    return Found(entries, is_complete=False)


def _at_same_place(base: str, link: str) -> str:
    """The token goes nowhere else, whatever an answer names."""
    ours, theirs = urlsplit(base), urlsplit(link)
    if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
        raise ProviderAway
    return link


def _entry(item: dict[str, Any], span: Span) -> Entry:
    is_all_day = bool(item.get("isAllDay"))
    starts, ends = (datetime.fromisoformat(str(item[name]["dateTime"])[:_SECONDS]) for name in ("start", "end"))
    if is_all_day:  # midnight as it is written there, by whatever clock
        begins_at, ends_at = span.midnight(starts.date()), span.midnight(ends.date())
    else:
        begins_at, ends_at = starts.replace(tzinfo=UTC), ends.replace(tzinfo=UTC)
    link = web_address((item.get("onlineMeeting") or {}).get("joinUrl")) or web_address(item.get("webLink"))
    return Entry(str(item.get("subject") or ""), begins_at, ends_at, is_all_day, link)
