"""Every failure says what to do: a page, a fragment or JSON, never a bare number."""

import errno
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_login import AnonymousUserMixin
from jinja2 import TemplateNotFound
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException

from app.core.database import db
from app.core.errors import HomeroomError
from app.core.logging import correlation_id

log = structlog.get_logger()

PASSING = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_IOERR")
NO_ROOM = _l("There is no room for files just now. What was sent before is safe. Tell the office.")


Shape = Callable[[int, str, str | None], Response]
"""Makes the answer from a status, the advice (empty: none is known) and a code."""


def answer_under(app: Flask, base: str, shape: Shape) -> None:
    """Have errors at addresses below `base` told by `shape`, because programs there expect one of their own."""
    app.extensions.setdefault("error_shapes", {})[base] = shape


def init_app(app: Flask) -> None:
    """Answer refusals, HTTP errors and surprises."""

    @app.errorhandler(HomeroomError)
    def refused(error: HomeroomError) -> Response:
        return answer(error.status, error.advice, code=error.code)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.response is not None:
            return make_response(error.response)
        response = answer(error.code or 500, "")
        for name, value in error.get_headers():
            if name not in {"Content-Type", "Content-Length"}:
                response.headers[name] = value
        return response

    answer_trouble(app)


def answer_trouble(app: Flask) -> None:
    """Answer what is nobody's refusal: a database or a disk that is away, values beyond measure, and surprises."""

    @app.errorhandler(OperationalError)
    @app.errorhandler(NoConnectionFree)
    def database_away(error: Exception) -> Response:
        """The database is away, or somebody holds it for very long: say so, without asking it who is asking."""
        if not _is_away(error):
            return surprise(error)
        with suppress(SQLAlchemyError):
            db.session.rollback()
        g._login_user = AnonymousUserMixin()  # noqa: SLF001  # where Flask-Login keeps whom it loaded
        log.error("request.no_database", endpoint=request.endpoint, exc_info=error)
        response = answer(HTTPStatus.SERVICE_UNAVAILABLE, "")
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(OSError)
    def disk_full(error: OSError) -> Response:
        """There is no room for a file: nothing was kept of it, and the operator reads why."""
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            return surprise(error)
        db.session.rollback()
        log.error("request.disk_full", endpoint=request.endpoint, exc_info=error)
        return answer(HTTPStatus.SERVICE_UNAVAILABLE, str(NO_ROOM))

    @app.errorhandler(DataError)
    @app.errorhandler(OverflowError)
    def beyond_measure(error: Exception) -> Response:
        """A number that is too large, or a text that is too long, for where it belongs: no page sends such."""
        db.session.rollback()
        log.warning("request.beyond_measure", endpoint=request.endpoint, exc_info=error)
        return answer(HTTPStatus.BAD_REQUEST, "")

    @app.errorhandler(Exception)
    def surprise(error: Exception) -> Response:
        db.session.rollback()
        log.error("request.crashed", endpoint=request.endpoint, exc_info=error)
        if app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "")


def _is_away(error: Exception) -> bool:
    """Whether it may answer in a moment. SQLite calls a missing table operational, too."""
    name: str | None = getattr(getattr(error, "orig", None), "sqlite_errorname", None)
    return name is None or name.startswith(PASSING)


def answer(status: int, advice: str, *, code: str | None = None) -> Response:
    """The page for `status` in the shape that was asked for; `advice` replaces its usual sentence."""
    number = int(status)
    shapes: dict[str, Shape] = current_app.extensions.get("error_shapes", {})
    for base, shape in shapes.items():
        if request.path.startswith(base):
            return shape(number, advice, code)
    if wants_json():
        body = {
            "error": {
                "code": code or HTTPStatus(number).phrase.lower().replace(" ", "_"),
                "message": advice,
                "request_id": correlation_id(),
            }
        }
        return make_response(jsonify(body), number)
    try:
        html = render_template([f"errors/{number}.html", "errors/error.html"], status=number, advice=advice)
    except TemplateNotFound:
        html = f"{number} {HTTPStatus(number).phrase}"
    return make_response(html, number)


def wants_json() -> bool:
    """Whether the caller is a program."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
