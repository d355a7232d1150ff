"""One request to a provider: with a time for each step, a size, no redirects, and never inside a transaction."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

import urllib3

from app.calendars.errors import ProviderAway
from app.core.database import in_transaction

CONNECT_SECONDS, READ_SECONDS = 3.0, 8.0
MOST_BYTES = 4 * 1024 * 1024


class Answer(NamedTuple):
    """What came back; an empty body where there was none in JSON."""

    status: int
    body: dict[str, Any]


def ask(method: str, url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Ask once. Raises ProviderAway when there was no answer."""
    if in_transaction():
        message = "a provider is not asked inside a transaction"
        raise RuntimeError(message)
    sent = {"Accept": "application/json", **(headers or {})}
    if form is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        answer = _pools().request(
            method,
            url,
            body=urlencode(form) if form is not None else None,
            headers=sent,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            raw = answer.read(MOST_BYTES + 1)
        finally:
            answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise ProviderAway from error
    if len(raw) > MOST_BYTES:
        raise ProviderAway
    return Answer(answer.status, _parsed(raw))


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


@lru_cache(maxsize=1)
def _pools() -> urllib3.PoolManager:
    return urllib3.PoolManager(num_pools=8, maxsize=4)
