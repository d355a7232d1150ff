"""What a push brings along: the piece of an open page that it changes, drawn for each person who looks at it from this process.

Drawn after the commit, from the tables as they are then and for what each may see then, as if they had asked; never written
down, and never sent through Redis. Whoever looks from another process is told the ids, and asks; so is everybody once many look.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from app.accounts import sessions
from app.accounts.models import Staff
from app.core.database import release_connection
from app.extensions import socketio

log = structlog.get_logger()

MOST = 8
"""Browsers for which one push is drawn: who made the change waits for it."""
Draw = Callable[[Mapping[str, Any], Sequence[Staff]], Mapping[int, str]]
"""From the payload of a push and who looks to HTML, by the id of the person; without those who may not see it."""
_draws: dict[str, Draw] = {}


def draws(name: str) -> Callable[[Draw], Draw]:
    """Register what draws the pieces of the pushes of that name."""

    def register(draw: Draw) -> Draw:
        _draws[name] = draw
        return draw

    return register


class Takers:
    """Which sockets of this process take pieces of what, each with the hash of its session's token."""

    def __init__(self) -> None:
        """Nobody looks yet."""
        self._lock = threading.Lock()
        self._of: dict[str, dict[str, str]] = {}

    def enter(self, audience: str, socket: str, token_hash: str) -> None:
        """A page says that it can show pieces."""
        with self._lock:
            self._of.setdefault(audience, {})[socket] = token_hash

    def leave(self, audience: str, socket: str) -> None:
        """It is gone."""
        with self._lock:
            sockets = self._of.get(audience, {})
            sockets.pop(socket, None)
            if not sockets:
                self._of.pop(audience, None)

    def of(self, audience: str) -> dict[str, str]:
        """Those of an audience; nobody where they are too many."""
        with self._lock:
            sockets = self._of.get(audience, {})
            return dict(sockets) if len(sockets) <= MOST else {}


takers = Takers()


def bring(envelope: dict[str, Any], sockets: Mapping[str, str]) -> None:
    """Tell these sockets of a push, each with its piece; without one where its person is not let see it, or it cannot be drawn."""
    drawn: dict[str, str] = {}
    try:
        drawn = _drawn(envelope, sockets)
    except Exception:
        log.exception("live.piece_failed", push=envelope["name"])
    for socket in sockets:
        piece = drawn.get(socket)
        told = envelope if piece is None else envelope | {"piece": piece}
        socketio.emit("event", told, to=socket, ignore_queue=True)


def _drawn(envelope: dict[str, Any], sockets: Mapping[str, str]) -> dict[str, str]:
    try:
        people = {socket: staff for socket, token in sockets.items() if (staff := sessions.holder(token)) is not None}
        found = _draws[envelope["name"]](envelope["payload"], list({staff.id: staff for staff in people.values()}.values()))
    finally:
        release_connection()
    return {socket: found[staff.id] for socket, staff in people.items() if staff.id in found}
