"""Who listens in this process, and as whom."""

import threading
import time
from dataclasses import dataclass, field

from app.accounts.callers import Caller
from app.accounts.scopes import Scope

MOST_TRIES = 5
"""Of one connection with a wrong key; then it is closed."""
MOST_UNKNOWN = 32
"""Connections that have not authenticated yet."""


@dataclass(slots=True)
class Listener:
    """One connection. Without a `caller` it has not authenticated yet."""

    socket: str
    since: float = field(default_factory=time.monotonic)
    caller: Caller | None = None
    tries: int = 0

    def may(self, scope: Scope) -> bool:
        """Whether its key and its acting user allow this."""
        return self.caller is not None and self.caller.may(scope)


class Listeners:
    """All of this process. Handlers, news and the keeper run in threads of their own."""

    def __init__(self) -> None:
        self._by_socket: dict[str, Listener] = {}
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        """Whether anybody is there at all."""
        return bool(self._by_socket)

    def add(self, socket: str, *, most: int) -> bool:
        """One more, unless there are `most`."""
        with self._lock:
            if len(self._by_socket) >= most:
                return False
            self._by_socket[socket] = Listener(socket)
            return True

    def in_the_way(self) -> list[Listener]:
        """The oldest of those who have not said who they are, where they are too many: programs say it at once."""
        unknown = [each for each in self.everybody() if each.caller is None]
        return unknown[: max(0, len(unknown) - MOST_UNKNOWN)]

    def drop(self, socket: str) -> None:
        """One less."""
        with self._lock:
            self._by_socket.pop(socket, None)

    def get(self, socket: str) -> Listener | None:
        """Who that is."""
        return self._by_socket.get(socket)

    def change(self, listener: Listener, before: Caller, after: Caller) -> None:
        """The same caller with what they may do now, unless somebody else authenticated there meanwhile."""
        with self._lock:
            if listener.caller is before:
                listener.caller = after

    def everybody(self) -> list[Listener]:
        """As of now."""
        with self._lock:
            return list(self._by_socket.values())

    def known(self) -> list[tuple[Listener, Caller]]:
        """Those who have authenticated."""
        return [(each, each.caller) for each in self.everybody() if each.caller is not None]
