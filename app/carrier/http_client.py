"""How the carrier's own client reaches the carrier: on connections that stay open, with time limits, never sending twice."""

import logging
import ssl
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import certifi
import urllib3
from twilio.http import HttpClient
from twilio.http.response import Response

from app.carrier.gateway import CarrierBusy, CarrierUnreachable
from app.carrier.poster import Limits, Poster

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
SERVER_ERROR = 500
TOO_MANY = 429


class PooledHttpClient(HttpClient):
    """Every request of the client goes through here, and with `base` to that address instead of the carrier's hosts.

    Raises CarrierBusy where the carrier surely took nothing, and CarrierUnreachable where nobody knows.
    """

    def __init__(self, base: str | None, connections: int) -> None:
        """Keep up to `connections` connections open to each host."""
        super().__init__(logging.getLogger("homeroom.carrier"), is_async=False)
        self._base = urlsplit(base) if base else None
        self._connections = connections
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}
        self._manager = urllib3.PoolManager(
            num_pools=8,
            maxsize=connections,
            retries=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            ssl_context=_trust(),
        )

    def request(  # noqa: PLR0917  # the library's interface
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: FBT001, FBT002
    ) -> Response:
        """Make one request."""
        pool, path, meant = self._way_to(uri)
        sent = dict(headers or {})
        if auth:
            sent["Authorization"] = _basic(*auth)
        if meant:
            sent["X-Orig-Host"] = meant
        if params:
            path = f"{path}{'&' if '?' in path else '?'}{urlencode(params, doseq=True)}"
        body = urlencode(data, doseq=True) if data else None
        answer = ask(pool, method, path, body=body, headers=sent)
        check(answer.status, answer.headers.get("Retry-After"))
        return Response(answer.status, answer.data.decode("utf-8", "replace"), answer.headers)

    def poster(self, uri: str, headers: dict[str, str], auth: tuple[str, str]) -> Poster:
        """A short way for the one request that is made by the thousand."""
        origin, path, meant = self._address_of(uri)
        own = {"Authorization": _basic(*auth)} | ({"X-Orig-Host": meant} if meant else {})
        return Poster(origin + path, headers | own, Limits(CONNECT_SECONDS, READ_SECONDS), _trust(), self._connections)

    def _way_to(self, uri: str) -> tuple[urllib3.HTTPConnectionPool, str, str | None]:
        """The connections to use for `uri`, the path on them, and, when we go elsewhere, the host that was meant."""
        origin, path, meant = self._address_of(uri)
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = self._manager.connection_from_url(origin)
        return pool, path, meant

    def _address_of(self, uri: str) -> tuple[str, str, str | None]:
        origin, path, host = _split(uri)
        if self._base is None:
            return origin, path, None
        return f"{self._base.scheme}://{self._base.netloc}", self._base.path + path, host


def check(status: int, retry_after: str | None) -> None:
    """Tell apart what the carrier surely did not take, and what nobody knows."""
    if status == TOO_MANY:
        raise CarrierBusy(_seconds(retry_after))
    if status >= SERVER_ERROR:
        raise CarrierUnreachable(f"the carrier answered {status}")


def ask(
    pool: urllib3.HTTPConnectionPool, method: str, path: str, *, body: str | None = None, headers: dict[str, str], stream: bool = False
) -> urllib3.BaseHTTPResponse:
    """One request, in the house's own exceptions: what never left is CarrierBusy, anything unclear CarrierUnreachable."""
    try:
        return pool.urlopen(
            method, path, body=body, headers=headers, redirect=False, retries=False, assert_same_host=False, preload_content=not stream
        )
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError, urllib3.exceptions.SSLError) as error:
        raise CarrierBusy(is_away=True) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise CarrierUnreachable(type(error).__name__) from error


def _trust() -> ssl.SSLContext:
    """The machine's own authorities (and SSL_CERT_FILE), and those that come with the libraries where it has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@lru_cache(maxsize=256)
def _split(uri: str) -> tuple[str, str, str]:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}", parts.path + (f"?{parts.query}" if parts.query else ""), parts.netloc


@lru_cache(maxsize=16)
def _basic(user: str, password: str) -> str:
    return str(urllib3.make_headers(basic_auth=f"{user}:{password}")["authorization"])


def _seconds(retry_after: str | None) -> float | None:
    try:
        return min(max(float(retry_after or ""), 0.0), 600.0)
    except ValueError:
        return None
