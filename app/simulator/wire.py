"""The carrier's manner of speaking: who may call, how dates, pages and answers look."""

import base64
import hmac
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from email.utils import format_datetime
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Response, request

from app.simulator.refusals import refuse

Row = TypeVar("Row")

DAY = 86_400
MOST_PER_PAGE = 1000
USUAL_PER_PAGE = 50

_PHONE_NUMBER = re.compile(r"\+[1-9]\d{7,14}")
_NORTH_AMERICAN = re.compile(r"\+1[2-9]\d{2}[2-9]\d{6}")
_SHORT_CODE = re.compile(r"\d{4,8}")


def is_phone_number(text: object) -> bool:
    """Whether `text` could be a phone number in E.164; one of North America has ten digits after the 1."""
    if not isinstance(text, str) or not _PHONE_NUMBER.fullmatch(text):
        return False
    return not text.startswith("+1") or bool(_NORTH_AMERICAN.fullmatch(text))


def is_sender(text: object) -> bool:
    """Whether `text` could be a number or short code to send from."""
    return is_phone_number(text) or (isinstance(text, str) and bool(_SHORT_CODE.fullmatch(text)))


def is_web_address(text: str) -> bool:
    """Whether `text` is an http or https address with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def national(number: str) -> str:
    """`number` as people write it at home: (503) 555-0100. Numbers from elsewhere stay as they are."""
    if re.fullmatch(r"\+1\d{10}", number):
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number


def check_caller(account_sid: str, auth_token: str) -> None:
    """Raise Refusal (20003) unless the request carries the account's id and token."""
    expected = "Basic " + base64.b64encode(f"{account_sid}:{auth_token}".encode()).decode()
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise refuse(20003)


def answer(body: object, status: int = 200) -> Response:
    """`body` as JSON."""
    return Response(json.dumps(body, separators=(",", ":")), status, mimetype="application/json")


def mail_date(at: float | None) -> str | None:
    """A moment as the older API writes it: Thu, 24 Aug 2023 05:01:45 +0000."""
    return None if at is None else format_datetime(datetime.fromtimestamp(int(at), UTC))


def iso_date(at: float | None) -> str | None:
    """A moment as the newer APIs write it: 2023-08-24T05:01:45Z."""
    return None if at is None else datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> tuple[float, float]:
    """The first and the last moment that `text`, a day or a time in UTC, can mean. Raises Refusal (20001).

    Midnight stands for its whole day: the carrier's client writes a date so.
    """
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise refuse(20001, what=f"{text} is not a date: use YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ") from None
    at = (start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp()
    return at, at + (1 if start.time() != time.min else DAY)


def page_size() -> int:
    """How many to a page the caller wants."""
    try:
        wanted = int(request.args.get("PageSize", USUAL_PER_PAGE))
    except ValueError:
        raise refuse(20001, what="PageSize is a number from 1 to 1000") from None
    return min(max(wanted, 1), MOST_PER_PAGE)


def page_token(prefix: str) -> int | None:
    """Where the page goes on, from a token that we gave out."""
    token = request.args.get("PageToken", "")
    if not token:
        return None
    digits = token.removeprefix(prefix)
    if not digits.isdigit():
        raise refuse(20001, what="PageToken was not given out by this list")
    return int(digits)


def page_number() -> int:
    """Which page this is, for show: the token decides."""
    number = request.args.get("Page", "0")
    return int(number) if number.isdigit() else 0


def _address(**changes: object) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changes]
    fresh = [(name, str(value)) for name, value in changes.items() if value is not None]
    query = urlencode(kept + fresh)
    return f"{request.path}?{query}" if query else request.path


def older_page(rows: Sequence[Row], key: str, token: Callable[[Row], str], show: Callable[[Row], Any]) -> Response:
    """A page of the older API from `rows`, which hold one more than fits if there is another page."""
    size, number = page_size(), page_number()
    shown = rows[:size]
    more = len(rows) > size
    return answer(
        {
            key: [show(row) for row in shown],
            "page": number,
            "page_size": size,
            "start": number * size,
            "end": number * size + max(len(shown) - 1, 0),
            "uri": _address(),
            "first_page_uri": _address(Page=0, PageToken=None, PageSize=size),
            "previous_page_uri": None,
            "next_page_uri": _address(Page=number + 1, PageSize=size, PageToken=token(shown[-1])) if more else None,
        }
    )


def newer_page(rows: Sequence[Row], key: str, token: Callable[[Row], str], show: Callable[[Row], Any]) -> Response:
    """A page of the newer APIs from `rows`, which hold one more than fits if there is another page."""
    size, number = page_size(), page_number()
    shown = rows[:size]
    more = len(rows) > size
    return answer(
        {
            key: [show(row) for row in shown],
            "meta": {
                "page": number,
                "page_size": size,
                "key": key,
                "url": origin() + _address(),
                "first_page_url": origin() + _address(Page=0, PageToken=None, PageSize=size),
                "previous_page_url": None,
                "next_page_url": origin() + _address(Page=number + 1, PageSize=size, PageToken=token(shown[-1])) if more else None,
            },
        }
    )


def origin() -> str:
    """The host that the caller thinks it talks to: the carrier's, when its client was pointed here."""
    meant = request.headers.get("X-Orig-Host", "")
    if re.fullmatch(r"[a-z0-9.-]+\.twilio\.com", meant):
        return f"https://{meant}"
    return request.root_url.rstrip("/")
