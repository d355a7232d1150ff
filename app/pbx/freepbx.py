"""FreePBX, from version 15 on: its GraphQL API, with a token of the client credentials grant (Connectivity, API, Machine-to-Machine app).

The application needs the scopes gql:core and gql:framework; changes become real with `doreload`.
"""

import re
import threading
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
import structlog
from flask import Flask

from app.config import Settings
from app.pbx.errors import PbxFailed

log = structlog.get_logger()

_IS_A_NAME = re.compile(r"[A-Za-z_]{1,40}")
SCOPE = "gql:core gql:framework"
EARLIER = 60.0
"""Seconds before its end that a token is not used any more."""
USUAL_LIFE = 3600.0
OUTPUT = "{ status message }"
FETCH = "query Extension($id: ID) { fetchExtension(extensionId: $id) { status message user { extPassword } } }"
RELOAD = f"mutation Reload {{ doreload(input: {{}}) {OUTPUT} }}"
ADD, UPDATE, DELETE = "addExtension", "updateExtension", "deleteExtension"


@dataclass(frozen=True, slots=True)
class Line:
    """An extension as the telephone system is told of it."""

    number: int
    name: str
    email: str
    outbound_cid: str = ""
    secret: str = ""
    voicemail_pin: str = ""

    def fields(self, *, is_new: bool) -> dict[str, Any]:
        """The input of a mutation; a secret can be set by an update only."""
        given: dict[str, Any] = {
            "extensionId": str(self.number), "name": self.name, "email": self.email, "tech": "pjsip", "umEnable": False,
            "vmEnable": bool(self.email),
        }  # fmt: skip
        optional = {"outboundCid": self.outbound_cid, "vmPassword": self.voicemail_pin, "extPassword": "" if is_new else self.secret}
        return given | {name: value for name, value in optional.items() if value}


class Pbx(Protocol):
    """A telephone system. Every method raises PbxFailed; none may be called inside a transaction."""

    def put(self, line: Line) -> None:
        """Have this extension, whether or not it was there."""

    def remove(self, number: int) -> None:
        """Have it no more; one that is not there is no error."""

    def secret_of(self, number: int) -> str | None:
        """With which its phone registers, where the system says so."""


@dataclass
class FreePbx:
    """One FreePBX. A token is kept until shortly before its end."""

    base: str
    client_id: str
    client_secret: str
    timeout: float
    _token: str = ""
    _until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def put(self, line: Line) -> None:
        """An extension that is there is updated; a new one with a secret of its own is added first."""
        is_there = self._fetch(line.number) is not None
        if not is_there:
            self._mutate(ADD, line.fields(is_new=True))
        if is_there or line.secret:
            self._mutate(UPDATE, line.fields(is_new=False))
        self._reload()

    def remove(self, number: int) -> None:
        """With its voicemail box."""
        if self._fetch(number) is None:
            return
        self._mutate(DELETE, {"extensionId": str(number)})
        self._reload()

    def secret_of(self, number: int) -> str | None:
        """As the system made it."""
        found = self._fetch(number)
        secret = ((found or {}).get("user") or {}).get("extPassword")
        return secret if isinstance(secret, str) and secret else None

    def _fetch(self, number: int) -> dict[str, Any] | None:
        found = self._ask(FETCH, {"id": str(number)}).get("fetchExtension")
        return found if isinstance(found, dict) and found.get("status") else None

    def _mutate(self, name: str, fields: dict[str, Any]) -> None:
        query = f"mutation Change($input: {name}Input!) {{ {name}(input: $input) {OUTPUT} }}"
        self._check(name, self._ask(query, {"input": fields}).get(name))

    def _reload(self) -> None:
        self._check("doreload", self._ask(RELOAD, {}).get("doreload"))

    def _check(self, what: str, answer: Any) -> None:
        # it writes the truth of a status as a boolean, or as the text of one
        if not isinstance(answer, dict) or str(answer.get("status")).lower() not in {"true", "1"}:
            log.warning("pbx.refused", what=what)
            raise PbxFailed

    def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._valid_token()}", "Accept": "application/json"}
        given = self._post("/admin/api/api/gql", headers=headers, json={"query": query, "variables": variables})
        data = given.get("data")
        if given.get("errors") or not isinstance(data, dict):
            log.warning("pbx.errors", kinds=_kinds(given.get("errors")))
            raise PbxFailed
        return data

    def _valid_token(self) -> str:
        with self._lock:
            if monotonic() < self._until:
                return self._token
        # asked outside of the lock: two tokens at once do no harm, and a slow answer holds up nobody
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.client_secret, "scope": SCOPE}
        given = self._post("/admin/api/api/token", data=form)
        token, life = given.get("access_token"), given.get("expires_in")
        if not isinstance(token, str) or not token:
            raise PbxFailed
        with self._lock:
            self._token, self._until = token, monotonic() + float(life if isinstance(life, int) else USUAL_LIFE) - EARLIER
        return token

    def _post(self, path: str, **what: Any) -> dict[str, Any]:
        try:
            answer = requests.post(self.base.rstrip("/") + path, timeout=self.timeout, allow_redirects=False, **what)
            given = answer.json() if answer.ok else None
        except (requests.RequestException, ValueError) as error:
            log.warning("pbx.away", problem=type(error).__name__)
            raise PbxFailed from error
        if not isinstance(given, dict):
            if answer.status_code in {401, 403}:
                self._until = 0.0
            log.warning("pbx.status", status=answer.status_code)
            raise PbxFailed
        return given


def _kinds(errors: Any) -> list[str]:
    """What can be written down of GraphQL errors: where in the schema, and of which kind. Their words repeat what was sent."""
    found = []
    for each in errors[:5] if isinstance(errors, list) else []:
        more = each.get("extensions") if isinstance(each, dict) else None
        path = each.get("path") if isinstance(each, dict) else None
        kind = more.get("category") or more.get("code") if isinstance(more, dict) else None
        words = [kind, *(path[:2] if isinstance(path, list) else [])]
        found.append(" ".join(word if isinstance(word, str) and _IS_A_NAME.fullmatch(word) else "?" for word in words))
    return found


def host_of(settings: Settings) -> str:
    """Under which name phones find it."""
    return urlsplit(settings.freepbx_url or settings.public_url).hostname or "localhost"


def pbx_of(app: Flask) -> Pbx | None:
    """The telephone system behind this house, if there is one."""
    settings: Settings = app.extensions["settings"]
    if not settings.freepbx_url:
        return None
    known: Pbx | None = app.extensions.get("pbx")
    if known is None:
        known = FreePbx(settings.freepbx_url, settings.freepbx_client_id, settings.freepbx_client_secret, settings.freepbx_timeout)
        app.extensions["pbx"] = known
    return known
