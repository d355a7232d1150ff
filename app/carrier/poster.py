"""POSTs to one address by the thousand on connections that stay open, which the standard library's HTTP client opens.

The request is put together and its answer read here (`answers`): what the library does for any request, headers as an email has
them, was most of the time of a hand-over. Nothing is redirected and nothing is sent twice.
"""

import select
import ssl
from collections import deque
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from app.carrier.answers import Answer, answer_on
from app.carrier.gateway import CarrierBusy, CarrierUnreachable


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
    _head: bytes = field(init=False)
    """Up to the length of the form."""

    def __post_init__(self) -> None:
        """What is the same each time is put together once."""
        self._to = urlsplit(self.url)
        fields = {"Host": self._to.netloc.rpartition("@")[2], "Accept-Encoding": "identity", **self.headers}
        fields |= {"Content-Type": "application/x-www-form-urlencoded", "Connection": "keep-alive"}
        lines = [f"POST {self._to.path or '/'} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "Content-Length: "]
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a header of two lines")
        self._head = "\r\n".join(lines).encode("latin-1")

    def post(self, form: str) -> Answer:
        """The answer to `form`, which is already encoded."""
        line = self._connection()
        body = form.encode()
        try:
            line.sock.sendall(b"%b%d\r\n\r\n%b" % (self._head, len(body), body))
            answer, is_kept = answer_on(line.sock)
        except (OSError, ValueError) as error:
            line.close()
            raise CarrierUnreachable(type(error).__name__) from error
        if is_kept and len(self._free) < self.connections:
            self._free.append(line)
        else:
            line.close()
        return answer

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


def _has_something_to_say(line: HTTPConnection) -> bool:
    """An idle connection that can be read has been closed, or is out of step."""
    watch = select.poll()
    watch.register(line.sock, select.POLLIN)
    return bool(watch.poll(0))
