"""A connection that breaks after the request was understood: what a crash or a cut line looks like to the caller."""

import contextlib
import socket
import time
from collections.abc import Iterator

from flask import Response, request


def lose_connection(seconds: float) -> Response:
    """Hold the caller for `seconds`, then hang up without an answer."""
    time.sleep(seconds)
    line = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")
    if isinstance(line, socket.socket):
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        return Response(status=502)
    return Response(_broken(), status=200, headers={"Content-Length": "2"})


def _broken() -> Iterator[bytes]:
    """Nothing, where two bytes were promised: servers that hide their socket must then close the connection."""
    yield b""
