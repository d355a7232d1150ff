"""The rooms on Socket.IO, under a name of their own: guests have no account, so a token lets in, not a session.

A browser before the room says `look`; it says `enter` and is answered who is there; `signal` is passed to one other browser of the same
room, unread; `media`, `here`, `leave` say what it does; `admit`, `refuse`, `mute` and `end` are the staff's. It hears `room` with
everybody in it, `door` with those who wait (staff only), and wherever it stands `seat` for what concerns it alone, `begun`, and `over`;
who waits hears of the `school`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from flask import current_app, request
from flask_socketio import SocketIO, disconnect, join_room, leave_room, rooms
from socketio.exceptions import ConnectionRefusedError as Refused

from app.config import Settings
from app.core.clock import now
from app.core.database import leave_database
from app.core.errors import HomeroomError
from app.extensions import socketio
from app.live.sockets import sockets
from app.video import queries, service
from app.video.errors import NoSuchSeat, PutOut, VideoCallIsOver
from app.video.hearing import NAMESPACE, door_of, is_school, room_of, seat_room
from app.video.ice import ice_servers
from app.video.models import VideoCall
from app.video.service.joining import Media
from app.video.tokens import Seat, seat_of

LONGEST_PAGE = 36
Answer = dict[str, Any] | None
Handler = Callable[[Seat, str, dict[str, Any]], Answer]


def init_socketio(sio: SocketIO) -> None:
    """Register every handler."""
    sio.on_event("connect", connected, namespace=NAMESPACE)
    sio.on_event("disconnect", disconnected, namespace=NAMESPACE)
    for name, handler in HANDLERS.items():
        sio.on_event(name, handler, namespace=NAMESPACE)


def connected(auth: object = None) -> bool:
    """Let in who has a token for a call that goes on; the page waits with whatever else until it enters."""
    settings: Settings = current_app.extensions["settings"]
    given = auth if isinstance(auth, dict) else {}
    seat, page = seat_of(str(given.get("token", ""))), str(given.get("page", ""))
    if seat is None or not 0 < len(page) <= LONGEST_PAGE:
        raise Refused("unknown")
    if not sockets.take(_socket_id(), settings.max_sockets):
        raise Refused("busy")
    try:
        why = _take_in(seat, page)
    except BaseException:
        sockets.give_back(_socket_id())
        raise
    finally:
        leave_database()
    if why:
        sockets.give_back(_socket_id())
        raise Refused(why)
    return True


def _take_in(seat: Seat, page: str) -> str:
    """Let this socket hear what concerns its person; or why not."""
    found = queries.seat(seat)
    if found is None or found[0].is_over:
        return "unknown" if found is None else "over"
    call, who = found
    join_room(seat_room(call.id, who.id))
    _remember(seat, page, call.id)
    return ""


def disconnected(*_reason: object) -> None:
    """The line broke, or the page was closed without a word."""
    sockets.give_back(_socket_id())
    known = _known()
    if known:
        try:
            service.line_broke(known[0], known[1])
        finally:
            leave_database()


def seated(handler: Handler) -> Callable[..., Answer]:
    """Hand over who speaks and from which page; what is refused is answered with its code, and the page has words for it."""

    @wraps(handler)
    def guarded(message: object = None) -> Answer:
        known = _known()
        if known is None:
            disconnect()
            return None
        try:
            return handler(known[0], known[1], message if isinstance(message, dict) else {})
        except HomeroomError as refusal:
            return {"ok": False, "why": refusal.code}
        finally:
            leave_database()

    return guarded


@seated
def looked(seat: Seat, _page: str, _message: dict[str, Any]) -> Answer:
    """Somebody stands before the room: whether it has begun. That it begins, or ends, they hear on the same line."""
    found = queries.seat(seat)
    if found is None:
        raise NoSuchSeat
    call, who = found
    if call.is_over:
        raise VideoCallIsOver
    if who.removed_at is not None:
        raise PutOut
    return {"ok": True, **_times(call)}


@seated
def entered(seat: Seat, page: str, message: dict[str, Any]) -> Answer:
    """Come in, or wait at the door."""
    settings: Settings = current_app.extensions["settings"]
    mine = _peer_room(seat, seat.participant)
    join_room(mine)  # first: the others speak to this page as soon as they hear of it
    call, who = service.enter(seat, page, _media(message), is_back=message.get("back") is True)
    if who.waiting_since is not None:
        leave_room(mine)
        return {"ok": True, "state": "waiting", "version": call.version, "school": is_school(queries.in_room(call.id)), **_times(call)}
    join_room(f"room:{call.id}")
    if who.staff_id is not None:
        join_room(f"door:{call.id}")
    return {
        "ok": True,
        "state": "in",
        "you": str(who.uuid),
        "ice": ice_servers(settings, who.uuid.hex, call.latest_end),
        **_times(call),
        **room_of(call.id),
        **(door_of(call.id) if who.staff_id is not None else {}),
    }


def signalled(message: object = None) -> Answer:
    """Pass on what two browsers agree upon. No table is asked: whoever is in a room may speak to whoever is in the same."""
    known = _known()
    if known is None or not isinstance(message, dict):
        return None
    seat, _page, call_id = known
    if f"room:{call_id}" not in rooms(namespace=NAMESPACE):
        return None
    to, data = message.get("to"), message.get("data")
    if isinstance(to, str) and isinstance(data, dict):
        socketio.emit("signal", {"from": str(seat.participant), "data": data}, to=_peer_room(seat, to), namespace=NAMESPACE)
    return None


@seated
def switched(seat: Seat, page: str, message: dict[str, Any]) -> Answer:
    """Microphone, camera or screen."""
    service.shows(seat, page, _media(message))
    return {"ok": True}


@seated
def here(seat: Seat, page: str, _message: dict[str, Any]) -> Answer:
    """The page lives."""
    return {"ok": service.still_there(seat, page)}


@seated
def left(seat: Seat, page: str, _message: dict[str, Any]) -> Answer:
    """The page leaves; its socket hears no more of the room."""
    service.leave(seat, page)
    for room in list(rooms(namespace=NAMESPACE)):
        if room.startswith(("room:", "door:", "peer:")):
            leave_room(room, namespace=NAMESPACE)
    return {"ok": True}


@seated
def admitted(seat: Seat, _page: str, message: dict[str, Any]) -> Answer:
    """Somebody is let in."""
    service.admit(seat, _whom(message))
    return {"ok": True}


@seated
def refused(seat: Seat, _page: str, message: dict[str, Any]) -> Answer:
    """Somebody is not let in, or taken out."""
    service.put_out(seat, _whom(message))
    return {"ok": True}


@seated
def muted(seat: Seat, _page: str, message: dict[str, Any]) -> Answer:
    """Somebody's page is to mute itself."""
    service.mute(seat, _whom(message))
    return {"ok": True}


