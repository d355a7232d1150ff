"""How the carrier's own client reaches the carrier: on connections that stay open, with time limits, never sending twice."""

import logging
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from twilio.http import HttpClient
from twilio.http.response import Response

from app.carrier.asking import CONNECT_SECONDS, READ_SECONDS, ask, check, connections, trust
from app.carrier.poster import Limits, Poster


class PooledHttpClient(HttpClient):
    """Every request of the client goes through here, and with `base` to that address instead of the carrier's hosts.

    Raises CarrierBusy where the carrier surely took nothing, and CarrierUnreachable where nobody knows.
    """

    def __init__(self, base: str | None, most: int) -> None:
        """Keep up to `most` connections open to each host."""
        super().__init__(logging.getLogger("homeroom.carrier"), is_async=False)
        self._base = urlsplit(base) if base else None
        self._most = most
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}
        self._manager = connections(most)

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
        return Poster(origin + path, headers | own, Limits(CONNECT_SECONDS, READ_SECONDS), trust(), self._most)

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


@lru_cache(maxsize=256)
def _split(uri: str) -> tuple[str, str, str]:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}", parts.path + (f"?{parts.query}" if parts.query else ""), parts.netloc


@lru_cache(maxsize=16)
def _basic(user: str, password: str) -> str:
    return str(urllib3.make_headers(basic_auth=f"{user}:{password}")["authorization"])
