"""The names that the carrier gives back with its news: of a call's room, of each attempt to reach a leg, and of a recording."""

import re
from uuid import UUID

from app.calls.models import Call

ROOM = "room-"
_LEG = re.compile(r"leg\.(\d{1,18})\.(\d{1,4})")
_RECORDING = re.compile(r"call\.(\d{1,18})")


def room_of(call: Call) -> str:
    """What the carrier calls the conference."""
    return f"{ROOM}{call.uuid.hex}"


def uuid_in(room: str) -> UUID | None:
    """The `uuid` of the call whose room that is; None for a room of somebody else."""
    try:
        return UUID(room.removeprefix(ROOM)) if room.startswith(ROOM) else None
    except ValueError:
        return None


def leg_in(reference: str | None) -> tuple[int, int] | None:
    """A leg's id and attempt; None for any other reference."""
    found = _LEG.fullmatch(reference or "")
    return (int(found[1]), int(found[2])) if found else None


def recording_reference(call: Call) -> str:
    """Comes back with all news of what is recorded of this call (`carrier.events.RecordingMoved.reference`)."""
    return f"call.{call.id}"


def recorded_call_in(reference: str | None) -> int | None:
    """The id of the call that a recording is of; None for any other reference."""
    found = _RECORDING.fullmatch(reference or "")
    return int(found[1]) if found else None
