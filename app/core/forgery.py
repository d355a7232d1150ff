"""Flask-WTF's protection against forged forms, as it is, without its costs where nothing can be forged."""

import time
from functools import lru_cache

from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import URLSafeTimedSerializer

SECRET = "csrf_token"  # noqa: S105  # the name under which Flask-WTF keeps a session's secret
READING = frozenset({"GET", "HEAD", "OPTIONS"})
REMEMBERED = 500


class FormGuard(CSRFProtect):
    """The same decisions; the method is looked at first."""

    def protect(self, apply_exemptions: bool = False) -> None:  # noqa: FBT001, FBT002  # the library's signature
        """Refuse a change that does not come from a page of ours."""
        if request.method not in READING:
            super().protect(apply_exemptions)


def csrf_token() -> bytes:
    """The token of this answer's forms. Its signature holds the second, so within one it is signed once for each session."""
    here = g._get_current_object()  # noqa: SLF001  # the documented way past the proxy
    if "csrf_bytes" not in here:
        secret = session.get(SECRET)
        signed = current_app.extensions["signed_csrf"]
        here.csrf_bytes = signed(secret, int(time.time())) if isinstance(secret, str) else generate_csrf().encode()
    token: bytes = here.csrf_bytes
    return token


def init_app(app: Flask) -> None:
    """Once the secret key is set. The same serializer as Flask-WTF's, made once."""
    serializer = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")

    @lru_cache(maxsize=REMEMBERED)
    def signed(secret: str, _second: int) -> bytes:
        return str(serializer.dumps(secret)).encode()

    app.extensions["signed_csrf"] = signed
