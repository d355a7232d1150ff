"""JSON over HTTP, as both carriers of faxes speak it, on connections that stay open."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3

from app.carrier.asking import ask, check, connections
from app.carrier.gateway import CarrierRefused, CarrierUnreachable

SUCCESS = range(200, 300)
CONNECTIONS = 8

Answer = dict[str, Any]


@dataclass(frozen=True)
class FaxApi:
    """What stands at `base`, reached with `headers`. `refusal` turns status and content of a refusal into what is raised."""

    base: str
    headers: dict[str, str]
    refusal: Callable[[int, Answer], CarrierRefused]
    _pools: urllib3.PoolManager = field(default_factory=lambda: connections(CONNECTIONS), repr=False)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """What is there. Raises CarrierRefused, CarrierBusy, CarrierUnreachable."""
        return self.request("GET", path + (f"?{urlencode(query)}" if query else ""))

    def post(self, path: str, content: Mapping[str, Any] | None = None) -> Answer:
        """Have something done; raises as `get` does."""
        return self.request("POST", path, content)

    def delete(self, path: str) -> None:
        """Have something forgotten; raises as `get` does."""
        self.request("DELETE", path)

    def request(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Answer:
        """One request, and its answer as a dictionary."""
        address = urlsplit(self.base)
        sent = self.headers | {"Accept": "application/json"} | ({"Content-Type": "application/json"} if content is not None else {})
        body = json.dumps(content) if content is not None else None
        pool = self._pools.connection_from_url(f"{address.scheme}://{address.netloc}")
        answer = ask(pool, method, address.path + path, body=body, headers=sent)
        check(answer.status, answer.headers.get("Retry-After"))
        given = _read(answer.data)
        if answer.status not in SUCCESS:
            raise self.refusal(answer.status, given or {})
        if given is None:
            raise CarrierUnreachable("the carrier's answer makes no sense")
        return given


def _read(data: bytes) -> Answer | None:
    """An object, also an empty one; a list as the `items` of one; None for anything else."""
    if not data.strip():
        return {}
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if isinstance(given, list):
        return {"items": given}
    return given if isinstance(given, dict) else None
