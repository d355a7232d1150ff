"""What browsers say over Socket.IO, and what they are answered.

A browser connects with its session cookie and hears its standing audiences. `open` and `close` add and drop one
conversation, `listen` adds one thing of another room;
`visible` repeats every 20 s that it is looked at; `typing` is passed on to the others; `catchup` asks for
what was missed since an event id. Each event asks again who is signed in: an ended session is disconnected.
"""

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any

from flask import current_app, request
from flask_login import current_user
from flask_socketio import SocketIO, disconnect, join_room, leave_room, rooms

from app.accounts.current import current_session
from app.config import Settings
from app.core.database import leave_database
from app.core.ids import LARGEST_NUMBER, row_number_or_none
from app.live import doorkeeper, doors, queries
from app.live.pieces import takers
from app.live.presence import Presence
from app.live.service import whisper

Answer = dict[str, Any] | None


class Sockets:
    """How many browsers this process holds. The hub has a cap, too, before they cost anything; other servers give each a thread."""

    def __init__(self) -> None:
        self._held: set[str] = set()
        self._lock = Lock()

    def take(self, socket: str, cap: int) -> bool:
        """One more, unless the cap is reached. The same socket is one, however often it is said."""
        with self._lock:
            if socket not in self._held and len(self._held) >= cap:
                return False
            self._held.add(socket)
            return True

    def give_back(self, socket: str) -> None:
        """One less."""
        with self._lock:
            self._held.discard(socket)


sockets = Sockets()


def init_socketio(socketio: SocketIO) -> None:
    """Register every handler."""
    socketio.on_event("connect", connected)
    socketio.on_event("disconnect", disconnected)
    socketio.on_event("open", opened)
    socketio.on_event("close", closed)
    socketio.on_event("listen", listened)
    socketio.on_event("visible", still_visible)
    socketio.on_event("typing", typed)
    socketio.on_event("catchup", asked_for_missed)


def connected(_auth: object = None) -> bool:
    """Let a signed-in browser in, unless this process is full: then the browser polls instead."""
    settings: Settings = current_app.extensions["settings"]
    if not current_user.is_authenticated or not sockets.take(_socket_id(), settings.max_sockets):
        return False
    try:
        for audience in doors.standing_audiences(current_user):
            join_room(audience)
        join_room(f"session:{current_session().id}")
    except BaseException:
        sockets.give_back(_socket_id())  # nobody will say that this one has left
        raise
    finally:
        leave_database()
    doorkeeper.be_there(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  (Flask's way to the application itself)
    return True


def disconnected(*_reason: object) -> None:
    """Forget a browser; its conversations hear that it left."""
    sockets.give_back(_socket_id())
    for room in rooms():
        takers.leave(room, _socket_id())
        kind, _, number = room.partition(":")
        if kind == "conversation" and current_user.is_authenticated:
            _leave(int(number))


def signed_in(handler: Callable[[dict[str, Any]], Answer]) -> Callable[..., Answer]:
    """Hand over the message as a dictionary, if the session still holds; otherwise hang up."""

    @wraps(handler)
    def guarded(message: object = None) -> Answer:
        if not current_user.is_authenticated:
            disconnect()
            return None
        try:
            return handler(message if isinstance(message, dict) else {})
        finally:
            leave_database()

    return guarded


def conversation_of(message: dict[str, Any]) -> int | None:
    """The conversation that a message names, if this person may hear it."""
    number = message.get("conversation")
    if not isinstance(number, int) or not 0 < number <= LARGEST_NUMBER or not doors.may_hear(current_user, "conversation", number):
        return None
    return number


@signed_in
def opened(message: dict[str, Any]) -> Answer:
    """Start hearing a conversation; answers who else looks at it."""
    number = conversation_of(message)
    if number is None:
        return {"ok": False}
    join_room(f"conversation:{number}")
    _presence().enter(number, current_user.id, _socket_id())
    _tell_presence(number)
    return {"ok": True, "looking": _lookers(number)}


@signed_in
def closed(message: dict[str, Any]) -> Answer:
    """Stop hearing a conversation."""
    number = message.get("conversation")
    if isinstance(number, int) and f"conversation:{number}" in rooms():
        leave_room(f"conversation:{number}")
        _leave(number)
    return {"ok": True}


@signed_in
def listened(message: dict[str, Any]) -> Answer:
    """Start hearing one thing of another room, such as "announcement:5". Conversations are opened: others see who looks.

    `pieces` says that the page can show what a push brings along.
    """
    kind, _, number = str(message.get("to", "")).partition(":")
    subject = row_number_or_none(number)
    if kind == "conversation" or not subject or not doors.may_hear(current_user, kind, subject):
        return {"ok": False}
    join_room(f"{kind}:{subject}")
    if message.get("pieces") is True:
        takers.enter(f"{kind}:{subject}", _socket_id(), current_session().token_hash)
    return {"ok": True}


@signed_in
def still_visible(message: dict[str, Any]) -> Answer:
    """Keep somebody's presence fresh."""
    number = message.get("conversation")
    if isinstance(number, int) and f"conversation:{number}" in rooms():
        _presence().enter(number, current_user.id, _socket_id())
    return None


@signed_in
def typed(message: dict[str, Any]) -> Answer:
    """Tell the others that somebody is writing; only in a conversation that this browser hears."""
    number = message.get("conversation")
    if isinstance(number, int) and f"conversation:{number}" in rooms():
        whisper(
            f"conversation:{number}",
            "typing",
            {
                "conversation_id": number,
                "staff_id": current_user.id,
                "name": current_user.name,
                "note": bool(message.get("note")),
            },
            skip=_socket_id(),
        )
    return None


@signed_in
def asked_for_missed(message: dict[str, Any]) -> Answer:
    """Answer the pushes since `last` for all that this browser hears, or that it should read its page again."""
    last = message.get("last")
    if not isinstance(last, int) or not 0 <= last <= LARGEST_NUMBER:
        return {"resync": True, "last": queries.newest_id()}
    missed = queries.missed_since(last, [room for room in rooms() if ":" in room])
    if missed is None:
        return {"resync": True, "last": queries.newest_id()}
    return {"resync": False, "events": missed}


def _presence() -> Presence:
    presence: Presence = current_app.extensions["presence"]
    return presence


def _socket_id() -> str:
    return str(request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO puts it there


def _lookers(number: int) -> list[int]:
    return sorted(_presence().staff_ids(number) - {current_user.id})


def _leave(number: int) -> None:
    _presence().leave(number, current_user.id, _socket_id())
    _tell_presence(number)


def _tell_presence(number: int) -> None:
    whisper(
        f"conversation:{number}",
        "presence",
        {"conversation_id": number, "looking": sorted(_presence().staff_ids(number))},
        skip=None,
    )
