"""All sockets of this process in the hands of one thread, so that a browser costs no thread of its own.

Engine.IO's threaded way takes four threads for each socket, and a push wakes as many threads as there are listeners. Here
the server's thread only shakes hands and passes the connection on. One thread reads from all of them, a few others do what
browsers ask for, and whoever pushes writes straight to each connection, which never waits: what a slow one does not take
is kept for it, up to a limit.
"""

import os
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from engineio import packet

from app.live.line import Line, handshake

log = structlog.get_logger()

HELPERS = 8
"""Threads that do what browsers ask for."""
TICK = 1.0
SILENT_SECONDS = 15.0
"""A connection that has not been let in by then is closed."""


class Hub:
    """One for each process that serves sockets."""

    def __init__(self, servers: Sequence[Any], most: int) -> None:
        """Hold up to `most` sockets of Socket.IO servers, each on a path of its own; nothing runs yet."""
        self.helpers = ThreadPoolExecutor(HELPERS, "live-helper")
        self._servers = {server.eio: server for server in servers}
        self._first = servers[0].eio
        self._most = most
        self._lines: set[Line] = set()
        self._pings: dict[Any, deque[tuple[float, Any]]] = {engine: deque() for engine in self._servers}
        self._selector = selectors.DefaultSelector()
        self._bell, self._ring = os.pipe()
        self._errands: deque[Callable[[], object]] = deque()
        self._thread = threading.Thread(target=self._run, name="live-hub", daemon=True)
        self._ends = False

    def take_over(self) -> None:
        """From now on this process's sockets are served here."""
        for engine, server in self._servers.items():
            server.async_handlers = False  # one browser's words in their order; helpers do them as it is
            engine.start_background_task = partial(self._task, engine, engine.start_background_task)
            engine._async = {**engine._async, "websocket": self._driver}  # noqa: SLF001  # the library's table of drivers
        os.set_blocking(self._bell, False)
        os.set_blocking(self._ring, False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._thread.start()

    def stop(self) -> None:
        """Hang up on everybody at once. Browsers come back by themselves, to whoever is there then."""
        self._ends = True
        for line in list(self._lines):
            line.abort()
        self.helpers.shutdown(wait=False, cancel_futures=True)
        self._wake()

    def soon(self, errand: Callable[[], object]) -> None:
        """Have the hub's thread do something."""
        self._errands.append(errand)
        if threading.current_thread() is not self._thread:
            self._wake()

    def watch(self, line: Line, *, writing: bool) -> None:
        """Listen to a line, and to when it can be written to again. In the hub's thread."""
        if line.is_over:
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if writing else 0)
        if line in self._lines:
            self._selector.modify(line.sock, wanted, line)
        else:
            self._lines.add(line)
            self._selector.register(line.sock, wanted, line)

    def forget(self, line: Line) -> None:
        """Close a line that is over. In the hub's thread."""
        if line in self._lines:
            self._lines.discard(line)
            self._selector.unregister(line.sock)
        line.sock.close()

    def _driver(self, handler: Any, _server: Any) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
        """What Engine.IO calls in the place of a WebSocket library, with a method of its socket."""

        def begin(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            connection = handler.__self__
            is_full = self._ends or self._has_its_share(connection.server) or not self._has_room()
            refusal = "503 Service Unavailable" if is_full else handshake(environ)
            if refusal:
                connection.close(wait=False, abort=True)
                start_response(refusal, [("Content-Type", "text/plain"), ("Retry-After", "10")])
                return [b""]
            given: socket.socket = environ["gunicorn.socket"]
            sock = socket.socket(given.family, given.type, fileno=given.detach())
            line = Line(self, connection, sock)
            line.begin()
            early: bytes = getattr(given, "behind", b"")  # words that came with the handshake
            self.soon(lambda: self._take_in(line, early))
            raise StopIteration  # the server's way of hearing that it is not its connection any more

        return begin

    def _has_room(self) -> bool:
        """Whether there is a place, if need be that of the stranger who has said nothing for longest: staff need theirs."""
        lines = list(self._lines)
        if len(lines) < self._most:
            return True
        silent = [line for line in lines if not (line.is_let_in or line.is_busy or self._is_let_in(line))]
        if not silent:
            return False
        min(silent, key=lambda line: line.since).end()
        return True

    def _has_its_share(self, engine: Any) -> bool:
        """Whether a further server holds half of the places: strangers knock there, and browsers of the staff need theirs."""
        if engine is self._first:
            return False
        return sum(line.connection.server is engine for line in list(self._lines)) >= self._most // 2

    def _task(self, engine: Any, usual: Callable[..., Any], target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Engine.IO starts a thread for each socket that sleeps until the next ping: here they all wait together."""
        if getattr(target, "__name__", "") == "_send_ping":
            self._pings[engine].append((time.monotonic() + engine.ping_interval, target.__self__))  # type: ignore[attr-defined]  # a method
            return None
        return usual(target, *args, **kwargs)

    def _wake(self) -> None:
        with suppress(BlockingIOError):  # it rings already
            os.write(self._ring, b"\0")

    def _run(self) -> None:
        next_look = time.monotonic() + TICK
        while not self._ends:
            try:
                for key, events in self._selector.select(TICK):
                    if key.data is None:
                        os.read(self._bell, 4096)
                    else:
                        self._attend(key.data, partial(key.data.ready, can_write=bool(events & selectors.EVENT_WRITE)))
                while self._errands:
                    self._errands.popleft()()
                if time.monotonic() >= next_look:
                    next_look = time.monotonic() + TICK
                    self._send_pings()
                    self._close_silent()
            except Exception:
                log.exception("live.hub_failed")

    def _take_in(self, line: Line, early: bytes) -> None:
        self.watch(line, writing=False)
        if early:
            self._attend(line, lambda: line.hear(early))

    @staticmethod
    def _attend(line: Line, do: Callable[[], None]) -> None:
        """One line's trouble ends that line, and keeps nobody else waiting."""
        try:
            do()
        except Exception:
            log.exception("live.line_failed")
            line.end()

    def _send_pings(self) -> None:
        now = time.monotonic()
        for waiting in self._pings.values():  # each server has an interval of its own, so each is in order
            while waiting and waiting[0][0] <= now:
                connection = waiting.popleft()[1]
                if not (connection.closing or connection.closed):
                    connection.last_ping = time.time()
                    connection.send(packet.Packet(packet.PING))

    def _close_silent(self) -> None:
        limit = time.monotonic() - SILENT_SECONDS
        for line in list(self._lines):
            was_let_in, line.is_let_in = line.is_let_in, self._is_let_in(line)
            if not line.is_let_in and (was_let_in or line.since < limit):  # whoever was put out of a room does not stay in the house
                line.end()

    def _is_let_in(self, line: Line) -> bool:
        """Whether it was, under whichever of the names that one can connect to."""
        manager = self._servers[line.connection.server].manager
        return any(manager.sid_from_eio_sid(line.connection.sid, name) is not None for name in list(manager.get_namespaces()))
