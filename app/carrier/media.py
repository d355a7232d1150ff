"""Files of inbound texts: fetched from the carrier only, in pieces, up to a size, within a time."""

import time
from dataclasses import dataclass
from typing import BinaryIO, Self
from urllib.parse import urljoin, urlsplit

import urllib3

from app.carrier.gateway import CarrierBusy, CarrierUnreachable, MediaRefused

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
WHOLE_SECONDS = 60.0
MOST_HOPS = 4
PIECE = 64 * 1024
OK, GONE, TOO_MANY, SERVER_ERROR = 200, 404, 429, 500
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Origins:
    """Where files may come from. Our key goes only to `trusted` ones; `domains` are hosts under which the carrier keeps files."""

    trusted: frozenset[str]
    domains: tuple[str, ...] = ()

    @classmethod
    def of_twilio(cls) -> Self:
        """The carrier's API, and the stores that it sends us on to."""
        return cls(frozenset({"https://api.twilio.com"}), (".twilio.com", ".twiliocdn.com", ".amazonaws.com"))

    @classmethod
    def of_telnyx(cls) -> Self:
        """The stores in which its faxes lie, at addresses that are signed for a few minutes: our key goes nowhere."""
        return cls(frozenset(), (".telnyx.com", ".telnyxcloudstorage.com", ".amazonaws.com"))

    @classmethod
    def of_sinch(cls) -> Self:
        """Its fax API, and the stores that it sends us on to."""
        return cls(frozenset({"https://fax.api.sinch.com"}), (".sinch.com", ".amazonaws.com"))

    @classmethod
    def of_simulator(cls, *addresses: str) -> Self:
        """The simulator, under each address that it is known by."""
        return cls(frozenset(_origin(address) for address in addresses))

    def allow(self, url: str) -> bool:
        """Whether a file may be fetched from there."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        return _origin(url) in self.trusted or (parts.scheme == "https" and host.endswith(self.domains) and bool(self.domains))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


_manager = urllib3.PoolManager(num_pools=8, maxsize=4, retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS))


def fetch(url: str, into: BinaryIO, *, origins: Origins, auth: tuple[str, str] | None, most_bytes: int) -> str:
    """Write the file at `url` to `into`; returns the type that the carrier declares.

    Raises MediaRefused, and CarrierBusy or CarrierUnreachable where a later try may work.
    """
    limit = time.monotonic() + WHOLE_SECONDS
    for _hop in range(MOST_HOPS):
        if not origins.allow(url):
            raise MediaRefused("this file is not at the carrier")
        headers = urllib3.make_headers(basic_auth=":".join(auth)) if auth and _origin(url) in origins.trusted else {}
        try:
            answer = _manager.request("GET", url, headers=headers, redirect=False, preload_content=False)
        except urllib3.exceptions.HTTPError as error:
            raise CarrierUnreachable(type(error).__name__) from error
        try:
            if answer.status in REDIRECTS:
                url = urljoin(url, answer.headers.get("Location", ""))
                continue
            _check(answer)
            _copy(answer, into, most_bytes, limit)
            return str(answer.headers.get("Content-Type", "")).partition(";")[0].strip().lower()
        except urllib3.exceptions.HTTPError as error:
            raise CarrierUnreachable(type(error).__name__) from error
        finally:
            answer.drain_conn() if answer.status in REDIRECTS else answer.close()
    raise MediaRefused("the carrier sends us in circles for this file")


def _check(answer: urllib3.BaseHTTPResponse) -> None:
    if answer.status == TOO_MANY:
        raise CarrierBusy
    if answer.status >= SERVER_ERROR or answer.status == GONE:  # it may not be there yet
        raise CarrierUnreachable(f"the carrier answered {answer.status}")
    if answer.status != OK:
        raise MediaRefused(f"the carrier answered {answer.status}")


def _copy(answer: urllib3.BaseHTTPResponse, into: BinaryIO, most_bytes: int, limit: float) -> None:
    size = 0
    for piece in answer.stream(PIECE):
        size += len(piece)
        if size > most_bytes:
            raise MediaRefused("the file is too big", is_too_big=True)
        if time.monotonic() > limit:
            raise CarrierUnreachable("the file came too slowly")
        into.write(piece)
