"""One strict policy for every page: nothing inline, nothing from elsewhere."""

import secrets
from collections.abc import Sequence

from flask import Flask, Response, g
from werkzeug.datastructures import Headers

PERMISSIONS = "camera=(), microphone=(self), display-capture=(), geolocation=(), payment=()"
"""The phone in the browser, and greetings, need a microphone on many pages."""
VIDEO_PERMISSIONS = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=()"
"""For the rooms of video calls alone."""


def csp_nonce() -> str:
    """This response's nonce for script elements."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def init_app(app: Flask, *, secure: bool) -> None:
    """Send the headers with every answer, and give templates the nonce."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    fixed = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
    }
    if secure:
        fixed["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    html = _checked(fixed | {"Content-Security-Policy": policy(None), "Cache-Control": "no-store"})
    sealed = "default-src 'none'; frame-ancestors 'none'; sandbox"
    other = _checked(fixed | {"Content-Security-Policy": sealed, "Cache-Control": "no-store"})

    @app.after_request
    def add_headers(response: Response) -> Response:
        wanted = html if response.mimetype == "text/html" else other
        nonce = g.get("csp_nonce")
        if nonce and wanted is html:
            response.headers.setdefault("Content-Security-Policy", policy(nonce))
        there = response.headers._list  # noqa: SLF001  # adding checks each value again, and these were checked at the start
        said = {name.lower() for name, _value in there}
        there += [pair for name, pair in wanted if name not in said]
        return response


def _checked(headers: dict[str, str]) -> list[tuple[str, tuple[str, str]]]:
    """Headers that may be sent as they are, each under its name in small letters."""
    return [(name.lower(), (name, value)) for name, value in Headers(headers)]


def policy(nonce: str | None, *, connect: Sequence[str] = (), media: Sequence[str] = ()) -> str:
    """The policy of a page. Without a nonce it may run no inline script at all. `connect` and `media` name other origins it may reach."""
    script = f"'self' 'nonce-{nonce}'" if nonce else "'self'"
    reached, heard = " ".join(["'self'", *connect]), " ".join(["'self'", "blob:", *media])
    return (
        f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        f"connect-src {reached}; media-src {heard}; worker-src 'self' blob:; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
