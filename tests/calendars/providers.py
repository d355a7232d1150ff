"""Google and Microsoft as their documentation has them, on loopback: consent, tokens with PKCE, revocation, and a calendar each."""

import base64
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import jwt
from flask import Flask, Response, jsonify, redirect, request

from tests.delivery.house import listening
from tests.servers import free_port

CLIENT, SECRET = "client-of-the-house", "secret-of-the-house"
GOOGLE_SCOPE = "openid email https://www.googleapis.com/auth/calendar.events.readonly"
OUTLOOK_SCOPE = "openid email profile https://graph.microsoft.com/Calendars.ReadBasic"


@dataclass
class Providers:
    """Who consents there, what stands in the calendars, and what was asked."""

    origin: str = ""
    person: str = "Zoe@example.org"
    says_no: bool = False
    scope: str | None = None
    """What is granted, if less than asked."""
    google_events: list[dict[str, Any]] = field(default_factory=list)
    outlook_events: list[dict[str, Any]] = field(default_factory=list)
    page: int = 250
    is_broken: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    access: set[str] = field(default_factory=set)
    refresh: dict[str, str] = field(default_factory=dict)
    """Refresh tokens, and whose they are."""
    refreshed: int = 0
    revoked: list[str] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    leads_elsewhere: bool = False

    def app(self) -> Flask:
        """Their web server."""
        app = Flask("providers")
        app.get("/o/oauth2/v2/auth")(self.consent)
        app.get("/common/oauth2/v2.0/authorize")(self.consent)
        app.post("/token", endpoint="google_token")(lambda: self.token(GOOGLE_SCOPE, rotates=False))
        app.post("/common/oauth2/v2.0/token", endpoint="outlook_token")(lambda: self.token(OUTLOOK_SCOPE, rotates=True))
        app.post("/revoke")(self.revoke)
        app.get("/calendar/v3/calendars/primary/events")(self.google)
        app.get("/v1.0/me/calendarView")(self.outlook)
        return app

    def consent(self) -> Any:
        asked = request.args
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == ("code", CLIENT, "S256")
        if self.says_no:
            return redirect(f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}")
        code = f"code-{len(self.codes)}"
        self.codes[code] = {"challenge": asked["code_challenge"], "to": asked["redirect_uri"]}
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def token(self, scope: str, *, rotates: bool) -> Any:
        form = request.form
        if self.is_broken:
            return Response("<h1>Bad</h1>", 502)
        if (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return jsonify({"error": "invalid_client"}), 401
        number = len(self.access) + self.refreshed
        body: dict[str, Any] = {"token_type": "Bearer", "expires_in": 3599, "access_token": f"access-{number}"}
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self.refresh:
                return jsonify({"error": "invalid_grant"}), 400
            self.refreshed += 1
            if rotates:
                body["refresh_token"] = self._new_refresh(self.refresh.pop(form["refresh_token"]))
        else:
            known = self.codes.pop(form["code"], None)
            proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            if known is None or (known["challenge"], known["to"]) != (proof, form["redirect_uri"]):
                return jsonify({"error": "invalid_grant"}), 400
            claims = {"aud": CLIENT, "exp": int(time.time()) + 3600, "email": self.person}
            body |= {"refresh_token": self._new_refresh(self.person), "id_token": jwt.encode(claims, "k" * 32, "HS256")}
            body["scope"] = self.scope or scope
        self.access.add(body["access_token"])
        return body

    def _new_refresh(self, whose: str) -> str:
        token = f"refresh-{len(self.refresh) + self.refreshed}"
        self.refresh[token] = whose
        return token

    def revoke(self) -> Any:
        if self.is_broken:
            return Response(status=503)
        token = request.form["token"]
        if self.refresh.pop(token, None) is None:
            return jsonify({"error": "invalid_token"}), 400
        self.revoked.append(token)
        return {}

    def _is_let_in(self) -> bool:
        self.queries.append(dict(request.args))
        return request.headers.get("Authorization", "").removeprefix("Bearer ") in self.access

    def google(self) -> Any:
        if self.is_broken:
            return jsonify({"error": {"code": 500}}), 500
        if not self._is_let_in():
            return jsonify({"error": {"code": 401}}), 401
        first = int(request.args.get("pageToken", 0))
        more = {"nextPageToken": str(first + self.page)} if first + self.page < len(self.google_events) else {}
        return {"items": self.google_events[first : first + self.page], **more}

    def outlook(self) -> Any:
        if self.is_broken:
            return Response(status=503)
        if not self._is_let_in():
            return jsonify({"error": {"code": "InvalidAuthenticationToken"}}), 401
        assert request.headers["Prefer"] == 'outlook.timezone="UTC"'
        first = int(request.args.get("$skip", 0))
        following = f"{'http://127.0.0.1:9' if self.leads_elsewhere else self.origin}/v1.0/me/calendarView?$skip={first + self.page}"
        more = {"@odata.nextLink": following} if first + self.page < len(self.outlook_events) else {}
        return {"value": self.outlook_events[first : first + self.page], **more}


@contextmanager
def running_providers() -> Iterator[Providers]:
    """Both, at one origin."""
    port = free_port()
    both = Providers(f"http://127.0.0.1:{port}")
    with listening(both.app(), port):
        yield both
