"""What this room announces."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class EventsWaiting:
    """Something is to be told to other systems: a worker looks at once."""

    name: ClassVar[str] = "webhook.events_waiting"


@dataclass(frozen=True, slots=True)
class EndpointsChanged:
    """A district's endpoints of the settings page are others now."""

    name: ClassVar[str] = "webhook.endpoints_changed"
    district_id: int
