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
class CallbacksRecorded:
    """News of texts that we handed over waits to be applied."""

    name: ClassVar[str] = "carrier_callbacks.recorded"
