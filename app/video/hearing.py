"""What the pages of a room hear: who is in it, who waits at its door, what concerns one person alone, that it begins and ends."""

from collections.abc import Sequence
from typing import Any

from app.core.database import db
from app.core.events import on
from app.extensions import socketio
from app.live import goodbye
from app.video import queries
from app.video.events import SeatChanged, VideoCallBegan, VideoCallChanged, VideoCallOver
from app.video.models import VideoCall, VideoParticipant

NAMESPACE = "/video"
"""Of its own: guests have no account, so a token lets in, not a session."""


@on(VideoCallChanged)
def tell_room(fact: VideoCallChanged) -> None:
    """Who is in it, to everybody in it; who waits, to staff; whether anybody of the school is in it, to who waits."""
    number, here, outside = fact.video_call_id, queries.in_room(fact.video_call_id), queries.at_door(fact.video_call_id)
    socketio.emit("room", {"version": fact.version, **_people(here)}, to=f"room:{number}", namespace=NAMESPACE)
    socketio.emit("door", {"version": fact.version, **_waiting(outside)}, to=f"door:{number}", namespace=NAMESPACE)
    if outside:
        seats = [seat_room(number, each.id) for each in outside]
        socketio.emit("school", {"version": fact.version, "here": is_school(here)}, to=seats, namespace=NAMESPACE)


@on(SeatChanged)
def tell_seat(fact: SeatChanged) -> None:
    """One person; those of their pages whom it does not concern know it by the page's name."""
    room = seat_room(fact.video_call_id, fact.participant_id)
    socketio.emit("seat", {"what": fact.what, "page": fact.page}, to=room, namespace=NAMESPACE)
    if fact.what in {"removed", "forgotten"}:  # whom nobody sees in the room any more must not hear it either
        goodbye.hang_up_on(room, NAMESPACE)


@on(VideoCallBegan)
def tell_begun(fact: VideoCallBegan) -> None:
    """Everybody with a page open: those before the room and at the door see that they are not too early."""
    _tell_everybody(fact.video_call_id, "begun", {})


@on(VideoCallOver)
def tell_over(fact: VideoCallOver) -> None:
    """Everybody with a page open, in the room or at the door."""
    _tell_everybody(fact.video_call_id, "over", {"state": fact.state})
    for room in (f"room:{fact.video_call_id}", f"door:{fact.video_call_id}"):
        socketio.close_room(room, namespace=NAMESPACE)  # pages hang up by themselves, once they were answered


def _tell_everybody(call_id: int, name: str, message: dict[str, Any]) -> None:
    call = db.session.get(VideoCall, call_id)
    seats = [seat_room(call_id, each.id) for each in queries.participants_of(call)] if call is not None else []
    if seats:
        socketio.emit(name, message, to=seats, namespace=NAMESPACE)


def room_of(call_id: int) -> dict[str, Any]:
    """Everybody in it, as tiles show them."""
    return _people(queries.in_room(call_id))


def door_of(call_id: int) -> dict[str, Any]:
    """Everybody at the door."""
    return _waiting(queries.at_door(call_id))


def is_school(people: Sequence[VideoParticipant]) -> bool:
    """Whether any of these is of the school, and so sees who waits."""
    return any(each.staff_id is not None for each in people)


def _people(people: Sequence[VideoParticipant]) -> dict[str, Any]:
    return {"people": [_tile(each) for each in people]}


def _waiting(people: Sequence[VideoParticipant]) -> dict[str, Any]:
    return {"waiting": [{"id": str(each.uuid), "name": each.name} for each in people]}


def _tile(who: VideoParticipant) -> dict[str, Any]:
    return {
        "id": str(who.uuid), "page": who.page, "name": who.name, "host": who.is_host, "staff": who.staff_id is not None,
        "muted": who.is_muted, "camera": who.has_camera, "sharing": who.is_sharing, "lost": who.lost_at is not None,
        "unasked": who.came_unasked,
    }  # fmt: skip


def seat_room(call_id: int, participant_id: int) -> str:
    """Where all pages of one person listen, whether they are in the room or not."""
    return f"seat:{call_id}:{participant_id}"
