"""One connection to a receiver: to the very address that was checked, with its name for TLS and Host. Redirects are not followed.

Nothing that a receiver does costs more than its seconds: connecting, answering, and the bytes of the answer are bounded.
"""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache

import certifi
import h11

from app.core.net_guard import Destination
from app.webhooks.errands import EXCERPT

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
MOST_BYTES = 64 * 1024
"""Of an answer. What comes beyond is not read, and the connection is closed."""
_CHUNK = 16 * 1024


class GoneStale(Exception):
    """The receiver had closed the connection while nobody used it: nothing of the request can have been answered."""


@dataclass(frozen=True, slots=True)
class Reply:
    """As much of an answer as is kept."""

    status: int
    excerpt: str
    asked_for: timedelta | None


class Wire:
    """Use it for one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, destination: Destination) -> None:
        """Connected already."""
        self._reader, self._writer = reader, writer
        self._speech = h11.Connection(h11.CLIENT)
        self._was_used = self._has_begun = False
        self.destination = destination
        self.is_open = True
        self.url = ""
        """Of the receiver for whom it was made."""
        self.idle_since = 0.0

    @classmethod
    async def to(cls, destination: Destination) -> "Wire":
        """Connect. Raises OSError, ssl.SSLError or TimeoutError."""
        is_secure = destination.scheme == "https"
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(
                destination.address,
                destination.port,
                ssl=_trust() if is_secure else None,
                server_hostname=destination.host if is_secure else None,
            )
        return cls(reader, writer, destination)

    async def ask(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Reply:
        """Send a request and read its answer. Raises GoneStale, OSError, TimeoutError, or h11.ProtocolError."""
        self._has_begun = False
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                speech = self._speech
                parts = [speech.send(h11.Request(method=method, target=target, headers=headers))]
                if body:
                    parts.append(speech.send(h11.Data(data=body)))
                parts.append(speech.send(h11.EndOfMessage()))
                self._writer.write(b"".join(part for part in parts if part))
                await self._writer.drain()
                while not isinstance(event := await self._next(), h11.Response):
                    pass  # a word in between, such as 103
                return await self._read(event)
        except (OSError, h11.RemoteProtocolError) as error:
            self.close()
            if self._was_used and not self._has_begun and not isinstance(error, TimeoutError):
                raise GoneStale from error
            raise
        except BaseException:
            self.close()
            raise

    async def _next(self) -> object:
        while (event := self._speech.next_event()) is h11.NEED_DATA:
            chunk = await self._reader.read(_CHUNK)
            self._has_begun = self._has_begun or bool(chunk)
            self._speech.receive_data(chunk)
        if isinstance(event, h11.ConnectionClosed):
            raise h11.RemoteProtocolError("it hung up without an answer")
        return event

    async def _read(self, response: h11.Response) -> Reply:
        kept, many = b"", 0
        while isinstance(event := await self._next(), h11.Data):
            many += len(event.data)
            kept = (kept + bytes(event.data))[: EXCERPT * 4]
            if many > MOST_BYTES:
                break
        if many > MOST_BYTES or self._speech.our_state is not h11.DONE or self._speech.their_state is not h11.DONE:
            self.close()
        else:
            self._speech.start_next_cycle()
            self._was_used = True
        asked = next((value for name, value in response.headers if name == b"retry-after"), None)
        return Reply(response.status_code, _readable(kept), _seconds(asked))

    def close(self) -> None:
        """Hang up."""
        self.is_open = False
        self._writer.close()


def _readable(raw: bytes) -> str:
    """The beginning of an answer, without what no page and no database can hold."""
    text = raw.decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)[:EXCERPT].strip()


def _seconds(value: bytes | None) -> timedelta | None:
    """How long a receiver asks to be left alone: in seconds, or until a date."""
    text = (value or b"").decode("ascii", "replace").strip()
    if text.isdecimal() and text.isascii():
        return timedelta(seconds=min(int(text[:9]), 86_400))
    try:
        until = parsedate_to_datetime(text)
        return (until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):  # all that a line of numbers makes of that function
        return None


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())
