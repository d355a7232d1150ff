"""Flask's signed session cookies, checked once: a browser sends the same one with each request."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

from app.core.varying import vary_on

REMEMBERED = 4_000


class CheckedCookies(SecureCookieSessionInterface):
    """Remembers what was signed rightly. How old a cookie may be is asked each time."""

    def __init__(self, app: Flask) -> None:
        self.read = lru_cache(maxsize=REMEMBERED)(self._read)
        self.serializer_of_app = self.get_signing_serializer(app)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds; an empty session for a wrong or an old one."""
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        try:
            content, signed_at = self.read(cookie)
        except BadSignature:
            return self.session_class()
        if datetime.now(UTC) - signed_at > app.permanent_session_lifetime:
            return self.session_class()
        if any(isinstance(value, list | dict) for value in content.values()):
            content, _signed_at = self._read(cookie)  # somebody may add to it in place
        return self.session_class(content)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where there is something to send."""
        if session.accessed:
            vary_on(response, "Cookie")
        if session.modified or session.permanent:
            super().save_session(app, session, response)

    def _read(self, cookie: str) -> tuple[dict[str, Any], datetime]:
        if self.serializer_of_app is None:
            raise BadSignature(cookie)
        content, signed_at = self.serializer_of_app.loads(cookie, return_timestamp=True)
        return content, signed_at


def init_app(app: Flask) -> None:
    """Once the secret key is set."""
    app.session_interface = CheckedCookies(app)
