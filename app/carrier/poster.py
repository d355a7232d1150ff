"""POSTs to one address by the thousand, with the standard library's HTTP client on connections that stay open.

urllib3 wraps the same client; without the wrapping a hand-over costs a third less. Nothing is redirected and nothing is sent twice.
"""

import select
import ssl
from collections import deque
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from app.carrier.gateway import CarrierBusy, CarrierUnreachable

MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    retry_after: str | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: until a connection is there, and between two pieces of an answer."""

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
    _free: deque[HTTPConnection] = field(default_factory=deque)
    _to: SplitResult = field(init=False)
    _sent: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """What is the same each time is put together once."""
        self._to = urlsplit(self.url)
        self._sent = {**self.headers, "Content-Type": "application/x-www-form-urlencoded", "Connection": "keep-alive"}

    def post(self, form: str) -> Answer:
        """The answer to `form`, which is already encoded."""
        line = self._connection()
        try:
            line.request("POST", self._to.path or "/", form.encode(), self._sent)
            answer = line.getresponse()
            body = _whole(answer)
        except (OSError, HTTPException, ValueError) as error:
            line.close()
            raise CarrierUnreachable(type(error).__name__) from error
        if answer.isclosed() and line.sock is not None and len(self._free) < self.connections:
            self._free.append(line)
        else:
            line.close()
        return Answer(answer.status, answer.headers.get("Retry-After"), body)

    def _connection(self) -> HTTPConnection:
        """One that is open and silent, the last used first; or a new one."""
        while self._free:
            try:
                line = self._free.pop()
            except IndexError:
                break
            if not _has_something_to_say(line):
                return line
            line.close()
        host, port = self._to.hostname or "", self._to.port
        line = (
            HTTPSConnection(host, port, timeout=self.limits.connect, context=self.trust)
            if self._to.scheme == "https"
            else HTTPConnection(host, port, timeout=self.limits.connect)
        )
        try:
            line.connect()
        except OSError as error:  # names, routes, refusals, certificates: nothing left
            line.close()
            raise CarrierBusy(is_away=True) from error
        line.sock.settimeout(self.limits.read)
        return line


def _whole(answer: HTTPResponse) -> bytes:
    """The content of an answer that came to its end and is not too long. Raises HTTPException."""
    body = answer.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES or (answer.length and not answer.chunked):
        raise HTTPException
    return body


def _has_something_to_say(line: HTTPConnection) -> bool:
    """An idle connection that can be read has been closed, or is out of step."""
    watch = select.poll()
    watch.register(line.sock, select.POLLIN)
    return bool(watch.poll(0))
