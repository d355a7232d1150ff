"""Google Calendar API v3: the events of a person's primary calendar."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from app.calendars.entries import Entry, Found, Span, web_address
from app.calendars.errors import GrantLapsed, ProviderAway
from app.calendars.outside import ask

PAGE, MOST_PAGES = 250, 4
OK, UNAUTHORIZED = 200, 401
_FIELDS = "nextPageToken,items(status,summary,start,end,hangoutLink,htmlLink)"


def read(base: str, token: str, span: Span) -> Found:
    """events.list, with each occurrence of a series by itself. Raises GrantLapsed (401), ProviderAway."""
    query = {
        "timeMin": span.start.isoformat(),
        "timeMax": span.end.isoformat(),
        "singleEvents": "true",
        "orderBy": "startTime",
        "maxResults": str(PAGE),
        "fields": _FIELDS,
    }
    entries: list[Entry] = []
    for _page in range(MOST_PAGES):
        url = f"{base}/calendars/primary/events?{urlencode(query)}"
        answer = ask("GET", url, headers={"Authorization": f"Bearer {token}"})
        if answer.status == UNAUTHORIZED:
            raise GrantLapsed
        if answer.status != OK:
            raise ProviderAway
        try:
            entries += [_entry(item, span) for item in answer.body.get("items", []) if item.get("status") != "cancelled"]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProviderAway from error
        following = answer.body.get("nextPageToken")
        if not following:
            return Found(entries, is_complete=True)
        query["pageToken"] = str(following)
    return Found(entries, is_complete=False)


def _entry(item: dict[str, Any], span: Span) -> Entry:
    link = web_address(item.get("hangoutLink")) or web_address(item.get("htmlLink"))
    return Entry(str(item.get("summary") or ""), _moment(item["start"], span), _moment(item["end"], span), "date" in item["start"], link)


def _moment(given: dict[str, str], span: Span) -> datetime:
    """A whole day has a date alone, and its end is the day after."""
    if "date" in given:
        return span.midnight(date.fromisoformat(given["date"]))
    moment = datetime.fromisoformat(given["dateTime"])
    return moment if moment.tzinfo else moment.replace(tzinfo=span.zone)
