"""The interface to conferences: several calls that hear each other.

A call enters a conference by its script (`<Dial><Conference>`). The carrier tells of each step
(`events.ConferenceMoved`), with a sequence number that only grows within one conference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class ConferenceEvent(StrEnum):
    """What happened, in the carrier's words."""

    STARTED = "conference-start"
    ENDED = "conference-end"
    JOINED = "participant-join"
    LEFT = "participant-leave"
    MUTED = "participant-mute"
    UNMUTED = "participant-unmute"
    HELD = "participant-hold"
    RESUMED = "participant-unhold"
    MODIFIED = "participant-modify"
    ANNOUNCED = "announcement-end"
    NOT_ANNOUNCED = "announcement-fail"


EVENTS = "start end join leave mute hold modify announcement"
"""What a script asks to hear of: the value of statusCallbackEvent."""


@dataclass(frozen=True, slots=True)
class CarrierParticipant:
    """Somebody in a conference, or being dialled into it."""

    call_id: str
    label: str
    is_muted: bool
    is_held: bool
    status: str
    """queued, connecting, ringing, connected, complete or failed."""


@dataclass(frozen=True, slots=True)
class CarrierConference:
    """A conference as the carrier knows it."""

    provider_id: str
    name: str
    is_over: bool
    is_running: bool
    """False before the first who may start it has entered, and after the end."""
    created_at: datetime
    ended_because: str | None = None


class ConferenceCarrier(Protocol):
    """What every adapter does. All methods may raise CarrierBusy and CarrierUnreachable, and none is called in a transaction.

    All but the looks raise CarrierRefused where the conference or the participant is gone.
    """

    def look_up(self, conference_id: str) -> CarrierConference:
        """How a conference is. Raises CarrierRefused where there is none."""

    def find(self, name: str) -> Sequence[CarrierConference]:
        """The conferences of that name, newest first."""

    def participants(self, conference_id: str) -> Sequence[CarrierParticipant]:
        """Who is in it now."""

    def mute(self, conference_id: str, call_id: str, *, on: bool) -> None:
        """Let nobody hear a participant, or everybody again. To ask twice changes nothing."""

    def hold(self, conference_id: str, call_id: str, *, on: bool, music_url: str = "") -> None:
        """Set a participant aside with music (a script or a sound), or bring them back. To ask twice changes nothing."""

    def remove(self, conference_id: str, call_id: str) -> None:
        """Have a participant leave; their call ends unless its script goes on."""

    def go_on_without(self, conference_id: str, call_id: str) -> None:
        """Let the conference outlive this participant, whatever their script said. To ask twice changes nothing."""

    def announce(self, conference_id: str, script_url: str) -> None:
        """Play a script of `<Say>` and `<Play>` to everybody."""

    def announce_to(self, conference_id: str, call_id: str, script_url: str) -> None:
        """Play it to one participant."""

    def end(self, conference_id: str) -> None:
        """Everybody leaves."""