@seated
def ended(seat: Seat, _page: str, _message: dict[str, Any]) -> Answer:
    """For everybody."""
    service.end_from_room(seat)
    return {"ok": True}


HANDLERS: dict[str, Callable[..., Answer]] = {
    "look": looked, "enter": entered, "signal": signalled, "media": switched, "here": here, "leave": left, "admit": admitted,
    "refuse": refused, "mute": muted, "end": ended,
}  # fmt: skip


def _times(call: VideoCall) -> dict[str, Any]:
    """When it ends, and what the server's clock says now: browsers' clocks are not to be believed."""
    return {"ends": call.end_at.timestamp(), "now": now().timestamp(), "begun": call.started_at.timestamp() if call.started_at else None}


def _media(message: dict[str, Any]) -> Media:
    return Media(bool(message.get("muted")), bool(message.get("camera")), bool(message.get("sharing")))


def _whom(message: dict[str, Any]) -> UUID:
    try:
        return UUID(str(message.get("who", "")))
    except ValueError:
        raise NoSuchSeat from None


def _peer_room(seat: Seat, participant: UUID | str) -> str:
    """Where the pages of one person hear what others of the same call want to agree upon."""
    return f"peer:{seat.call}:{participant}"


def _remember(seat: Seat, page: str, call_id: int) -> None:
    server: Any = socketio.server
    server.save_session(_socket_id(), {"seat": seat, "page": page, "call": call_id}, namespace=NAMESPACE)


def _known() -> tuple[Seat, str, int] | None:
    server: Any = socketio.server
    try:
        kept = server.get_session(_socket_id(), namespace=NAMESPACE)
    except KeyError:
        return None
    if "seat" not in kept:
        return None
    seat: Seat = kept["seat"]
    return seat, str(kept["page"]), int(kept["call"])


def _socket_id() -> str:
    return str(request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO puts it there
