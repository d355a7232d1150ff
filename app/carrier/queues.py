"""The interface to waiting lines: calls that wait (`<Enqueue>`) until somebody takes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CarrierQueue:
    """A line as the carrier knows it."""

    provider_id: str
    name: str
    size: int
    average_seconds: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call in a line. `position` counts from 1."""

    call_id: str
    position: int
    seconds: int
    since: datetime


class QueueCarrier(Protocol):
    """What every adapter does. All methods may raise CarrierBusy and CarrierUnreachable, and none is called in a transaction."""

    def find(self, name: str) -> CarrierQueue | None:
        """The line of that name; the first `<Enqueue>` makes it."""

    def waiting(self, queue_id: str) -> Sequence[Waiting]:
        """Who waits, first come first."""

    def take(self, queue_id: str, call_id: str, script_url: str) -> None:
        """Let a call leave the line and do what `script_url` says. Raises CarrierRefused where it waits no more."""
