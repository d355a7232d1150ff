"""Fetching what somebody else's address names, without reaching into our own network: in pieces, up to a size, within a time.

Each hop of a redirect is an address of its own and checked anew; we connect to the very address that was checked.
"""

import time
from collections.abc import Collection
from typing import Any, BinaryIO
from urllib.parse import urljoin

import urllib3

from app.core.database import in_transaction
from app.core.errors import HomeroomError
from app.core.net_guard import Destination, UnsafeAddress, check

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
WHOLE_SECONDS = 60.0
MOST_HOPS = 4
PIECE = 64 * 1024
OK = 200
REDIRECTS = frozenset({301, 302, 303, 307, 308})
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Another try may work."""


class NotFetched(HomeroomError):
    """There is nothing to be had at the address, now or ever. Programs read it, so it speaks English."""

    code = "media_not_fetched"

    def __init__(self, advice: str, *, may_work_later: bool = False) -> None:
        super().__init__(advice)
        self.may_work_later = may_work_later


def fetch(url: str, into: BinaryIO, *, most_bytes: int, allowed_origins: Collection[str] = ()) -> str:
    """Write the file at `url` to `into`; returns the type that its server declares. Raises NotFetched, UnsafeAddress.

    `allowed_origins` as in `net_guard.check`. Never inside a transaction.
    """
    if in_transaction():
        message = "a file is not fetched inside a transaction"
        raise RuntimeError(message)
    limit = time.monotonic() + WHOLE_SECONDS
    for _hop in range(MOST_HOPS):
        answer = _get(check(url, allowed_origins=allowed_origins))
        try:
            if answer.status in REDIRECTS:
                url = urljoin(url, answer.headers.get("Location", ""))
                continue
            if answer.status != OK:
                advice = f"The server answered {answer.status}. Check the address of the file."
                raise NotFetched(advice, may_work_later=answer.status in AGAIN)
            _copy(answer, into, most_bytes, limit)
            return str(answer.headers.get("Content-Type", "")).partition(";")[0].strip().lower()
        except urllib3.exceptions.HTTPError as error:
            raise NotFetched("The file came only in part. Try again later.", may_work_later=True) from error
        finally:
            answer.close()
    raise NotFetched("The address of the file leads in circles. Give the last one.")


def _get(place: Destination) -> urllib3.BaseHTTPResponse:
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    pool: Any
    if place.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            place.address, place.port, timeout=timeout, retries=False, server_hostname=place.host, assert_hostname=place.host
        )
    else:
        pool = urllib3.HTTPConnectionPool(place.address, place.port, timeout=timeout, retries=False)
    parts = urllib3.util.parse_url(place.url)
    try:
        answer: urllib3.BaseHTTPResponse = pool.urlopen(
            "GET", parts.request_uri, headers={"Host": parts.netloc or place.host, "Accept": "*/*"}, redirect=False, preload_content=False
        )
    except urllib3.exceptions.HTTPError as error:
        raise NotFetched("The server of the file did not answer. Try again later.", may_work_later=True) from error
    return answer


def _copy(answer: urllib3.BaseHTTPResponse, into: BinaryIO, most_bytes: int, limit: float) -> None:
    size = 0
    for piece in answer.stream(PIECE):
        size += len(piece)
        if size > most_bytes:
            raise NotFetched("The file is too large. Give a smaller one.")
        if time.monotonic() > limit:
            raise NotFetched("The file came too slowly. Try again later.", may_work_later=True)
        into.write(piece)


__all__ = ["NotFetched", "UnsafeAddress", "fetch"]
