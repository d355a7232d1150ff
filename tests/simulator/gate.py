"""The moment of death, chosen by count: a kill test must not depend on who is quicker, the house or the test that watches it."""

import math
import re
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.exceptions import ServiceUnavailable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SENDS = re.compile(r"/2010-04-01/Accounts/\w+/Messages\.json")
UNANSWERED = 5
"""What a carrier has taken, and could not say so any more, when the house dies."""
PATIENCE = 180.0


class Gate:
    """Around the network's WSGI application. Closed, it answers so many sends and no more.

    The next few are taken, but their answers wait; all further ones are not taken at all. Whoever still waits when it opens
    is dead, and nothing more comes of what they asked.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._news = threading.Condition()
        self._left = math.inf
        self._openings = 0

    def close_after(self, sends: int) -> None:
        """Answer so many more."""
        with self._news:
            self._left = sends

    def wait_until_closed(self) -> None:
        """Return once somebody waits for an answer."""
        with self._news:
            assert self._news.wait_for(lambda: self._left < 0, PATIENCE), f"{self._left} more were to come"

    def open(self, sends: float = math.inf) -> None:
        """Let go of whoever waits, and answer so many more."""
        with self._news:
            self._left = sends
            self._openings += 1
            self._news.notify_all()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or not SENDS.fullmatch(environ["PATH_INFO"]):
            return self._app(environ, start_response)
        with self._news:
            self._left -= 1
            left = self._left
            self._news.notify_all()
        if left < -UNANSWERED:
            self._wait()
            return ServiceUnavailable()(environ, start_response)
        answer = self._app(environ, start_response)
        if left < 0:
            self._wait()
        return answer

    def _wait(self) -> None:
        with self._news:
            before = self._openings
            self._news.wait_for(lambda: self._openings > before)
