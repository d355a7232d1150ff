"""What can come of asking the carrier."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.carrier.calls import CarrierCall
from app.carrier.recordings import CarrierRecording


@dataclass(frozen=True, slots=True)
class Done:
    """The carrier did it; a call that was placed, and a recording that was begun, have an id."""

    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It would refuse again."""

    code: str


@dataclass(frozen=True, slots=True)
class Later:
    """What was asked now is surely not done. Of a look-up that says nothing about what it looked for."""

    pause: float


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows."""


@dataclass(frozen=True, slots=True)
class Found:
    """The calls that could be the lost one, newest first."""

    calls: Sequence[CarrierCall]


@dataclass(frozen=True, slots=True)
class FoundRecordings:
    """The recordings of the line, newest first."""

    recordings: Sequence[CarrierRecording]


Outcome = Done | Refused | Later | Lost | Found | FoundRecordings
