"""POSTs to one address by the thousand: plain HTTP/1.1 on connections that stay open, at a third of a client library's cost.

It knows what this one request needs and no more: no redirects, no cookies, no compression, nothing sent twice.
"""

import re
import select
import socket
import ssl
import time
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.carrier.gateway import CarrierBusy, CarrierUnreachable

MOST_BYTES = 1024 * 1024
READ_AT_ONCE = 64 * 1024
_STATUS = re.compile(rb"HTTP/1\.([01]) (\d{3})(?: |$)")
NO_CONTENT = frozenset({204, 304})
FINAL = 200


class BadAnswer(Exception):
    """Not HTTP, or not all of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[bytes, bytes]
    """Names in small letters; of those that come twice the last."""
    body: bytes
    may_stay: bool
    """Whether the connection can be used again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds."""

    connect: float
    read: float


@dataclass(slots=True)
class Poster:
    """Any number of threads may use it. Raises CarrierBusy where surely nothing was taken, CarrierUnreachable where nobody knows."""

    url: str
    headers: dict[str, str]
    limits: Limits
    trust: ssl.SSLContext
    connections: int
    """Kept open at most."""
    _free: deque[socket.socket] = field(default_factory=deque)
    _address: tuple[str, int] = ("", 0)
    _is_safe: bool = True
    _head: bytes = b""

    def __post_init__(self) -> None:
        """Everything that is the same each time is put together once."""
        parts = urlsplit(self.url)
        self._is_safe = parts.scheme == "https"
        self._address = (parts.hostname or "", parts.port or (443 if self._is_safe else 80))
        fixed = {"Host": parts.netloc.rpartition("@")[2], "Accept-Encoding": "identity", "Connection": "keep-alive"} | self.headers
        fixed["Content-Type"] = "application/x-www-form-urlencoded"
        lines = [f"POST {parts.path or '/'} HTTP/1.1", *(f"{name}: {value}" for name, value in fixed.items())]
        self._head = ("\r\n".join(lines) + "\r\nContent-Length: ").encode("latin-1")

    def post(self, form: str) -> Answer:
        """The answer to `form`, which is already encoded."""
        data = form.encode()
        sock = self._connection()
        try:
            sock.sendall(b"%s%d\r\n\r\n%s" % (self._head, len(data), data))
            answer = read_answer(sock, time.monotonic() + self.limits.read)
        except (OSError, BadAnswer) as error:
            sock.close()
            raise CarrierUnreachable(type(error).__name__) from error
        if answer.may_stay and len(self._free) < self.connections:
            self._free.append(sock)
        else:
            sock.close()
        return answer

    def _connection(self) -> socket.socket:
        """One that is open and silent, the last used first; or a new one."""
        while self._free:
            try:
                sock = self._free.pop()
            except IndexError:
                break
            if not _has_something_to_say(sock):
                return sock
            sock.close()
        try:
            sock = socket.create_connection(self._address, self.limits.connect)
            try:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._is_safe:
                    sock = self.trust.wrap_socket(sock, server_hostname=self._address[0])
            except OSError:
                sock.close()
                raise
        except OSError as error:  # names, routes, refusals, certificates: nothing left
            raise CarrierBusy(is_away=True) from error
        return sock


def _has_something_to_say(sock: socket.socket) -> bool:
    """An idle connection that can be read has been closed, or is out of step."""
    watch = select.poll()
    watch.register(sock, select.POLLIN)
    return bool(watch.poll(0))


def read_answer(sock: socket.socket, limit: float) -> Answer:
    """One whole answer, by the moment `limit`. Raises OSError and BadAnswer."""
    data = b""
    while True:
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += _more(sock, limit, len(data))
        status, is_modern, headers = _parse_head(data[:end])
        data = data[end + 4 :]
        if status >= FINAL:
            break
    closes = b"close" in headers.get(b"connection", b"").lower() or not is_modern
    if status in NO_CONTENT:
        return Answer(status, headers, b"", not closes and not data)
    if b"chunked" in headers.get(b"transfer-encoding", b"").lower():
        body, rest = _chunks(sock, data, limit)
        return Answer(status, headers, body, not closes and not rest)
    length = headers.get(b"content-length")
    if length is None:
        return Answer(status, headers, _until_the_end(sock, data, limit), may_stay=False)
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise BadAnswer("length")
    while len(data) < int(length):
        data += _more(sock, limit, len(data))
    return Answer(status, headers, data[: int(length)], not closes and len(data) == int(length))


def _parse_head(head: bytes) -> tuple[int, bool, dict[bytes, bytes]]:
    first, *lines = head.split(b"\r\n")
    found = _STATUS.match(first)
    if found is None:
        raise BadAnswer("status")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon:
            raise BadAnswer("header")
        headers[name.lower()] = value.strip()
    return int(found[2]), found[1] == b"1", headers


def _chunks(sock: socket.socket, data: bytes, limit: float) -> tuple[bytes, bytes]:
    body = b""
    while True:
        while (end := data.find(b"\r\n")) < 0:
            data += _more(sock, limit, len(data))
        try:
            size = int(data[:end].partition(b";")[0], 16)
        except ValueError:
            raise BadAnswer("chunk") from None
        if not 0 <= size <= MOST_BYTES - len(body):
            raise BadAnswer("chunk")
        while len(data) < end + 2 + size + 2:
            data += _more(sock, limit, len(data))
        body += data[end + 2 : end + 2 + size]
        data = data[end + 2 + size + 2 :]
        if size == 0:
            return body, data


def _until_the_end(sock: socket.socket, data: bytes, limit: float) -> bytes:
    while True:
        try:
            data += _more(sock, limit, len(data))
        except BadAnswer:
            return data


def _more(sock: socket.socket, limit: float, known: int) -> bytes:
    left = limit - time.monotonic()
    if left <= 0:
        raise TimeoutError
    sock.settimeout(left)
    data = sock.recv(READ_AT_ONCE)
    if not data or known > MOST_BYTES:
        raise BadAnswer("end")
    return data
