"""Looks after who listens: who may no more, and who never says who they are, is hung up on; the others listen as what they are now."""

import threading
import time
from collections.abc import Callable

import structlog
from flask import Flask

from app.accounts.acting import as_of_now
from app.accounts.callers import Caller
from app.accounts.scopes import Scope
from app.api.ringplan.feed.listeners import Listener, Listeners
from app.core.database import leave_database

log = structlog.get_logger()

LOOK_EVERY = 2.0
"""Seconds that a revoked key may go on listening."""
SILENT_SECONDS = 15.0
SILENT = {"detail": "Nobody authenticated in time."}
ENDED = {"detail": "The API key no longer holds, or may no longer act as this user or read texts. Authenticate with another one."}
HangUp = Callable[[Listener, dict[str, str]], None]


class Keeper:
    """One thread of each process with listeners. It ends with the last of them, and the next one who comes has another."""

    def __init__(self, app: Flask, listeners: Listeners, hang_up: HangUp) -> None:
        """Nobody is there yet."""
        self._app, self._listeners, self._hang_up = app, listeners, hang_up
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Somebody came."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._keep, name="ringplan-keeper", daemon=True)
                self._thread.start()

    def _keep(self) -> None:
        while self._is_needed():
            time.sleep(LOOK_EVERY)
            try:
                self.look_round()
            except Exception:
                log.exception("ringplan.keeper_failed")

    def _is_needed(self) -> bool:
        """Decided under the lock: who comes a moment later finds nobody keeping, and not a thread that is about to end."""
        with self._lock:
            if not self._listeners:
                self._thread = None
                return False
            return True

    def look_round(self) -> None:
        """Hang up on those who may not be here. Two queries, whoever is there."""
        silent = time.monotonic() - SILENT_SECONDS
        for listener in self._listeners.everybody():
            if listener.caller is None and listener.since < silent:
                self._hang_up(listener, SILENT)
        known = self._listeners.known()
        with self._app.app_context():
            try:
                today = as_of_now([caller for _listener, caller in known])
            finally:
                leave_database()
        for (listener, caller), now in zip(known, today, strict=True):
            if now is None or not may_listen(now):
                self._hang_up(listener, ENDED)
            else:
                self._listeners.change(listener, caller, now)


def may_listen(caller: Caller) -> bool:
    """Whether a feed has anything for them."""
    return caller.may(Scope.READ_TEXTS)
