"""A part of a file that a client asked for leaves as a whole one does: by the system, from where it begins.

Werkzeug would read from the file's first byte to find the part, and copy it piece by piece through a thread.
"""

from collections.abc import Callable, Iterable
from typing import Any, cast

from werkzeug.wsgi import _RangeWrapper

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def from_files(application: Application) -> Application:
    """Wrap what the server calls."""

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = application(environ, start_response)
        return _as_file(answer, environ.get("wsgi.file_wrapper")) if isinstance(answer, _RangeWrapper) else answer

    return call


def _as_file(part: _RangeWrapper, wrapper: Any) -> Iterable[bytes]:
    """The file itself, opened at the part; its length is in the answer's header, and the server sends no more than that."""
    whole: Any = part.iterable
    if wrapper is None or type(whole) is not wrapper:
        return part
    try:
        whole.filelike.fileno()
        whole.filelike.seek(part.start_byte)
    except (AttributeError, OSError):  # it is no file of the disk
        return part
    return cast("Iterable[bytes]", whole)
