"""Threads that live as long as a worker process: each sleeps until something is due, or somebody wakes it."""

import threading
from collections.abc import Callable

import structlog
from flask import Flask

from app.core.database import db

log = structlog.get_logger()

LONGEST_SLEEP = 5.0
"""A wake-up may be lost; nothing waits longer than this for the next look."""
AFTER_TROUBLE = 1.0


class Loop:
    """Calls `turn` inside the application, again and again; `turn` says in how many seconds it wants to be called next."""

    def __init__(self, app: Flask, name: str, turn: Callable[[], float]) -> None:
        """Ready to start."""
        self._app = app
        self._turn = turn
        self._news = threading.Event()
        self._ends = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin, with a turn at once."""
        self._thread.start()

    def wake(self) -> None:
        """There is something to do now."""
        self._news.set()

    def stop(self, seconds: float = 10) -> None:
        """End after the turn in progress."""
        self._ends = True
        self._news.set()
        if self._thread is not threading.current_thread() and self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        while not self._ends:
            self._news.clear()
            try:
                with self._app.app_context():
                    try:
                        pause = self._turn()
                    finally:
                        db.session.remove()
            except Exception:
                log.exception("loop.turn_failed", loop=self._thread.name)
                pause = AFTER_TROUBLE
            self._news.wait(min(max(pause, 0.0), LONGEST_SLEEP))


class Companion:
    """A loop that every worker process runs one of. Whoever has news for it wakes the one of this process by its name."""

    def __init__(self, name: str, turn: Callable[[], float]) -> None:
        """`turn` as for `Loop`."""
        self._name, self._turn = name, turn

    def begin(self, app: Flask) -> Callable[[], None]:
        """Start this process's; returns what ends it."""
        loop = Loop(app, self._name, self._turn)
        app.extensions[self._name] = loop
        loop.start()

        def end() -> None:
            app.extensions.pop(self._name, None)
            loop.stop()

        return end

    def is_here(self, app: Flask) -> bool:
        """Whether this process has one, which is not about to end."""
        return self._name in app.extensions

    def wake_here(self, app: Flask) -> bool:
        """Wake this process's; False if it has none."""
        loop: Loop | None = app.extensions.get(self._name)
        if loop is not None:
            loop.wake()
        return loop is not None
