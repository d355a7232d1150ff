"""Fetching what somebody else's address names, without reaching into our own network: in pieces, up to a size, within a time.

Each hop of a redirect is an address of its own and checked anew; we connect to the very address that was checked.
"""

import socket
import threading
from collections.abc import Collection
from contextlib import suppress
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


class _Deadline:
    """Cuts the lines of one fetch when its time is over: a limit for each read is renewed by every byte that drips in."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._lines: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, line: socket.socket) -> None:
        """A copy is kept: TLS takes the socket itself over."""
        with self._lock:
            self._lines.append(line.dup())
        if self.is_over:
            self._cut()

    def end(self) -> None:
        """All is done."""
        self._timer.cancel()
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def _cut(self) -> None:
        self.is_over = True
        with self._lock:
            for line in self._lines:
                with suppress(OSError):  # it was hung up on meanwhile
                    line.shutdown(socket.SHUT_RDWR)


def fetch(url: str, into: BinaryIO, *, most_bytes: int, allowed_origins: Collection[str] = (), seconds: float | None = None) -> str:
    """Write the file at `url` to `into`; returns the type that its server declares. Raises NotFetched, UnsafeAddress.

    `allowed_origins` as in `net_guard.check`. Never longer than `seconds`, however it drips, and never inside a transaction.
    """
    if in_transaction():
        message = "a file is not fetched inside a transaction"
        raise RuntimeError(message)
    deadline = _Deadline(WHOLE_SECONDS if seconds is None else max(seconds, 1.0))
    try:
        return _fetch(url, into, most_bytes, allowed_origins, deadline)
    except NotFetched as refusal:
        if deadline.is_over:
            raise NotFetched("The file came too slowly. Try again later.", may_work_later=True) from refusal
        raise
    finally:
        deadline.end()


def _fetch(url: str, into: BinaryIO, most_bytes: int, allowed_origins: Collection[str], deadline: _Deadline) -> str:
    for _hop in range(MOST_HOPS):
        answer = _get(check(url, allowed_origins=allowed_origins), deadline)
        try:
            if answer.status in REDIRECTS:
                url = _redirected(url, answer.headers.get("Location", ""))
                continue
            if answer.status != OK:
                advice = f"The server answered {answer.status}. Check the address of the file."
                raise NotFetched(advice, may_work_later=answer.status in AGAIN)
            _copy(answer, into, most_bytes, deadline)
            return str(answer.headers.get("Content-Type", "")).partition(";")[0].strip().lower()
        except urllib3.exceptions.HTTPError as error:
            raise NotFetched("The file came only in part. Try again later.", may_work_later=True) from error
        finally:
            answer.close()
    raise NotFetched("The address of the file leads in circles. Give the last one.")


def _redirected(url: str, location: str) -> str:
    """Where a server sends us on. Raises NotFetched for what is no address."""
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise NotFetched("The address of the file leads to what is no address. Give another one.") from error


def _get(place: Destination, deadline: _Deadline) -> urllib3.BaseHTTPResponse:
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    pool: Any
    if place.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            place.address, place.port, timeout=timeout, retries=False, server_hostname=place.host, assert_hostname=place.host
        )
    else:
        pool = urllib3.HTTPConnectionPool(place.address, place.port, timeout=timeout, retries=False)
    pool.ConnectionCls = _watched(pool.ConnectionCls, deadline)
    try:
        parts = urllib3.util.parse_url(place.url)
    except urllib3.exceptions.LocationParseError as error:
        raise NotFetched("This is not a web address. Write it like https://example.org/path.") from error
    try:
        answer: urllib3.BaseHTTPResponse = pool.urlopen(
            "GET", parts.request_uri, headers={"Host": parts.netloc or place.host, "Accept": "*/*"}, redirect=False, preload_content=False
        )
    except urllib3.exceptions.HTTPError as error:
        raise NotFetched("The server of the file did not answer. Try again later.", may_work_later=True) from error
    return answer


def _watched(usual: Any, deadline: _Deadline) -> Any:
    """Connections whose line is known before a word is said over it: a handshake and a header can drip as well."""

    class Watched(usual):
        def _new_conn(self) -> socket.socket:
            line: socket.socket = super()._new_conn()
            deadline.watch(line)
            return line

    return Watched


def _copy(answer: urllib3.BaseHTTPResponse, into: BinaryIO, most_bytes: int, deadline: _Deadline) -> None:
    size = 0
    for piece in answer.stream(PIECE):
        size += len(piece)
        if size > most_bytes:
            raise NotFetched("The file is too large. Give a smaller one.")
        into.write(piece)
    if deadline.is_over:  # what has no length ends where it was cut
        raise NotFetched("The file came too slowly. Try again later.", may_work_later=True)


__all__ = ["NotFetched", "UnsafeAddress", "fetch"]
