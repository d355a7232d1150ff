"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class VideoCallChanged:
    """A call began, ended, or its people or its recordings changed."""

    name: ClassVar[str] = "video_call.changed"
    is_urgent: ClassVar[bool] = True
    district_id: int
    video_call_id: int
    version: int


@dataclass(frozen=True, slots=True)
class VideoStatusChanged:
    """The call itself changed, as other systems count it: begun, over, a recording came, or the provider said something of it."""

    name: ClassVar[str] = "video_call.status_changed"
    district_id: int
    video_call_id: int
    state: str


@dataclass(frozen=True, slots=True)
class VideoCallBegan:
    """Somebody is in it; guests who stand before the room or at its door are to be told. Told once."""

    name: ClassVar[str] = "video_call.began"
    is_urgent: ClassVar[bool] = True
    video_call_id: int


@dataclass(frozen=True, slots=True)
class VideoCallOver:
    """It is over; everybody in the room is to be told. Told once."""

    name: ClassVar[str] = "video_call.over"
    is_urgent: ClassVar[bool] = True
    district_id: int
    video_call_id: int
    state: str


@dataclass(frozen=True, slots=True)
class SeatChanged:
    """One person is to be told something: let in, put out, asked to mute, to leave an older page of theirs, or that they were forgotten."""

    name: ClassVar[str] = "video_seat.changed"
    is_urgent: ClassVar[bool] = True
    video_call_id: int
    participant_id: int
    what: str
    page: str | None = None
    """Only to this page of theirs."""


@dataclass(frozen=True, slots=True)
class GuestWaits:
    """Somebody stands at the door for the first time: the host may be on another page."""

    name: ClassVar[str] = "video_guest.waits"
    district_id: int
    video_call_id: int
    staff_id: int
    """The host."""
