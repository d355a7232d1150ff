"""What the carrier brought."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class InboundTextRecorded:
    """A text came in and is kept as a row; whoever routes it may be nudged, and finds it by a sweep otherwise."""

    name: ClassVar[str] = "inbound_text.recorded"
    inbound_text_id: int
    district_id: int


@dataclass(frozen=True, slots=True)
class CallMoved:
    """News of a call, told once: a repetition by the carrier is not announced. Whoever placed it knows it by id or reference."""

    name: ClassVar[str] = "call.moved"
    provider_id: str
    reference: str | None
    status: str
    """A CallStatus."""
    answered_by: str | None = None
    """human, machine_end_beep, machine_end_silence, machine_end_other, fax or unknown; None while the carrier does not know."""
    error_code: str | None = None
    """Why it could not be called: the carrier's code, or sip_ and the telephone network's."""


@dataclass(frozen=True, slots=True)
class CallbacksRecorded:
    """News of texts that we handed over waits to be applied."""

    name: ClassVar[str] = "carrier_callbacks.recorded"
