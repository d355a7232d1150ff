"""Another system: a real server that keeps what it is told, and answers as the test says."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Heard:
    """One request."""

    method: str
    target: str
    headers: dict[str, str]
    body: str


@dataclass
class Answer:
    """How it is answered. `wait` is set by the test when the answer may leave."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: threading.Event | None = None


class Receiver:
    """Listens on a free port of this machine until closed."""

    def __init__(self, answer: Callable[[Heard], Answer] | None = None) -> None:
        self.heard: list[Heard] = []
        self.answer = answer or (lambda _heard: Answer())
        self.at_once = self.most_at_once = self.connections = 0
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def origin(self) -> str:
        """As an allow-list names it."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def ids(self) -> list[str]:
        """The ids of the events that were heard, in their order."""
        return [one.headers["webhook-id"] for one in self.heard]

    def wait_for(self, many: int, seconds: float = 10) -> None:
        """Until so many requests were heard. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.heard) >= many, seconds):
                raise TimeoutError(f"{len(self.heard)} of {many}")

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _note(self, heard: Heard) -> None:
        with self._changed:
            self.heard.append(heard)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self._changed.notify_all()

    def _over(self) -> None:
        with self._changed:
            self.at_once -= 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            """One connection."""

            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                receiver.connections += 1
                super().setup()

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                heard = Heard(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                receiver._note(heard)
                answer = receiver.answer(heard)
                if answer.wait is not None:
                    answer.wait.wait(20)
                receiver._over()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in answer.headers:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                with suppress(OSError):  # who sends may hang up in the middle
                    self.wfile.write(answer.body)

            do_GET = do_POST = _serve  # noqa: N815  # the library's names

            def log_message(self, *_arguments: Any) -> None:
                """Say nothing."""

        return Handler
