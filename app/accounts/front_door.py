"""What happens around every request: who is asking, what a stranger is answered, and remembering who is still there."""

from http import HTTPStatus
from math import ceil
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from app.accounts import sessions
from app.accounts.current import Workplace
from app.core.clock import now
from app.core.error_pages import answer, wants_json
from app.core.htmx import comes_from_htmx
from app.extensions import limiter, login

MINUTE = 60
BACKGROUND = "Homeroom-Background"
"""Header of requests that a page makes by itself, such as polling; they do not keep a session alive."""


def init_app(app: Flask) -> None:
    """Teach Flask-Login our sessions, and register the answers to strangers."""
    login.user_loader(sessions.staff_of_session)
    login.unauthorized_handler(ask_to_sign_in)
    login.session_protection = None  # a phone changes its address all the time; the token is what counts
    app.after_request(remember_seen)
    app.register_error_handler(CSRFError, refuse_forgery)
    app.register_error_handler(RateLimitExceeded, ask_for_patience)


def ask_to_sign_in() -> ResponseReturnValue:
    """Send a page to the sign-in form and back; tell a script, which then asks above the page: what is being written stays."""
    if comes_from_htmx():
        return Response(_("Please sign in again"), HTTPStatus.UNAUTHORIZED)
    if wants_json():
        return answer(HTTPStatus.UNAUTHORIZED, _("Sign in first."), code="unauthorized")
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect("/sign-in" + (f"?{urlencode({'next': wanted})}" if wanted and wanted != "/" else ""), HTTPStatus.SEE_OTHER)


def refuse_forgery(_error: CSRFError) -> ResponseReturnValue:
    """A form without its token changes nothing. Somebody who was signed out meanwhile is asked to sign in."""
    if not current_user.is_authenticated and request.endpoint and "_user_id" in session:
        return ask_to_sign_in()
    return answer(HTTPStatus.BAD_REQUEST, "", code="csrf")


def ask_for_patience(_error: RateLimitExceeded) -> ResponseReturnValue:
    """Say how long to wait. Retry-After says it to programs."""
    limit, seconds = limiter.current_limit, MINUTE
    if limit is not None:  # its moment is rounded up: never more than the whole window
        seconds = min(max(1, ceil(limit.reset_at - now().timestamp())), limit.limit.get_expiry())
    minutes = ceil(seconds / MINUTE)
    wait = ngettext("Wait %(num)s minute, then try again.", "Wait %(num)s minutes, then try again.", minutes)
    tries = _("There were too many tries in a short time.")
    response = answer(HTTPStatus.TOO_MANY_REQUESTS, f"{tries} {wait}", code="too_many_requests")
    response.headers["Retry-After"] = str(seconds)
    return response


def remember_seen(response: Response) -> Response:
    """Once a minute, after the answer has left: no page waits for the writer, and most requests write nothing."""
    place: Workplace | None = g.get("workplace")
    moment = now()
    if place is None or moment - place.session.last_seen_at < sessions.SEEN_EVERY or BACKGROUND in request.headers:
        return response
    app, session_id, staff_id = current_app._get_current_object(), place.session.id, place.session.staff_id  # type: ignore[attr-defined]  # noqa: SLF001  (Flask's way to keep the application beyond the request)

    def write() -> None:
        with app.app_context():
            sessions.note_seen(session_id, staff_id, moment)

    response.call_on_close(write)
    return response
