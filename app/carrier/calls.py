"""The interface to telephone calls. A call is a call: what it says and whom it joins is told by whoever places it.

The carrier asks `script_url` what to do once somebody, or a machine, answers, and tells of each step (`service.record_call_news`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

RING_SECONDS = 30


class CallStatus(StrEnum):
    """How far a call is at the carrier."""

    QUEUED = "queued"
    RINGING = "ringing"
    ANSWERED = "answered"
    COMPLETED = "completed"
    """Somebody or something had answered, and the line is closed."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    """The number cannot be called."""
    CANCELLED = "cancelled"
    """Ended by us before anybody answered."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self in OVER


OVER = frozenset({CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELLED})
STATUSES = {
    "queued": CallStatus.QUEUED,
    "initiated": CallStatus.QUEUED,
    "ringing": CallStatus.RINGING,
    "in-progress": CallStatus.ANSWERED,
    "answered": CallStatus.ANSWERED,
    "completed": CallStatus.COMPLETED,
    "busy": CallStatus.BUSY,
    "no-answer": CallStatus.NO_ANSWER,
    "failed": CallStatus.FAILED,
    "canceled": CallStatus.CANCELLED,
}
"""The carrier's words."""


HUMAN = "human"
"""The carrier's word for a person who answers."""


def is_machine(answered_by: str | None) -> bool:
    """Whether the carrier says that a voicemail answered; with "unknown" a person gets the benefit of the doubt."""
    return (answered_by or "").startswith("machine")


def is_fax(answered_by: str | None) -> bool:
    """Whether the carrier heard a fax machine."""
    return answered_by == "fax"


@dataclass(frozen=True, slots=True)
class OutboundCall:
    """A call to place. `reference` comes back with every status, also when the answer to the placing is lost."""

    to: str
    sender: str
    script_url: str
    """Asked for TwiML by a signed POST once the call is answered, or after the beep."""
    reference: str
    detects_machines: bool = True
    """Wait for a person's first words, or for the end of a machine's greeting, before the script is asked for."""
    ring_seconds: int = RING_SECONDS
    detects_beside: bool = False
    """The script is asked for at once, and what answered is told afterwards (`events.MachineDetected`)."""
    longest_seconds: int | None = None
    """The carrier ends it after so long; None is the carrier's own limit of four hours."""
    records: bool = False
    """From the answer to the end; `events.RecordingMoved` tells when the file is there."""
    keys: str = ""
    """Pressed once it is answered, for menus: digits, *, # and w for half a second's wait."""


@dataclass(frozen=True, slots=True)
class CarrierCall:
    """A call as the carrier knows it."""

    provider_id: str
    to: str
    sender: str | None
    status: CallStatus
    answered_by: str | None
    created_at: datetime
    """To the second."""
    seconds: int | None = None
    """How long it was answered; None while it goes on."""
    parent_id: str | None = None
    """The call whose script dialled it."""
    is_inbound: bool = False


class VoiceCarrier(Protocol):
    """What every adapter does. All methods may raise CarrierBusy and CarrierUnreachable, and none is called in a transaction."""

    def place(self, call: OutboundCall) -> str:
        """Have the phone ring and return the carrier's id.

        Raises CarrierRefused (it would refuse again), CarrierBusy (not taken: try later) or CarrierUnreachable (nobody
        knows: look it up before any retry).
        """

    def look_up(self, provider_id: str) -> CarrierCall:
        """How far a call is. Raises CarrierRefused where there is no such call."""

    def find_calls(self, *, to: str, sender: str, since: datetime) -> Sequence[CarrierCall]:
        """The calls from `sender` to `to` that the carrier took at `since` or later, newest first."""

    def parts_of(self, parent_id: str) -> Sequence[CarrierCall]:
        """The calls that the script of `parent_id` dialled, newest first."""

    def redirect(self, provider_id: str, script_url: str) -> None:
        """Have a call in progress do what `script_url` says, instead of what it does; a call in a conference leaves that.

        Raises CarrierRefused where it is over already.
        """

    def end(self, provider_id: str) -> None:
        """Hang up, whoever is on the line. Raises CarrierRefused where it is over already."""
