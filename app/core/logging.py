"""Structured logs: one line a fact, with a correlation id, without what people wrote or who they are."""

import logging
import secrets
import sys
from http import HTTPStatus

import structlog
from flask import Flask, Response, g, request

HEADER = "X-Request-ID"


def configure(log_format: str) -> None:
    """Send structlog and the standard library's loggers to stderr, for people or for machines."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format="%(levelname)s %(name)s %(message)s",
    )


def correlation_id() -> str:
    """The id that a person can read out and an operator can find: also in the error page and the answer's header."""
    if "correlation_id" not in g:
        g.correlation_id = f"HR-{secrets.token_hex(2).upper()}-{secrets.token_hex(2).upper()}"
    return str(g.correlation_id)


def init_app(app: Flask) -> None:
    """Bind a correlation id to every request."""

    @app.before_request
    def bind() -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=correlation_id())

    @app.after_request
    def answer(response: Response) -> Response:
        response.headers[HEADER] = correlation_id()
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            structlog.get_logger().error("request.failed", status=response.status_code, endpoint=request.endpoint)
        return response

    app.jinja_env.globals["correlation_id"] = correlation_id
