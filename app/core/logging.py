"""Structured logs: one line a fact, with a correlation id, without what people wrote or who they are."""

import logging
import random
import sys
import traceback
from http import HTTPStatus
from pathlib import Path

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict

HEADER = "X-Request-ID"
FRAMES = 12
"""So many places of a crash its log line names, the innermost last."""


_PROCESSORS: list[structlog.types.Processor] = []
"""One list for the life of the process: a logger that was used before keeps the list it was given, and must see what changes."""


def configure(log_format: str) -> None:
    """Send structlog and the standard library's loggers to stderr, for people or for machines."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    _PROCESSORS[:] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        exceptions_without_words,
        renderer,
    ]
    structlog.configure(
        processors=_PROCESSORS,
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
    here = g._get_current_object()  # noqa: SLF001  # the documented way past the proxy
    if "correlation_id" not in here:
        letters = f"{random.getrandbits(32):08X}"  # it names a request and protects nothing; asking the system takes longer
        here.correlation_id = f"HR-{letters[:4]}-{letters[4:]}"
    return str(here.correlation_id)


def exceptions_without_words(_logger: object, _name: str, line: EventDict) -> EventDict:
    """Say what was raised and where, by types and places only: messages quote what people wrote and database rows."""
    given = line.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is None:
        return line
    chain = [error]
    while (deeper := chain[-1].__cause__ or chain[-1].__context__) is not None and deeper not in chain:
        chain.append(deeper)
    frames = traceback.extract_tb(chain[-1].__traceback__)[-FRAMES:]
    line["raised"] = " from ".join(type(each).__name__ for each in chain)
    line["at"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return line


def init_app(app: Flask) -> None:
    """Bind a correlation id to every request."""

    @app.before_request
    def bind() -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=correlation_id())

    @app.after_request
    def answer(response: Response) -> Response:
        response.headers._list.append((HEADER, correlation_id()))  # noqa: SLF001  # nobody else sets it, and setting looks through all headers
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger = structlog.get_logger()  # what the house does not do has not failed
            note = logger.info if response.status_code == HTTPStatus.NOT_IMPLEMENTED else logger.error
            note("request.failed", status=response.status_code, endpoint=request.endpoint)
        return response

    app.jinja_env.globals["correlation_id"] = correlation_id
