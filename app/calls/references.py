"""The names that the carrier gives back with its news: of a call's room, of each phone that it rings, and of what is recorded."""

import re
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from app.calls.models import Call

ROOM = "room-"
OWN, FAR = "own", "far"
"""The legs of a direct call: the staff member's and the family's."""
_LEG = re.compile(r"leg\.(\d{1,18})\.(\d{1,4})")
_DIRECT = re.compile(r"direct\.(\d{1,18})\.(own|far)")
_RECORDING = re.compile(r"call\.(\d{1,18})")
_MESSAGE = re.compile(r"voicemail\.(\d{1,18})")


def room_of(call: "Call") -> str:
    """What the carrier calls the conference."""
    return f"{ROOM}{call.uuid.hex}"


def uuid_in(room: str) -> UUID | None:
    """The `uuid` of the call whose room that is; None for a room of somebody else."""
    try:
        return UUID(room.removeprefix(ROOM)) if room.startswith(ROOM) else None
    except ValueError:
        return None


def leg_reference(leg_id: int, attempt: int) -> str:
    """Comes back with all news of one attempt to reach somebody for a conference."""
    return f"leg.{leg_id}.{attempt}"


def leg_in(reference: str | None) -> tuple[int, int] | None:
    """A leg's id and attempt; None for any other reference."""
    found = _LEG.fullmatch(reference or "")
    return (int(found[1]), int(found[2])) if found else None


def direct_reference(call_id: int, leg: str) -> str:
    """Comes back with all news of one phone of a direct call: OWN or FAR."""
    return f"direct.{call_id}.{leg}"


def direct_in(reference: str | None) -> tuple[int, str] | None:
    """The id of a direct call, and which of its phones; None for any other reference."""
    found = _DIRECT.fullmatch(reference or "")
    return (int(found[1]), found[2]) if found else None


def recording_reference(call: "Call") -> str:
    """Comes back with all news of what is recorded of this call (`carrier.events.RecordingMoved.reference`)."""
    return f"call.{call.id}"


def recorded_call_in(reference: str | None) -> int | None:
    """The id of the call that a recording is of; None for any other reference."""
    found = _RECORDING.fullmatch(reference or "")
    return int(found[1]) if found else None


def message_reference(call_id: int) -> str:
    """Comes back with all news of a message after the beep."""
    return f"voicemail.{call_id}"


def message_in(reference: str | None) -> int | None:
    """The id of the call in which a message was left; None for any other reference."""
    found = _MESSAGE.fullmatch(reference or "")
    return int(found[1]) if found else None
